"""The preview on the page of a job: rows by kind, changes field by field, faults by kind, a page at a time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor
from civicnet.exchange.models import ImportJob, JobState, Outcome, RowKind
from civicnet.exchange.permissions import owns
from civicnet.exchange.preview import PreviewRow, changes_by_column, kind_counts, preview_count, preview_rows
from civicnet.exchange.resource import Column, ImportResource
from civicnet.exchange.selectors import Kind, findings, kinds, named_rows, resource_of, sentence

ROWS_PER_PAGE = 50
# Of rows that a tile names.
_FIRST_FEW = 3
# Of a whole text only so much is shown, and so much of what comes before its first difference.
LONG, BEFORE_IT = 200, 30
_LABELS = {
    RowKind.NEW.value: pgettext_lazy("rows", "new"),
    RowKind.CHANGED.value: pgettext_lazy("rows", "changed"),
    RowKind.UNCHANGED.value: pgettext_lazy("rows", "unchanged"),
    Outcome.FAULT.value: pgettext_lazy("rows", "faulty"),
    Outcome.LEFT.value: pgettext_lazy("rows", "left as they are"),
}
_ICONS = {
    RowKind.NEW.value: "plus",
    RowKind.CHANGED.value: "edit",
    RowKind.UNCHANGED.value: "check",
    Outcome.FAULT.value: "warning",
    Outcome.LEFT.value: "minus",
}
# What a person has to act upon comes to the eye first.
_FIRST = (Outcome.FAULT.value, Outcome.LEFT.value, RowKind.CHANGED.value, RowKind.NEW.value, RowKind.UNCHANGED.value)
NOTES = (Outcome.NORMALISED.value, Outcome.SKIPPED.value)


@dataclass(frozen=True, slots=True)
class Tile:
    """How many rows came out one way; ``names`` are the first of them, where they are told one click further.

    ``told`` are those that the resource tells of beside the rows themselves.
    """

    kind: str
    label: Any
    count: int
    icon: str
    names: Sequence[str] = ()
    told: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What is looked at: a kind of rows or of findings; maybe one column of changes, or one kind of finding."""

    kind: str
    column: str
    code: str

    @property
    def of_rows(self) -> bool:
        """Whether good rows are looked at, and not findings."""
        return self.kind in RowKind.values


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell as it is held and as it will be; ``hidden`` where they differ in what is masked."""

    label: Any
    before: str
    after: str

    @property
    def hidden(self) -> bool:
        """Whether both look the same."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row of the file with the words it is recognised by, and the cells that it changes."""

    row: int
    name: str
    cells: Sequence[ChangedCell]


class _Rows:
    """Good rows for a paginator: only the page that is shown is opened."""

    def __init__(self, job: ImportJob, choice: Choice) -> None:
        self._job = job
        self._filters = {"kind": "" if choice.column else choice.kind, "column": choice.column}

    def __len__(self) -> int:
        return preview_count(self._job, **self._filters)

    def __getitem__(self, at: slice) -> list[PreviewRow]:
        offset = at.start or 0
        return preview_rows(self._job, **self._filters, offset=offset, most=at.stop - offset)


