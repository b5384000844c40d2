"""Killed at any moment, an import ends as if nothing had been, and so does its undo; CIVICNET_IMPORT_KILLS says how often."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from installation import Installation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("program", ["import_kills.py", "article_kills.py"], ids=["roster", "articles"])
def test_an_import_killed_at_random_moments_ends_equal_and_nothing_doubles(
    tmp_path: Path, copied_database: str, program: str
) -> None:
    installation = Installation(tmp_path, copied_database)
    kills, seed = os.environ.get("CIVICNET_IMPORT_KILLS", "4"), str(random.randrange(10**6))

    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name(program)), kills, seed],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    print(f"seed {seed}: {done.stdout.strip()}")
