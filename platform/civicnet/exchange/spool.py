"""The spool: the good rows of a file, typed, sealed chunk by chunk, until they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from civicnet.exchange.models import ImportJob, JobState, RowKind, SpoolChunk
from civicnet.exchange.resource import Draft, ImportResource
from civicnet.ledger.images import dumped, loaded

# Rows that go in with one transaction. SQLite has one writer at a time, whom nobody should wait for a tenth of a second.
CHUNKS = {"sqlite": 400, "postgresql": 4_000}
# Chunks that are emptied with one statement.
_PORTION = 20
_KINDS = tuple(RowKind.values)
_PLACES = {kind: at for at, kind in enumerate(_KINDS)}


@dataclass(slots=True)
class Entry:
    """A good row: its number, its kind, its values, the values it changes as they were, and the mark of what was held.

    ``says_more``: it fills in a column that there is no more.
    """

    row: int
    kind: str
    values: Mapping[str, Any]
    before: Mapping[str, Any]
    mark: str
    says_more: bool = False


def chunk_rows() -> int:
    """How many rows of a file make a chunk on this database."""
    return CHUNKS[connection.vendor]


def spool(job: ImportJob, number: int, resource: ImportResource, drafts: Sequence[Draft]) -> Counter[str]:
    """Write a chunk's good rows; returns how many there are of each kind."""
    lines, columns = [], Counter[str]()
    for draft in drafts:
        match = draft.match
        if match is None or draft.is_faulty:
            continue
        line: list[Any] = [draft.row, _PLACES[match.kind], match.mark, resource.pack(draft.values)]
        if match.before:
            columns.update(match.before.keys())
            line.append({name: _packed(resource, name, value) for name, value in match.before.items()})
        lines.append(line)
    kinds = Counter(_KINDS[line[1]] for line in lines)
    if lines:
        SpoolChunk.objects.create(
            job=job,
            number=number,
            first_row=lines[0][0],
            last_row=lines[-1][0],
            kinds=dict(kinds),
            columns=dict(columns),
            sealed=dumped(lines),
        )
    return kinds


def entries(chunk: SpoolChunk, resource: ImportResource) -> Iterator[Entry]:
    """A chunk's rows in the order of the file."""
    return entries_of(chunk.sealed, resource)


def entries_of(text: str, resource: ImportResource) -> Iterator[Entry]:
    """The rows of a chunk whose text was opened, in the order of the file."""
    for row, kind, mark, values, *before in loaded(text or "[]"):
        held = before[0].items() if before else ()
        was = {name: _unpacked(resource, name, value) for name, value in held if name in resource.fields}
        yield Entry(row, _KINDS[kind], resource.unpack(values), was, mark, resource.says_more(values))


def forget(job: ImportJob) -> None:
    """Empty what has not gone in; what was there before what has stays, so that it can be taken back.

    By portions, each by itself where the caller is in no transaction: nobody else has to wait for a long spool. What dies
    in the middle is gone on with by ``forget_the_rest``.
    """
    _empty(SpoolChunk.objects.filter(job=job))


def forget_the_rest() -> int:
    """Empty what jobs have left that nobody can go on with; returns how many chunks."""
    return _empty(SpoolChunk.objects.filter(job__state__in=(JobState.CANCELLED, JobState.UNDONE)))


def _empty(chunks: QuerySet[SpoolChunk]) -> int:
    full = list(chunks.exclude(sealed="").order_by("pk").values_list("pk", flat=True))
    for at in range(0, len(full), _PORTION):
        SpoolChunk.objects.filter(pk__in=full[at : at + _PORTION]).update(sealed="")
    return len(full)


def _packed(resource: ImportResource, name: str, value: Any) -> Any:
    return None if value is None else resource.fields[name].widget.pack(value)


def _unpacked(resource: ImportResource, name: str, value: Any) -> Any:
    return None if value is None else resource.fields[name].widget.unpack(value)
