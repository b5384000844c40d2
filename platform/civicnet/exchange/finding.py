"""Finding the table in a file: which sheet, which row of headings, which columns; by itself, or as a person has chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from civicnet.exchange.errors import ColumnsMissing, HeadingsAmbiguous, HeadingsNotFound, SheetUnknown
from civicnet.exchange.headings import candidates
from civicnet.exchange.mapping import SURE, ColumnMap, Guesser, Suggestion, missing, told
from civicnet.exchange.reading import Book, Row, Sheet
from civicnet.exchange.resource import ImportResource

SAMPLES = 3
# Of the widest row: a heading may leave some columns without a name, a title fills hardly any.
WIDE = 0.6
_NUMERIC = re.compile(r"[\d\s.,:/%+-]+")


@dataclass(frozen=True, slots=True)
class Table:
    """What is read: the sheet, its columns, all rows below them, and the names of other sheets that hold something."""

    sheet: Sheet
    columns: ColumnMap
    rows: Iterator[Row]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet as a person may choose its columns: the row of headings, what each may be, and the first rows below."""

    sheet: str
    height: int
    row: int
    suggestions: tuple[Suggestion, ...]
    samples: tuple[Row, ...]
    lacking: tuple[str, ...]

    def columns(self) -> ColumnMap:
        """The sure suggestions as a choice; what is near is left to a person."""
        sure = {one.at: one.field for one in self.suggestions if one.field and one.confidence in SURE}
        return ColumnMap(self.sheet, self.row, tuple(one.heading for one in self.suggestions), sure)


def find_table(
    book: Book,
    kind: type[ImportResource],
    *,
    columns: ColumnMap | None = None,
    remembered: Mapping[str, str] | None = None,
    sheet: str = "",
) -> Table:
    """The table as it was chosen, else the one whose headings fit best; of one ``sheet`` where it is named.

    Raises:
        SheetUnknown: no sheet of this name holds anything.
        HeadingsNotFound: no row of any sheet looks like headings of ours, or the chosen sheet is not there.
        ColumnsMissing: the best lacks columns that every row needs.
        HeadingsAmbiguous: two of its columns stand for one of ours equally well.
    """
    columns = columns or _best(book, kind, remembered, sheet)
    at = next((at for at, sheet in enumerate(book.sheets) if sheet.name == columns.sheet), None)
    if at is None:
        raise HeadingsNotFound()
    others = tuple(sheet.name for sheet in book.sheets if sheet.head and sheet is not book.sheets[at])
    below = (row for row in book.rows(at) if row[0] > columns.row)
    return Table(book.sheets[at], columns, below, others)


def survey(
    book: Book, kind: type[ImportResource], remembered: Mapping[str, str] | None = None
) -> tuple[Candidate, ...]:
    """Every sheet that holds something, the one that fits best first; nothing but the heads is read."""
    guesser = Guesser(kind, remembered)
    found = [_candidate(sheet, kind, guesser) for sheet in book.sheets if sheet.head]
    # The order of the file decides between equals.
    return tuple(sorted(found, key=lambda one: (bool(one.lacking), -len(one.columns().fields))))


def _best(book: Book, kind: type[ImportResource], remembered: Mapping[str, str] | None, sheet: str) -> ColumnMap:
    found = survey(book, kind, remembered)
    if sheet:
        names = [one.name for one in book.sheets if one.head]
        if sheet not in names:
            raise SheetUnknown(sheet=sheet, sheets="、".join(filter(None, names)) or "–")
        found = tuple(one for one in found if one.sheet == sheet)
    columns = found[0].columns() if found else None
    if columns is None or len(columns.fields) < min(2, len(kind.columns())):
        raise HeadingsNotFound()
    for name, column in kind.columns().items():
        places = [at for at, one in columns.fields.items() if one == name]
        if len(places) > 1:
            raise HeadingsAmbiguous(column=column.column_name, headings=told(columns.theirs, places))
    if found[0].lacking:
        # As they stand in files: the sentence is told again in other languages.
        names = [kind.columns()[name].column_name for name in found[0].lacking]
        raise ColumnsMissing(columns="、".join(names))
    return columns


def _candidate(sheet: Sheet, kind: type[ImportResource], guesser: Guesser) -> Candidate:
    rows = list(candidates(sheet.head))
    held = [len({name for name, _confidence in guesser.sure(theirs).values() if name}) for _row, theirs in rows]
    # Without any sure heading a person has to choose, and is shown the row that looks most like one.
    row, theirs = rows[held.index(max(held))] if max(held) else _likely(rows[: len(sheet.head)])
    suggestions = guesser.suggest(theirs)
    lacking = missing(kind, [one.field for one in suggestions if one.confidence in SURE])
    samples = tuple(one for one in sheet.head if one[0] > row)[:SAMPLES]
    return Candidate(sheet.name, sheet.height, row, suggestions, samples, tuple(lacking))


def _likely(rows: Sequence[tuple[int, tuple[str, ...]]]) -> tuple[int, tuple[str, ...]]:
    """The first wide row of words alone; else the first wide one."""
    filled = [sum(map(bool, theirs)) for _row, theirs in rows]
    wide = [row for row, count in zip(rows, filled, strict=True) if count >= max(filled) * WIDE]
    return next((row for row in wide if not any(_NUMERIC.fullmatch(text) for text in row[1] if text)), wide[0])
