"""Bulk writes: many rows of one model in one statement, sealed, indexed and in the change log like any other write.

A bulk service of a plugin decides what to write and calls these two. They are several times as fast as ``bulk_create`` and
``bulk_update``: PostgreSQL takes new rows by COPY and changes as arrays, SQLite many new rows a statement. Constraints and the
triggers of content versions are the database's own, so they hold here too. An import that can be taken back keeps an image.
Where the caller lets writes fly (``ledger.flights``), what the database refuses is raised by whatever asks it next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db import models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from civicnet.contract import Actor
from civicnet.ledger import copying
from civicnet.ledger.columns import Prepared, prepared
from civicnet.ledger.flights import after_arrival, at_last
from civicnet.ledger.images import Written, image_wanted, marks_of, plain_rows
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record_changes

Row = Sequence[Any]
# How many rows are made ready at once: new ones are sent as they come, a change is a statement of its own.
_NEW, _CHANGES = 250, 1_000


def add_rows(
    *, actor: Actor, model: type[models.Model], fields: Sequence[str], rows: Sequence[Row], origins: Sequence[int] = ()
) -> list[int]:
    """Add rows, given as values in the order of ``fields`` (names of columns in Python); returns their keys in order.

    Fields that are not named get their defaults, blind indexes are made from what is sealed. ``origins`` are rows of the
    file that brought them. Call it inside the transaction of the deed.

    Raises:
        IntegrityError: a row breaks a constraint; none was added.
    """
    if not rows:
        return []
    connection = _connection(model)
    columns = prepared(model, fields, connection, complete=True)
    keys = copying.reserve(connection, model, len(rows))
    copying.insert(connection, model, columns.fields, _batches(columns, rows, keys, _NEW))
    # Of a new row everything counts: whoever fills in what an import left empty has changed it.
    others = tuple(columns.defaults.values())
    _keep(connection, model, [*fields, *columns.defaults], keys, [(*row, *others) for row in rows], None, origins)
    at_last(connection, partial(record_changes, actor=actor, model=model, ids=keys))
    return keys


def change_rows(
    *,
    actor: Actor,
    model: type[models.Model],
    fields: Sequence[str],
    keys: Sequence[int],
    rows: Sequence[Row],
    before: Sequence[Row],
    origins: Sequence[int] = (),
) -> None:
    """Change rows to these values, given in the order of ``fields``; ``before`` are the values that were read under a lock.

    A column that none of the rows changes is not written.

    Raises:
        IntegrityError: a row breaks a constraint; none was changed.
    """
    if not rows:
        return
    connection = _connection(model)
    told = _differing(rows, before)
    columns = prepared(model, [fields[at] for at in told], connection)
    changed = rows if len(told) == len(fields) else [[row[at] for at in told] for row in rows]
    for batch in _batches(columns, changed, keys, _CHANGES):
        copying.update(connection, model, columns.fields, batch)
    _keep(connection, model, fields, list(keys), rows, before, origins)
    at_last(connection, partial(record_changes, actor=actor, model=model, ids=keys))


def remove_rows(*, actor: Actor, model: type[models.Model], keys: Sequence[int]) -> None:
    """Remove rows to which nothing refers."""
    found = model._base_manager.filter(pk__in=keys)
    found._raw_delete(found.db)
    record_changes(actor=actor, model=model, ids=keys, operation=Operation.DELETE)


def _differing(rows: Sequence[Row], before: Sequence[Row]) -> list[int]:
    # A column that no row changes costs the database its indexes all the same; an update of nothing still is one.
    columns = enumerate(zip(zip(*rows, strict=True), zip(*before, strict=True), strict=True))
    return [at for at, (given, held) in columns if given != held] or [*range(len(rows[0]))]


def _connection(model: type[models.Model]) -> BaseDatabaseWrapper:
    connection: BaseDatabaseWrapper = transaction.get_connection(router.db_for_write(model))
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a bulk write and its record belong into one transaction")
    return connection


def _batches(columns: Prepared, rows: Sequence[Row], keys: Sequence[int], most: int) -> Iterator[list[list[Any]]]:
    # Small enough for the database to begin with the first long before the last is sealed.
    for at in range(0, len(rows), most):
        yield _stored(columns, rows[at : at + most], keys[at : at + most])


def _stored(columns: Prepared, rows: Sequence[Row], keys: Sequence[int]) -> list[list[Any]]:
    return [[key, *row] for key, row in zip(keys, columns.stored(rows), strict=True)]


def _keep(
    connection: BaseDatabaseWrapper,
    model: type[models.Model],
    fields: Sequence[str],
    keys: list[int],
    rows: Sequence[Row],
    before: Sequence[Row] | None,
    origins: Sequence[int],
) -> None:
    image = image_wanted()
    if image is None:
        return
    written = Written(
        model=model._meta.label_lower,
        fields=list(fields),
        keys=keys,
        marks=marks_of(rows),
        origins=list(origins) or [0] * len(keys),
        before=None if before is None else plain_rows(before),
    )
    after_arrival(connection, partial(image.written.append, written))
