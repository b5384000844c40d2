"""Kept statements on PostgreSQL: prepared by a connection once they come often, and run without a cursor of the driver's.

A cursor of the driver's is made for whatever may come, and costs several times what the database needs for a row by its key.
Imported where the database is PostgreSQL: elsewhere its driver need not be there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from psycopg import OperationalError
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus

# PostgreSQL prepares a statement that a connection runs for the third time, and so many at most.
_PREPARE_AFTER = 2
_MOST = 100
# Under how many names a text is prepared: each mixture of sizes of its numbers has its own, and callers choose numbers.
_MOST_NAMES = 8
_KNOWN = "_civicnet_prepared"
# What PostgreSQL says of a plan that tables have changed under, and of a name that somebody took away.
_STALE = ("0A000", "26000")


def fetch(connection: Any, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows that a query gives on a Django connection to PostgreSQL. Whoever looks at statements sees it.

    Raises:
        django.db.Error: as from a cursor of Django's.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = _Cursor(connection.connection)
    connection._prepare_cursor(cursor).execute(sql, values)
    return cursor.found


@dataclass(slots=True)
class _Text:
    # ``query`` is what PostgreSQL gets; ``names`` those under which it was prepared, by the types of the values.
    query: bytes
    runs: int = 0
    names: dict[tuple[int, ...], bytes] = field(default_factory=dict)


class _Cursor:
    # As much of a cursor as Django's wrapper asks for.
    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._query: _Text | None = None
        self.found: list[tuple[Any, ...]] = []

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        prepared = getattr(self._raw, _KNOWN, None)
        if prepared is None:
            prepared = _Prepared(self._raw)
            setattr(self._raw, _KNOWN, prepared)
        # Django's log reads it from there.
        self._query = prepared.text(sql)
        self.found = prepared.rows(self._query, values)

    def close(self) -> None:
        pass


class _Prepared:
    """What one connection has prepared, those not asked for longest given up first."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self._texts: OrderedDict[str, _Text] = OrderedDict()
        self._number = 0
        context = raw.cursor()
        _read_moments_quickly(context.adapters)
        self._adapt = Transformer(context)
        # Whoever writes a kept statement sees to it that one plan is right for all values: planning several queries together
        # takes longer than running them.
        raw.execute("SET plan_cache_mode = force_generic_plan")

    def text(self, sql: str) -> _Text:
        """The text with the marks of PostgreSQL for values."""
        found = self._texts.get(sql)
        if found is not None:
            self._texts.move_to_end(sql)
            return found
        made = self._texts[sql] = _Text(_numbered(sql).encode())
        if len(self._texts) > _MOST:
            _sql, gone = self._texts.popitem(last=False)
            self._give_up(gone)
        return made

    def rows(self, text: _Text, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What it gives for these values.

        Raises:
            psycopg.Error: whatever PostgreSQL says.
        """
        pgconn = self._raw.pgconn
        if not self._raw.autocommit and self._is_idle():
            # The driver begins the transaction, as it was told to.
            self._raw.execute("SELECT 1")
        sent = self._adapt.dump_sequence(values, [PyFormat.AUTO] * len(values)) if values else []
        types, formats = (self._adapt.types or (), self._adapt.formats) if values else ((), [])
        name = self._name(text, types)
        if name is None:
            result = pgconn.exec_params(text.query, sent, types, formats)
        else:
            result = pgconn.exec_prepared(name, sent, formats)
            if _state(result) in _STALE:
                # Within a transaction this run has failed, and the next one finds it anew.
                self._give_up(text)
                if self._is_idle():
                    result = pgconn.exec_params(text.query, sent, types, formats)
        return self._read(result)

    def _read(self, result: Any) -> list[tuple[Any, ...]]:
        if result.status == ExecStatus.TUPLES_OK:
            self._adapt.set_pgresult(result)
            found: list[tuple[Any, ...]] = self._adapt.load_rows(0, result.ntuples, tuple)
            return found
        if self._raw.pgconn.status == ConnStatus.BAD:
            raise OperationalError(self._raw.pgconn.get_error_message())
        raise error_from_result(result, encoding=self._adapt.encoding)

    def _name(self, text: _Text, types: tuple[int, ...]) -> bytes | None:
        name = text.names.get(types)
        if name is None:
            text.runs += 1
            if text.runs <= _PREPARE_AFTER:
                return None
            if len(text.names) >= _MOST_NAMES:
                self._deallocate(text.names.pop(next(iter(text.names))))
            self._number += 1
            name = f"civicnet_{self._number}".encode()
            self._read_nothing(self._raw.pgconn.prepare(name, text.query, types))
            text.names[types] = name
        return name

    def _read_nothing(self, result: Any) -> None:
        if result.status != ExecStatus.COMMAND_OK:
            self._read(result)

    def _give_up(self, text: _Text) -> None:
        for name in text.names.values():
            self._deallocate(name)
        text.names.clear()
        text.runs = 0

    def _deallocate(self, name: bytes) -> None:
        # One that is not there any more is given up already.
        self._raw.pgconn.exec_(b"DEALLOCATE " + name)

    def _is_idle(self) -> bool:
        return bool(self._raw.pgconn.transaction_status == TransactionStatus.IDLE)


def _numbered(sql: str) -> str:
    # Django writes %s for a value, and %% for the sign itself.
    first, *parts = sql.split("%s")
    whole = first + "".join(f"${number}{part}" for number, part in enumerate(parts, 1))
    return whole.replace("%%", "%")


def _state(result: Any) -> str:
    return (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()


def _read_moments_quickly(adapters: Any) -> None:
    moments = adapters.get_loader(adapters.types["timestamptz"].oid, Format.TEXT)
    if getattr(moments, "timezone", None) is UTC:
        adapters.register_loader("timestamptz", _quick(moments))


def _quick(moments: Any) -> Any:
    class Quick(moments):
        def load(self, data: Any) -> datetime:
            written = bytes(data)
            if written.endswith(b"+00"):
                try:
                    return datetime.fromisoformat(written.decode())
                except ValueError:
                    # Before the year 1 or after 9999: Django's says what to do.
                    pass
            found: datetime = super().load(data)
            return found

    return Quick
