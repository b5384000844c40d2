"""Server processes that are killed: nobody has to start anything by hand."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from http.client import HTTPException
from pathlib import Path

import pytest
from installation import Installation

pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


def test_a_server_whose_processes_die_one_soon_after_the_other_answers_again(
    tmp_path: Path, copied_database: str
) -> None:
    installation = Installation(tmp_path, copied_database)
    killed: list[int] = []
    with installation.serving(workers=1):
        for _ in range(3):
            killed.append(answering(installation, other_than=killed))
            os.kill(killed[-1], signal.SIGKILL)

        assert answering(installation, other_than=killed) not in killed


def answering(installation: Installation, *, other_than: list[int]) -> int:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError, HTTPException):
            process = int(installation.ask("/graphql/schema.graphql").process)
            if process not in other_than:
                return process
        time.sleep(0.05)
    raise AssertionError(installation.log())
