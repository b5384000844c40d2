"""Rows that all tests of a module find: made once, in a transaction around those of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from quick_flush import fill, row_counts, rows_of

from civicnet.lifecycle import snapshot
from civicnet.testing.ledger import ledger_open

Build = Callable[[], object]
KeptRows = Callable[[Build], None]
Tables = dict[str, list[tuple[Any, ...]]]
# Wagtail's index of words, which triggers write from another table.
_BY_TRIGGERS = "_fts"


class MadeRows:
    """What was made, by what made it and what it found: where the same is found again, the same is put there.

    That takes a twentieth of the time that publishing a few pages takes, and dozens of modules begin with the same pages.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Build, Tables, Tables]] = []

    def make(self, build: Build) -> None:
        """Have ``build`` make its rows, or put there what it made of the same tables before."""
        found = _tables()
        made = next((made for builder, before, made in self._made if builder is build and before == found), None)
        if made is None:
            build()
            self._made.append((build, found, _tables()))
            return
        _put(made)
        assert _tables() == made, "what was made by hand is not what was built"


@pytest.fixture(scope="session")
def made_rows() -> MadeRows:
    """What the modules of this process have made so far."""
    return MadeRows()


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: Any, made_rows: MadeRows) -> Iterator[KeptRows]:
    """``kept_rows(build)`` has ``build`` make its rows, for all tests of the module; none of them may empty the tables.

    A ``build`` that several modules share is one function that writes rows and nothing else: it is called once.
    """
    around: Any = transaction.atomic()
    # As the transaction around each test: what is read in it counts as standing.
    around._from_testcase = True
    with django_db_blocker.unblock():
        around.__enter__()

    def keep(build: Build) -> None:
        with django_db_blocker.unblock():
            made_rows.make(build)
        _forget()

    yield keep
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
    _forget()


def _forget() -> None:
    cache.clear()
    snapshot.forget()


def _tables() -> Tables:
    return {name: sorted(rows_of(name), key=repr) for name, count in row_counts().items() if count}


def _put(made: Tables) -> None:
    with ledger_open(connection), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        # What triggers write while other tables are filled, the second turn sets right.
        for _turn in range(2):
            found = _tables()
            for name in sorted(made.keys() | found.keys()):
                if not name.endswith(_BY_TRIGGERS) and found.get(name, []) != made.get(name, []):
                    fill(name, made.get(name, []))
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
