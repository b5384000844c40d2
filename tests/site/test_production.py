"""Production settings: nothing has a soft default, and Django's own deployment check finds nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys

REQUIRED = {
    "SECRET_KEY": "k" * 25 + "0123456789-abcdefghijklmnop-QRSTUV",
    "ALLOWED_HOSTS": "www.example.gov.cn",
    "CIVICNET_FIELD_KEYS": "2026:" + "ab" * 32,
    "CIVICNET_AUDIT_KEYS": "2026:" + "cd" * 32,
}


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in REQUIRED}
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=kept | environment | {"DJANGO_SETTINGS_MODULE": "civicnet_site.settings.production"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean() -> None:
    done = check(REQUIRED)

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_a_missing_secret_stops_the_start_and_is_named() -> None:
    for name in REQUIRED:
        done = check({key: value for key, value in REQUIRED.items() if key != name})

        assert done.returncode != 0
        assert name in done.stderr


def test_cookies_are_bound_to_this_host_and_to_https() -> None:
    names = [
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_PATH",
    ]
    show = f"import json; from django.conf import settings; print(json.dumps([getattr(settings, n) for n in {names}]))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CIVICNET_TWO")}
    done = subprocess.run(
        [sys.executable, "-c", show],
        env=kept | REQUIRED | {"DJANGO_SETTINGS_MODULE": "civicnet_site.settings.production"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == ["__Host-civicnet-session", "__Host-csrftoken", True, True, "/"]
