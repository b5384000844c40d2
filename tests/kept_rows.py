"""Rows that all tests of a module find: made once, in a transaction around those of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from civicnet.lifecycle import snapshot

KeptRows = Callable[[Callable[[], object]], None]


@pytest.fixture(scope="module")
def kept_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[KeptRows]:
    """``kept_rows(build)`` has ``build`` make its rows, for all tests of the module; none of them may empty the tables."""
    around: Any = transaction.atomic()
    # As the transaction around each test: what is read in it counts as standing.
    around._from_testcase = True
    with django_db_blocker.unblock():
        around.__enter__()

    def keep(build: Callable[[], object]) -> None:
        with django_db_blocker.unblock():
            build()

    yield keep
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
    cache.clear()
    snapshot.forget()
