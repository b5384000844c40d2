"""Celery as the engine of background work: the same jobs, by a real worker over a broker of files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
PROGRAM = Path(__file__).with_name("celery_import.py")


@pytest.fixture
def environment(tmp_path: Path, copied_database: str) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test",
        "CIVICNET_VAR": str(tmp_path / "var"),
        "DATABASE_URL": copied_database,
        "CIVICNET_TASKS": f"filesystem://{tmp_path}/broker",
    }


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``civicnet work`` as it is started in production."""
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "civicnet_site", "work"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)


def run(environment: dict[str, str], *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_file_is_checked_and_applied_and_schedules_are_kept(
    environment: dict[str, str], worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    told = run(environment, "import")["import"]

    assert told == {"state": "APPLIED", "created": 2, "schedules": True}, (tmp_path / "log").read_text()


# Neither asks the database anything that differs, and each starts processes.
@pytest.mark.only_on("sqlite")
def test_what_the_broker_was_not_told_or_has_lost_is_found_and_goes_on(
    environment: dict[str, str], tmp_path: Path
) -> None:
    told = run(environment, "hold_back+mute+lose", str(tmp_path / "broker/messages"))

    # A worker would not find yet what a transaction has not kept.
    assert told["hold_back"] == {"in_and_after_what_failed": [0, 0], "in_and_after_what_went_through": [0, 1]}
    # Nobody is stopped by a broker that does not answer, nor waits for it once a page.
    assert told["mute"] == {
        "state": "UPLOADED",
        "code": "NO_QUEUE",
        "still_mute": [1, "NO_QUEUE"],
        "at_once": 0,
        "later": [1, 2, ""],
    }
    # Not at once: it may only wait for its turn.
    assert told["lose"] == {"at_once": 0, "after_a_while": 1, "sent_again": 1}


@pytest.mark.only_on("sqlite")
def test_without_celery_whoever_asks_for_it_is_told_what_to_install(environment: dict[str, str]) -> None:
    missing = "import sys; sys.modules['celery'] = None; import django; django.setup()"

    done = subprocess.run(
        [sys.executable, "-c", missing], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode != 0
    assert "pip install civicnet[celery]" in done.stderr
