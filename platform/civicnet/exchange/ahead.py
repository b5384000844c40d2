"""Ahead: the next chunk of a spool is opened by a thread while PostgreSQL takes the one before it.

Whether the chunk may still go in is asked under the lock of its job, like that of any other. SQLite works in this process:
there a thread would only make its transactions longer.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

from django.db import connection

from civicnet.cipher import decrypt
from civicnet.cipher.columns import stored
from civicnet.exchange.models import ImportJob, SpoolChunk
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.spool import Entry, entries_of
from civicnet.lifecycle.snapshot import Snapshot


class Ahead:
    """The chunks of a job in their order, each with its rows; to be closed.

    ``snapshot`` is that in which the job's plugin was last seen to be on.
    """

    def __init__(self, job: ImportJob, resource: ImportResource) -> None:
        self._chunks: Any = stored(SpoolChunk, ["sealed"]).filter(job=job).defer("sealed", "image").order_by("number")
        self._resource = resource
        self._pool = ThreadPoolExecutor(1, "civicnet-ahead") if connection.vendor == "postgresql" else None
        self.snapshot: Snapshot | None = None
        self._next: SpoolChunk | None = None
        self._rows: Future[list[Entry]] | None = None

    def after(self, row: int) -> tuple[SpoolChunk | None, list[Entry]]:
        """The first chunk beyond a row of the file, or None."""
        chunk, begun, self._rows = self._next, self._rows, None
        if chunk is None or chunk.first_row <= row:
            chunk, begun = self._chunks.filter(last_row__gt=row).first(), None
        if chunk is None:
            return None, []
        rows = begun.result() if begun else _opened(chunk, self._resource)
        self._next = self._chunks.filter(number__gt=chunk.number).first() if self._pool else None
        return chunk, rows

    def go_on(self) -> None:
        """Begin with the chunk after the one that was given last, while there is nothing to do but to wait for the database."""
        if self._pool and self._next and self._rows is None:
            self._rows = self._pool.submit(_opened, self._next, self._resource)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


def _opened(chunk: Any, resource: ImportResource) -> list[Entry]:
    sealed = chunk.stored_sealed
    place = SpoolChunk._meta.get_field("sealed").place
    return list(entries_of(decrypt(sealed, place=place) if sealed else "", resource))
