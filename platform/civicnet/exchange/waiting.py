"""Waiting chunks: what is still to go in, made ready in the time in which the database is busy with the chunk before."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from civicnet.cipher import Made, decrypt, make_ahead
from civicnet.cipher.columns import stored
from civicnet.cipher.fields import EncryptedField
from civicnet.exchange.models import ImportJob, RowKind, SpoolChunk
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.sealed_columns import sealed_fields
from civicnet.exchange.spool import Entry, entries_of

_PLACE = SpoolChunk._meta.get_field("sealed").place
# A step takes a thousandth of a second or two: the database does not wait longer for what comes next.
_STEP = 250
_NEW = RowKind.NEW.value


@dataclass(slots=True)
class Ready:
    """A chunk with its rows, and what was made for them ahead."""

    chunk: SpoolChunk
    rows: list[Entry] = field(default_factory=list)
    made: Made = field(default_factory=Made)


class WaitingChunks:
    """The chunks of a job that have not gone in, in their order.

    Whether a chunk may still go in is asked under the lock of its job, whenever it was made ready.
    """

    def __init__(self, job: ImportJob, resource: ImportResource) -> None:
        self._chunks: Any = stored(SpoolChunk, ["sealed"]).filter(job=job).defer("sealed", "image").order_by("number")
        self._resource = resource
        self._seals = sealed_fields(type(resource))
        self._steps: Iterator[None]
        self._await(self._chunks.filter(last_row__gt=job.applied_through).first())

    def take(self) -> Ready | None:
        """The next chunk, ready; None after the last. The one after it is fetched, and not opened."""
        for _step in self._steps:
            pass
        ready = self._ready
        if ready is not None:
            self._await(self._chunks.filter(number__gt=ready.chunk.number).first())
        return ready

    def meanwhile(self) -> Generator[None]:
        """Make the next chunk ready, step by step, without a word to the database."""
        try:
            # Not "yield from": whoever drops this before its end would end the steps with it.
            for _step in self._steps:
                yield
        except Exception:  # noqa: BLE001 - whatever it is, it is met again when the chunk's turn comes
            self._steps = self._make_ready()

    def _await(self, chunk: SpoolChunk | None) -> None:
        self._ready = None if chunk is None else Ready(chunk)
        self._steps = self._make_ready()

    def _make_ready(self) -> Iterator[None]:
        ready = self._ready
        if ready is None:
            return
        ready.rows, ready.made = [], Made()
        # As it lies in the database: it is opened here, and not when it is fetched.
        sealed: str = vars(ready.chunk)["stored_sealed"]
        waiting = entries_of(decrypt(sealed, place=_PLACE) if sealed else "", self._resource)
        while some := [*islice(waiting, _STEP)]:
            ready.rows += some
            yield
        for at in range(0, len(ready.rows), _STEP):
            for name, sealed_in in self._seals.items():
                _make_ahead(ready.made, ready.rows[at : at + _STEP], name, sealed_in)
                yield


def _make_ahead(made: Made, rows: list[Entry], name: str, sealed_in: EncryptedField) -> None:
    """The blind indexes of a column's values, and the seals of those that are going to be written."""
    given = [(row, str(value)) for row in rows if (value := row.values.get(name))]
    fresh = [text for row, text in given if row.kind == _NEW or name in row.before]
    make_ahead(
        made, indexes=[text for _row, text in given] if sealed_in.index else [], seals=fresh, place=sealed_in.place
    )
