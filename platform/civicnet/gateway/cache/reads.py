"""What an answer was read from: the tables that its SQL names, found out while it runs, declared by nobody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection

from civicnet.ledger.stamps import ignored, stamped

_WORD = re.compile(r"[A-Za-z_]\w*")
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|TRUNCATE|MERGE|COPY|CALL|DO)\b", re.IGNORECASE)
# Says nothing of any row: transactions and settings of the connection.
_NEUTRAL = re.compile(r"\s*(?:SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|SHOW|PRAGMA)\b", re.IGNORECASE)
# FROM within a function or a comparison names no table.
_NO_SOURCE = re.compile(r"\b(?:EXTRACT|SUBSTRING|TRIM|OVERLAY)\s*\([^()]*?\bFROM\b|\bDISTINCT\s+FROM\b", re.IGNORECASE)
_SOURCE = re.compile(
    r'\b(?:FROM|JOIN)\s+(?:ONLY\s+|LATERAL\s+)?((?:"[^"]+"|\w+)(?:\s*\.\s*(?:"[^"]+"|\w+))*)(\s*\()?', re.IGNORECASE
)
# Any star but that of COUNT(*).
_ALL_COLUMNS = re.compile(r"(?<!\()\*")
_NAMED_QUERY = re.compile(
    r'"?(\w+)"?\s*(?:\([^()]*\)\s*)?\bAS\s+(?:NOT\s+MATERIALIZED\s+|MATERIALIZED\s+)?\(', re.IGNORECASE
)
_ROWLESS_FUNCTIONS = {
    "unnest",
    "generate_series",
    "json_each",
    "json_array_elements",
    "jsonb_array_elements",
    "jsonb_each",
}
_OWN_SCHEMAS = {"public", "main"}


@dataclass(slots=True)
class Reads:
    """Tables an answer was read from. ``refused``: something else was, or something was written, so it must not be kept."""

    tables: set[str] = field(default_factory=set)
    refused: bool = False


@contextmanager
def reading() -> Iterator[Reads]:
    """Note what SQL on this connection reads within the block."""
    found, known = Reads(), stamped_tables()

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if (tables := tables_of(str(sql), known)) is None:
            found.refused = True
        else:
            found.tables |= tables
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


@lru_cache(maxsize=1)
def stamped_tables() -> frozenset[str]:
    """The tables that have a content version, fixed once all apps are ready."""
    return stamped()


@lru_cache(maxsize=2048)
def tables_of(sql: str, known: frozenset[str]) -> frozenset[str] | None:
    """Those of the known tables that a statement names; None when it writes, or reads from anything else."""
    if _NEUTRAL.match(sql):
        return frozenset()
    if _WRITES.search(sql):
        return None
    within = {name.lower() for name in _NAMED_QUERY.findall(sql)}
    for source, called in _SOURCE.findall(_NO_SOURCE.sub("", sql)):
        *schema, name = [part.strip().strip('"') for part in source.split(".")]
        if called and not schema and name.lower() in _ROWLESS_FUNCTIONS | {"select", "values"}:
            continue
        if called or (name not in known and (schema or name.lower() not in within)) or set(schema) - _OWN_SCHEMAS:
            return None
    # Every word, not only what follows FROM: a list after a comma is one more way to name a table.
    words = frozenset(_WORD.findall(sql))
    found = words & known
    # An update of a column that is ignored would not be noticed.
    unnoticed = any(quiet & words or _ALL_COLUMNS.search(sql) for one in found if (quiet := ignored(one)))
    return None if unnoticed else found