def preview_context(job: ImportJob, actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """The tabs of a job, and a page of the one that is looked at."""
    resource = resource_of(job)
    columns = resource.columns() if resource else {}
    tabs = tabs_of(job)
    found = kinds(job)
    choice = _choice(tabs, query, found, columns)
    labels = {column.column_name: column.label for column in columns.values()}
    weighty = resource.consequences if resource else ()
    context = {
        "tabs": tabs,
        "choice": choice,
        "kinds": [(one, labels.get(one.column, one.column)) for one in found if one.outcome == choice.kind],
        "notes": [
            (one, labels.get(one.column, one.column))
            for one in found
            if one.outcome in NOTES and one.code not in weighty
        ],
        "consequences": [one for one in found if one.code in weighty],
        "weighty": weighty,
    }
    return context | (
        _rows(job, actor, choice, query, resource) if choice.of_rows else _found(job, choice, query, labels)
    )


def tabs_of(job: ImportJob) -> list[Tile]:
    """While a job waits, its rows by kind; later only what stayed out of it."""
    waiting = job.state == JobState.CHECKED
    counts = kind_counts(job) if waiting else {Outcome.FAULT.value: job.count(Outcome.FAULT)}
    left = 0 if waiting else findings(job, outcome=Outcome.LEFT).values("row").distinct().count()
    counts |= {Outcome.LEFT.value: left} if left else {}
    return [Tile(kind, _LABELS[kind], count, _ICONS[kind]) for kind, count in counts.items() if waiting or count]


def result_tiles(job: ImportJob) -> list[Tile]:
    """What became of the rows that went in, and what else the resource has to tell of them."""
    counts = {
        RowKind.NEW.value: job.result.get("created", 0),
        RowKind.CHANGED.value: job.result.get("changed", 0),
        RowKind.UNCHANGED.value: job.result.get("unchanged", 0),
        Outcome.LEFT.value: job.result.get("left", 0),
    }
    resource = resource_of(job)
    words = resource.outcomes if resource else {}
    return [
        *(Tile(kind, _LABELS[kind], count, _ICONS[kind]) for kind, count in counts.items()),
        *(
            Tile(name, words[name], job.result[name], "info-circle", named_rows(job, name, _FIRST_FEW), told=True)
            for name in words
            if job.result.get(name)
        ),
    ]


def _choice(tabs: Sequence[Tile], query: Mapping[str, str], found: Sequence[Kind], names: Iterable[str]) -> Choice:
    """What an address asks for; what there is not counts as not asked for, for anybody may write an address."""
    counts = {tile.kind: tile.count for tile in tabs}
    kind = query.get("kind", "")
    if kind not in counts and kind not in NOTES:
        kind = next((one for one in _FIRST if counts.get(one)), "")
    if kind in RowKind.values:
        return Choice(kind, _known(query, "column", names) if kind == RowKind.CHANGED else "", "")
    column = _known(query, "column", (one.column for one in found))
    return Choice(kind, column, _known(query, "code", (one.code for one in found)))


def _known(query: Mapping[str, str], name: str, known: Iterable[str]) -> str:
    asked = query.get(name, "")
    return asked if asked in known else ""


def _found(job: ImportJob, choice: Choice, query: Mapping[str, str], labels: Mapping[str, Any]) -> dict[str, Any]:
    if not choice.kind:
        return {}
    found = findings(job, outcome=choice.kind, code=choice.code, column=choice.column)
    page = Paginator(found, ROWS_PER_PAGE).get_page(query.get("p"))
    told = [(one, labels.get(one.column, one.column), sentence(one, job)) for one in page]
    return {"page": page, "findings": told, "has_columns": any(column for _one, column, _sentence in told)}


def _rows(
    job: ImportJob, actor: Actor, choice: Choice, query: Mapping[str, str], resource: type[ImportResource] | None
) -> dict[str, Any]:
    # Values are for the eyes of whoever handed them in.
    if not owns(actor, job) or resource is None:
        return {}
    page: Page[PreviewRow] = Paginator(_Rows(job, choice), ROWS_PER_PAGE).get_page(query.get("p"))  # type: ignore[arg-type]
    columns = resource.columns()
    if choice.kind == RowKind.CHANGED:
        return {
            "page": page,
            "changes": changes_by_column(job),
            "changed_rows": [_changed(one, resource, columns) for one in page],
        }
    rows = list(page)
    filled = [name for name in columns if any(one.cells[name] for one in rows)]
    return {
        "page": page,
        "row_headings": [columns[name].label for name in filled],
        "rows": [(one.row, [one.cells[name] for name in filled]) for one in rows],
    }


def _changed(one: PreviewRow, resource: type[ImportResource], columns: Mapping[str, Column]) -> ChangedRow:
    names = resource.told_by or resource.natural_key
    words = " · ".join(one.cells[name] for name in names if one.cells.get(name))
    return ChangedRow(one.row, words, list(_changed_cells(one, columns)))


def _changed_cells(one: PreviewRow, columns: Mapping[str, Column]) -> Iterator[ChangedCell]:
    for name, column in columns.items():
        if name in one.before:
            yield ChangedCell(column.label, *_where_they_differ(one.before[name], one.cells[name]))


def _where_they_differ(before: str, after: str) -> tuple[str, str]:
    """Long texts are shown from a little before their first difference on."""
    if max(len(before), len(after)) <= LONG:
        return before, after
    # Signs are compared, and no paths.
    start = max(len(os.path.commonprefix([before, after])) - BEFORE_IT, 0)  # noqa: RUF071
    first, second = (
        f"{'…' if start else ''}{text[start : start + LONG]}{'…' if len(text) > start + LONG else ''}"
        for text in (before, after)
    )
    return first, second
