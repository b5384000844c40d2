"""A chain per writer: each database connection of each process links its own records, so that no writer waits for another.

A head is known without asking the database: the last record of the open transaction is the last ``Advance`` that waits for
its commit (Django drops those of savepoints that were rolled back), and before it comes the last one that was committed.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from civicnet.ledger import witness

_ATTRIBUTE = "civicnet_writer"


@dataclass(frozen=True, slots=True)
class Advance:
    """A record's place in its chain. It waits among the callbacks of its transaction, and is itself nothing to call."""

    chain: str
    position: int
    digest: str

    def __call__(self) -> None:
        """Nothing: what has to be done at a commit is done for all callbacks' sake before the first of them runs."""


class Writer:
    """What a connection knows of its chain: its name and the last committed record."""

    def __init__(self, link: Any) -> None:
        # A new connection to the database is a new chain: whether a commit that broke off was kept, only the database knows.
        self.link = link
        self.pid = os.getpid()
        self.head = Advance(secrets.token_hex(16), 0, "")
        self.lines = 0

    def belongs_to(self, connection: BaseDatabaseWrapper) -> bool:
        """Whether process and connection are still the ones the chain was begun by."""
        return self.pid == os.getpid() and self.link is connection.connection


def head(connection: BaseDatabaseWrapper) -> Advance:
    """The record after which the next one comes, of this transaction or committed before."""
    return _latest(connection, _writer(connection).head)


def advance(connection: BaseDatabaseWrapper, to: Advance) -> None:
    """Count a record that was just written; it stands once the transaction commits."""
    connection.on_commit(to)


def begin_anew(connection: BaseDatabaseWrapper) -> None:
    """Leave the chain as it is, and begin another with the next record."""
    setattr(connection, _ATTRIBUTE, None)


def _writer(connection: BaseDatabaseWrapper) -> Writer:
    known: Writer | None = getattr(connection, _ATTRIBUTE, None)
    if known is None or not known.belongs_to(connection):
        known = Writer(connection.connection)
        setattr(connection, _ATTRIBUTE, known)
        _listen(connection)
    return known


def _latest(connection: BaseDatabaseWrapper, committed: Advance) -> Advance:
    hooks = (entry[1] for entry in reversed(connection.run_on_commit))
    return next((hook for hook in hooks if isinstance(hook, Advance) and hook.chain == committed.chain), committed)


def _listen(connection: BaseDatabaseWrapper) -> None:
    # The head must stand before the first callback runs: a callback may record, or fail and keep the others from running.
    run: Callable[[], None] = connection.run_and_clear_commit_hooks
    if getattr(run, "civicnet", False):
        return

    def settle_and_run() -> None:
        _settle(connection)
        run()

    settle_and_run.civicnet = True  # type: ignore[attr-defined]
    connection.run_and_clear_commit_hooks = settle_and_run  # type: ignore[method-assign]


def _settle(connection: BaseDatabaseWrapper) -> None:
    known: Writer | None = getattr(connection, _ATTRIBUTE, None)
    if connection.in_atomic_block or known is None:
        return
    latest = _latest(connection, known.head)
    if latest is not known.head:
        known.head = latest
        known.lines += witness.attest(
            chain=latest.chain,
            line=known.lines + 1,
            position=latest.position,
            digest=latest.digest,
            at=timezone.now(),
        )
