"""The mirror of the examples: filled from empty, and equal through kills of the server, of those who write, and of itself."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path
from types import ModuleType

import pytest
from installation import Installation

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
MIRROR = ROOT / "examples/mirror/mirror.py"


def mirror() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mirror", MIRROR)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Town:
    """A platform, an office that writes, and a portal with its mirror: processes of which any may be killed.

    Everybody takes ``pace`` times as long from one act to the next as where nothing else runs on the machine.
    """

    def __init__(self, installation: Installation, seed: int, pace: float) -> None:
        self.installation, self.chance, self.seed, self.pace = installation, random.Random(seed), seed, pace
        self.endpoint = f"http://127.0.0.1:{installation.port}/graphql/"
        self.copy = installation.folder / "copy.sqlite3"
        self.key = self._office("setup").communicate(timeout=120)[0].split()[-1]
        self.killed = {"server": 0, "mirror": 0, "office": 0}

    def live(self, seconds: float) -> None:
        """Let all write and follow and die for so long, from when the copy holds the first article."""
        office, mirror = self._office(str(self.seed), str(self.pace)), self._mirror()
        try:
            self._wait_for_articles()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                time.sleep(self.chance.uniform(0.2, 1.2) * self.pace)
                # The server first, and then once in three or four: a new one is what costs most.
                if self.killed["server"] * 2.5 <= self.killed["mirror"] and self._kill_server():
                    continue
                mirror.kill()
                mirror.wait()
                self.killed["mirror"] += 1
                mirror = self._mirror()
        finally:
            mirror.kill()
            mirror.wait()
            office.terminate()
            self.killed["office"] = int(office.communicate(timeout=30)[0])

    def _wait_for_articles(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            time.sleep(0.2)
            with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(self.copy)) as copy:
                if copy.execute("SELECT 1 FROM node WHERE type = 'PublicityArticle'").fetchone():
                    return
        raise AssertionError("".join(self._log(one).read_text(errors="replace") for one in ("log", "office", "mirror")))

    def _kill_server(self) -> bool:
        """End one of its processes; False where none answers, as while it begins anew."""
        with contextlib.suppress(OSError, HTTPException):
            os.kill(int(self.installation.ask("/graphql/schema.graphql").process), signal.SIGKILL)
            self.killed["server"] += 1
            return True
        return False

    def _office(self, *arguments: str) -> subprocess.Popen[str]:
        program = "import django; django.setup(); import mirror_writer; mirror_writer.main()"
        environment = self.installation.environment
        path = os.pathsep.join([str(Path(__file__).parent), environment["PYTHONPATH"]])
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env=environment | {"PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=self._log("office").open("a"),
            text=True,
        )

    def _mirror(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(MIRROR), "run", "--endpoint", self.endpoint, "--key", self.key]
        command += ["--every", str(0.2 * self.pace), "--copy", str(self.copy)]
        log = self._log("mirror").open("a")
        return subprocess.Popen(command, stdout=log, stderr=log)

    def _log(self, name: str) -> Path:
        return self.installation.folder / name


def crash(installation: Installation, *, seconds: float, pace: float = 1) -> None:
    seed = random.randrange(10**6)
    town = Town(installation, seed, pace)
    with installation.serving(workers=2):
        town.live(seconds)
        installation.wait()
        code = mirror()
        platform, copy = code.Platform(town.endpoint, town.key), code.Copy(str(town.copy))

        assert code.verify(platform, copy) == [], f"seed {seed}, killed {town.killed}"
        held = {kind: len(copy.nodes(kind)) for kind in code.FIELDS}
    assert held["PublicityArticle"] > 0 < held["PublicityColumn"], held
    assert min(town.killed.values()) > 0, town.killed
    print(f"seed {seed}: killed {town.killed}; the copy holds {held}")


# On PostgreSQL by `make soak`, for half an hour; what commits out of order there, test_commit_order says each time.
@pytest.mark.only_on("sqlite")
@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_copy_ends_equal_whoever_is_killed_meanwhile(tmp_path: Path, copied_database: str) -> None:
    # Beside other tests: so slow that the long run takes a third of a processor.
    crash(Installation(tmp_path, copied_database), seconds=80, pace=15)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_copy_ends_equal_after_half_an_hour_of_kills(tmp_path: Path, copied_database: str) -> None:
    crash(Installation(tmp_path, copied_database), seconds=1800)
