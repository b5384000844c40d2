"""Callbacks after a commit: Django 5.2 names the one that fails by what a ``partial`` does not have, and fails over that."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_NAMELESS = re.compile(r"on_commit\(\s*partial\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\),\s*robust=")


def nameless(text: str) -> bool:
    """Whether a text has a callback that is said to be robust, and stops those after it where it fails."""
    return _NAMELESS.search(text) is not None


def test_no_callback_that_may_fail_is_a_partial() -> None:
    sources = [path for room in ("platform", "plugins", "site") for path in (ROOT / room).rglob("*.py")]

    assert [str(path) for path in sources if nameless(path.read_text())] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on_commit(partial(send.enqueue, pk=str(row.pk)), robust=True)", True),
        ("on_commit(\n    partial(send, rows=list(of(rows))),\n    robust=True,\n)", True),
        ("on_commit(partial(delete, job))\non_commit(lambda: send(job), robust=True)", False),
    ],
)
def test_such_a_callback_is_found(text: str, found: bool) -> None:
    assert nameless(text) is found
