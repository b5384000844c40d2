"""Emptying test databases: the one place that opens the door in the ledger's triggers, for the length of a flush."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

from civicnet.ledger.triggers import GATE, PARAMETER


@contextmanager
def ledger_open(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let this connection change and delete what the ledger holds."""
    _turn(connection, "on")
    try:
        yield
    finally:
        _turn(connection, "off")


@pytest.fixture(scope="session", autouse=True)
def flush_empties_the_ledger() -> Iterator[None]:
    """``flush`` after a transactional test may do what nobody else may."""
    with pytest.MonkeyPatch.context() as patch:
        flush = BaseDatabaseOperations.execute_sql_flush

        def open_and_flush(operations: BaseDatabaseOperations, statements: Any) -> None:
            with ledger_open(operations.connection):
                flush(operations, statements)

        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", open_and_flush)
        yield


def _turn(connection: BaseDatabaseWrapper, state: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [PARAMETER, state])
        return
    connection.ensure_connection()
    is_open = int(state == "on")
    connection.connection.create_function(GATE, 0, lambda: is_open)
