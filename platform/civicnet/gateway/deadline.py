"""The time a request may take: looked at before each statement, and on SQLite within one; PostgreSQL ends a long one itself.

A server process of ``civicnet serve`` has ``statement_timeout`` set on each connection (``CIVICNET_STATEMENT_SECONDS``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy

from civicnet.contract import CivicNetError

# How many steps of its machine SQLite goes between two looks at the clock: some milliseconds.
_STEPS = 200_000
# What PostgreSQL says of a statement that it ended.
_CANCELLED = "57014"
# What a transaction is undone with must never be stopped itself.
_UNDOING = ("ROLLBACK", "RELEASE", "SAVEPOINT")


@dataclass(slots=True)
class Timed:
    """When the request is over, and how many statements it has made so far."""

    at: float
    writes: bool
    statements: int = 0

    def is_over(self, within: Any) -> bool:
        """Whether a statement on this connection is to be stopped."""
        return time.monotonic() > self.at and (not self.writes or within.in_atomic_block)


_deadline: ContextVar[Timed | None] = ContextVar("civicnet_deadline", default=None)


class TimeLimit(CivicNetError):
    """The request has taken its time; what it had not written whole is not written."""

    code = "TIME_LIMIT"
    status = 503
    message = gettext_lazy("This took too long and was stopped. Ask for fewer rows or fields at a time.")


class time_limit:  # noqa: N801 — a context manager, used like a function
    """Let statements of this block run for ``CIVICNET_GRAPHQL_SECONDS`` at most; 0 for any time.

    With ``writes``, only statements within a transaction are stopped: what is told after a commit is told whole. Whoever
    enters gets the ``Timed``.

    Raises:
        TimeLimit: from the statement that would begin, or went on, past the end. What it belongs to is rolled back.
    """

    __slots__ = ("_timed", "_token", "_wrappers")

    def __init__(self, *, writes: bool) -> None:
        self._timed = Timed(time.monotonic() + (settings.CIVICNET_GRAPHQL_SECONDS or float("inf")), writes)

    def __enter__(self) -> Timed:
        self._token = _deadline.set(self._timed)
        # What connection.execute_wrapper does, without its generator: this stands in the way of every request.
        self._wrappers: list[Any] = connection.execute_wrappers
        self._wrappers.append(partial(_run, self._timed))
        return self._timed

    def __exit__(self, *_error: object) -> None:
        self._wrappers.pop()
        _deadline.reset(self._token)


def watch_statements() -> None:
    """Have long statements stopped on SQLite; called when the app is ready."""
    connection_created.connect(_watch, dispatch_uid="civicnet.gateway.deadline")
    if connection.connection is not None:
        _watch(connection=connection)


def _run(
    deadline: Timed, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if deadline.is_over(context["connection"]) and not sql.startswith(_UNDOING):
        raise TimeLimit()
    deadline.statements += 1
    try:
        return execute(sql, params, many, context)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) == _CANCELLED or deadline.is_over(context["connection"]):
            raise TimeLimit() from error
        raise


def _watch(*, connection: Any, **_signal: Any) -> None:
    def is_over() -> bool:
        deadline = _deadline.get()
        return deadline is not None and deadline.is_over(connection)

    if connection.vendor == "sqlite":
        connection.connection.set_progress_handler(is_over, _STEPS)
