"""A stranger's plugin comes into a running city: installed, migrated, one rolling restart, and from then on only switched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from installation import Answer, Installation

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

STATION = Path(__file__).resolve().parents[2] / "examples" / "station"
WORKERS = 2
ASK = {"query": "{ stationStations { totalCount } }"}
SETTINGS = """
from civicnet_site.settings.test import *
DATABASES["default"]["TEST"] = {"NAME": %r}
"""
STILL = {"query": "{ platform { version } }"}


@pytest.fixture
def installation(tmp_path: Path, copied_database: str) -> Installation:
    made = Installation(tmp_path, copied_database)
    made.site_packages.mkdir()
    made.switch_on("publicity")
    return made


def by_process(installation: Installation, path: str, body: object = None) -> dict[str, Answer]:
    """The answer of each process; asked until all have answered."""
    found: dict[str, Answer] = {}
    until = time.monotonic() + 30
    while len(found) < WORKERS and time.monotonic() < until:
        asked = [threading.Thread(target=_ask, args=(installation, path, body, found)) for _one in range(6)]
        for one in asked:
            one.start()
        for one in asked:
            one.join()
    assert len(found) == WORKERS
    return found


def _ask(installation: Installation, path: str, body: object, found: dict[str, Answer]) -> None:
    answer = installation.ask(path, body)
    found[answer.process] = answer


def _renewed(seen: list[Answer], before: set[str]) -> bool:
    """Whether for two seconds none but new processes have answered, and all of those."""
    lately = {one.process for one in seen if one.asked_at > time.monotonic() - 2}
    return len(lately) == WORKERS and not lately & before


def test_it_comes_without_a_refused_request_and_goes_and_returns_without_a_restart(installation: Installation) -> None:
    seen: list[Answer] = []
    ending = threading.Event()

    def keep_asking() -> None:
        while not ending.wait(0.05):
            seen.append(installation.ask("/graphql/", STILL))

    with installation.serving(workers=WORKERS):
        before = set(by_process(installation, "/graphql/", STILL))
        assert installation.ask("/p/station/").status == 404
        asking = threading.Thread(target=keep_asking)
        asking.start()
        pip = ["pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
        target = ["--target", str(installation.site_packages), str(STATION)]
        subprocess.run([sys.executable, "-m", *pip, *target], check=True, timeout=120)
        installation.run("migrate", "acme_station", "-v", "0")
        installation.run("reload")
        until = time.monotonic() + 60
        while time.monotonic() < until and not _renewed(seen, before):
            time.sleep(0.2)
        ending.set()
        asking.join()
        after = set(by_process(installation, "/graphql/", STILL))
        off = by_process(installation, "/p/station/")
        installation.run("plugins", "on", "station", "--reason", "residents ask where to go")
        on, told = by_process(installation, "/p/station/"), by_process(installation, "/graphql/", ASK)
        installation.run("plugins", "off", "station", "--reason", "test")
        gone, refused = by_process(installation, "/p/station/"), by_process(installation, "/graphql/", ASK)
        installation.run("plugins", "on", "station", "--reason", "test")
        again = by_process(installation, "/graphql/", ASK)

    assert {one.status for one in seen} == {200}, installation.log()
    assert not before & after
    assert set(on) == set(gone) == after, "switching starts no process anew"
    assert {one.status for one in off.values()} == {one.status for one in gone.values()} == {404}
    assert {one.status for one in on.values()} == {200}
    assert [one.json() for one in told.values()] == [{"data": {"stationStations": {"totalCount": 0}}}] * WORKERS
    codes = [one.json()["errors"][0]["extensions"] for one in refused.values()]
    assert codes == [{"code": "PLUGIN_DISABLED", "plugin": "station"}] * WORKERS
    assert [one.json() for one in again.values()] == [one.json() for one in told.values()]


def test_its_own_tests_and_the_conformance_suite_pass_in_its_folder(tmp_path: Path, migrated: Path) -> None:
    database = shutil.copy(migrated, tmp_path / "station.sqlite3")
    (tmp_path / "own_settings.py").write_text(SETTINGS % str(database))
    ours = {
        "CIVICNET_VAR": str(tmp_path / "var"),
        "DJANGO_SETTINGS_MODULE": "own_settings",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--reuse-db", "-q", "-p", "no:cacheprovider"],
        cwd=STATION,
        env=os.environ | ours | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d\d passed in ", done.stdout, re.M), done.stdout
