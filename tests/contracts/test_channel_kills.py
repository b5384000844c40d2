"""Whichever sender is killed: each channel ends with what was wished last of each article, and hears it in order."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from installation import Installation

pytestmark = pytest.mark.django_db
PROGRAM = Path(__file__).with_name("channel_kills.py")


def run(tmp_path: Path, database: str, *, articles: int, kills: int) -> None:
    installation, seed = Installation(tmp_path, database), random.randrange(10**6)

    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(articles), str(kills), str(seed)],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )

    assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr}"
    print(f"seed {seed}: {done.stdout.strip()}")


# SQLite's writers wait for each other anyway; the long run takes both.
@pytest.mark.only_on("postgresql")
def test_two_senders_of_which_each_may_die_bring_each_channel_what_was_wished_last(
    tmp_path: Path, copied_database: str
) -> None:
    run(tmp_path, copied_database, articles=12, kills=4)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_thousand_articles_reach_two_channels_through_twenty_kills(tmp_path: Path, copied_database: str) -> None:
    run(tmp_path, copied_database, articles=2000, kills=20)
