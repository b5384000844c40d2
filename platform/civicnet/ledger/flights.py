"""Flights: PostgreSQL works on a bulk write while Python prepares what comes next, and whoever asks it next waits first.

Nothing of this is seen in the result: one statement runs after the other, in their order and in one transaction, and what is
wrong with one is raised at the latest before the next, before a savepoint is released and before the end of the block. SQLite
works in the process that asks it: there nothing flies.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db import Error, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_ATTRIBUTE = "civicnet_flight"
# What is deferred by its nature stays so for the rest of the transaction.
_LOOK = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
_BACK, _POINT = "ROLLBACK TO SAVEPOINT", "SAVEPOINT"


class Flight:
    """What is on its way on a connection to PostgreSQL, and what is to be done once it has arrived."""

    def __init__(self, connection: BaseDatabaseWrapper, meanwhile: Generator[None] | None) -> None:
        self._connection: Any = connection
        self._meanwhile = meanwhile
        self._flies = self._passes = self._asked = False
        self._then: list[Callable[[], None]] = []
        self._last: list[Callable[[], None]] = []

    def send(self, sql: str, values: Sequence[str]) -> None:
        """Send a statement with ``$1`` for a value, all of them texts; without any it may be several."""
        from psycopg import generators

        self.arrive()
        raw = self._connection.connection
        with self._connection.wrap_database_errors:
            if values:
                raw.pgconn.send_query_params(sql.encode(), [value.encode() for value in values])
            else:
                raw.pgconn.send_query(sql.encode())
            raw.wait(generators.send(raw.pgconn))
        self._flies = True

    def copy(self, sql: str, blocks: Iterable[str]) -> None:
        """Send blocks of lines by COPY as they are made."""
        from psycopg import generators

        self.arrive()
        raw = self._connection.connection
        with self._connection.wrap_database_errors:
            raw.pgconn.send_query(sql.encode())
            self._told(raw.wait(generators.execute(raw.pgconn)))
            try:
                for block in blocks:
                    raw.wait(generators.copy_to(raw.pgconn, block.encode()))
            except BaseException:
                self._end_copy(raw, b"no more rows")
                self.give_up()
                raise
            self._end_copy(raw, None)

    def then(self, act: Callable[[], None]) -> None:
        """Do it once what flies has arrived, and never if it fails."""
        if self._flies:
            self._then.append(act)
        else:
            act()

    def last(self, act: Callable[[], None]) -> None:
        """Do it before the block ends, unless the savepoint of now is rolled back."""
        self.then(lambda: self._last.append(act))

    def arrive(self) -> None:
        """Wait for what flies.

        Raises:
            django.db.Error: whatever PostgreSQL says of it.
        """
        if not self._flies:
            return
        from psycopg import generators

        self._flies = False
        waiting, self._then = self._then, []
        raw = self._connection.connection
        with self._connection.wrap_database_errors:
            self._pass_the_time(raw.pgconn)
            self._told(raw.wait(generators.fetch_many(raw.pgconn)))
        for act in waiting:
            act()

    def finish(self) -> None:
        """Send what was left for the end."""
        self.arrive()
        acts, self._last = self._last, []
        for act in acts:
            act()

    def give_up(self) -> None:
        """Wait for what flies, whatever became of it: it is rolled back."""
        with suppress(Error):
            self.arrive()
        self._then.clear()
        self._last.clear()

    def before(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Around each statement of Django's."""
        if self._passes:
            self._asked = True
            raise _asked_meanwhile()
        if sql.startswith(_BACK):
            self.give_up()
        elif sql.startswith(_POINT):
            # What comes after it may be rolled back without this.
            self.finish()
        self.arrive()
        return execute(sql, params, many, context)

    def _pass_the_time(self, pgconn: Any) -> None:
        work = self._meanwhile
        if work is None:
            return
        self._passes = True
        try:
            while pgconn.is_busy():
                next(work)
                if self._asked:
                    # Whoever kept quiet about it has gone on with something else than what stands in the database.
                    self._asked = False
                    work.throw(_asked_meanwhile())
                pgconn.consume_input()
        except StopIteration:
            pass
        finally:
            self._passes = self._asked = False

    def _told(self, results: Sequence[Any]) -> None:
        from psycopg.errors import error_from_result
        from psycopg.pq import ExecStatus

        for one in results:
            if one.status not in (ExecStatus.COMMAND_OK, ExecStatus.COPY_IN):
                raise error_from_result(one, encoding="utf-8")

    def _end_copy(self, raw: Any, error: bytes | None) -> None:
        from psycopg import generators

        while raw.pgconn.put_copy_end(error) == 0:
            raw.wait(generators.send(raw.pgconn))
        raw.wait(generators.send(raw.pgconn))
        self._flies = True


def _asked_meanwhile() -> RuntimeError:
    return RuntimeError("what is done while the database is waited for cannot ask it")


@contextmanager
def in_flight(using: str | None = None, *, meanwhile: Generator[None] | None = None) -> Iterator[None]:
    """Let bulk writes fly inside the block, which stands in a transaction and begins no thread.

    ``meanwhile`` is work in small steps that asks no database: it is gone on with whenever there is only waiting to do. A
    step that asks it after all gets a ``RuntimeError``, once more at its end in case it took no notice.
    """
    connection = transaction.get_connection(using)
    if connection.vendor != "postgresql" or flight_of(connection) is not None:
        yield
        return
    with connection.cursor() as cursor:
        # The driver begins a transaction with the first statement that goes through its own hands.
        cursor.execute("SELECT 1")
    flight = Flight(connection, meanwhile)
    setattr(connection, _ATTRIBUTE, flight)
    try:
        with connection.execute_wrapper(flight.before):
            yield
            flight.finish()
            flight.arrive()
    finally:
        flight.give_up()
        setattr(connection, _ATTRIBUTE, None)


def flight_of(connection: BaseDatabaseWrapper) -> Flight | None:
    """The connection's flight, where one is allowed now."""
    found: Flight | None = getattr(connection, _ATTRIBUTE, None)
    return found


def after_arrival(connection: BaseDatabaseWrapper, act: Callable[[], None]) -> None:
    """Do it once what was written just now stands: at once where nothing flies."""
    flight = flight_of(connection)
    if flight is None:
        act()
    else:
        flight.then(act)


def send(connection: BaseDatabaseWrapper, sql: str, values: Sequence[str]) -> None:
    """Run a statement on PostgreSQL, with ``%s`` for each value, all texts; where it may fly, do not wait for its end."""
    flight = flight_of(connection)
    if flight is None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        return
    first, *parts = sql.split("%s")
    flight.send(first + "".join(f"${number}{part}" for number, part in enumerate(parts, 1)), values)


def at_last(connection: BaseDatabaseWrapper, act: Callable[[], None]) -> None:
    """Do it before the block ends where bulk writes may fly, else at once: a savepoint that is rolled back takes it along."""
    flight = flight_of(connection)
    if flight is None:
        act()
    else:
        flight.last(act)


@contextmanager
def arrived(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Nothing flies on the connection when the block begins."""
    flight = flight_of(connection)
    if flight is not None:
        flight.arrive()
    yield


def landed(using: str | None = None) -> None:
    """All bulk writes of the block so far stand, but for what was left for its end, which now is under way."""
    flight = flight_of(transaction.get_connection(using))
    if flight is not None:
        flight.finish()


def constraints_hold(using: str | None = None) -> None:
    """Have PostgreSQL look now, and in flight, at what it would else look at while the commit is waited for: foreign keys."""
    flight = flight_of(transaction.get_connection(using))
    if flight is not None:
        flight.send(_LOOK, [])
