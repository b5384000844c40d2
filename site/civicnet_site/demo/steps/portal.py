"""The outside portal's step: a stand-alone program with the public ``gql`` client and a key."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from civicnet_site.demo.browser import DayFailed
from civicnet_site.demo.day import Day

PROGRAM = Path(__file__).resolve().parents[4] / "examples" / "portal" / "portal.py"
OFF = 3


def read_as_portal(day: Day, case: str) -> dict[str, Any]:
    """Run the portal; returns what it printed."""
    status, printed = run_portal(day, case)
    if status != 0:
        raise DayFailed(f"the portal ended with status {status}: {printed}")
    return printed


def run_portal(day: Day, case: str) -> tuple[int, dict[str, Any]]:
    """The portal's exit status and what it printed."""
    command = [
        sys.executable,
        str(PROGRAM),
        "--url",
        f"{day.base}/graphql/",
        "--key",
        day.city.portal_key,
        "--case",
        case,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode not in (0, OFF):
        raise DayFailed(f"the portal failed: {done.stderr.strip()[-400:]}")
    return done.returncode, json.loads(done.stdout)


def ask(day: Day, query: str, **variables: Any) -> dict[str, Any]:
    """A question to GraphQL with the portal's key."""
    answer: dict[str, Any] = httpx.post(
        f"{day.base}/graphql/",
        json={"query": query, "variables": variables},
        headers={"Authorization": f"Bearer {day.city.portal_key}"},
        timeout=30,
    ).json()
    if "data" not in answer:
        raise DayFailed(f"GraphQL answered {answer}")
    return answer
