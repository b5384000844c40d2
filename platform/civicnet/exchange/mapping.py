"""Mapping: which column of a file is which of ours, as guessed from the headings, remembered, or chosen by a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicnet.contract import InvalidInput
from civicnet.exchange.headings import BELOW, Headings, bare, canonical, match, ranked
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.tables import letters

NEAR = 0.6
# A heading beyond this is a title or a note.
LONGEST = 60
MOST_TOLD = 5
# No more of a file count.
MOST_COLUMNS = 200
WANTED = "wanted"
_LONGEST_SHEET = 255
# One of two headings lies in the other: 网格员姓名 and 姓名.
_INSIDE = 0.65


class MappingRefused(InvalidInput):
    """The choice of columns cannot be used; nothing was changed."""


class ColumnNeeded(MappingRefused):
    """Columns that every row needs were not chosen."""

    code = "COLUMNS_MISSING"
    message = _("Choose a column of your file for: %(columns)s.")


class ColumnTwice(MappingRefused):
    """Two columns of the file were chosen for one of ours."""

    code = "COLUMN_TWICE"
    message = _("Two columns of this file stand for “%(column)s”: %(headings)s. Choose one of them.")


class UnknownColumn(MappingRefused):
    """A place that the file does not have, or a column that these rows do not have."""

    code = "UNKNOWN_COLUMN"
    message = _("This choice of columns does not belong to this file. Open the page again and choose anew.")


class HeadingTwice(MappingRefused):
    """Something else was said of a heading before."""

    code = "HEADING_TWICE"
    message = _("“%(heading)s” is named twice. Say once which column it is.")


class Confidence(Enum):
    """How sure a guess is. Only a person lets a near one be used."""

    EXACT = "exact"
    REMEMBERED = "remembered"
    NEAR = "near"
    NONE = "none"


SURE = (Confidence.EXACT, Confidence.REMEMBERED)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """For one column of the file: its place, its heading, the field it may be, and how sure that is.

    ``likeness`` is 1 for sure ones, between 0.6 and 1 for near ones, and 0 where nothing is suggested.
    """

    at: int
    heading: str
    field: str | None
    confidence: Confidence
    likeness: float


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A choice of columns: in which sheet, below which row, and the field for each place that is taken.

    ``theirs`` are the headings as they stand there.
    """

    sheet: str
    row: int
    theirs: tuple[str, ...]
    fields: Mapping[int, str]

    def checked(self, kind: type[ImportResource]) -> ColumnMap:
        """Itself.

        Raises:
            MappingRefused: a required column is missing, one is chosen twice, or something is unknown.
        """
        columns = kind.columns()
        if any(name not in columns or not 0 <= at < len(self.theirs) for at, name in self.fields.items()):
            raise UnknownColumn(field="columns")
        for name in columns:
            places = [at for at, one in self.fields.items() if one == name]
            if len(places) > 1:
                headings = told(self.theirs, places)
                message = str(ColumnTwice.message) % {"column": columns[name].label, "headings": headings}
                raise ColumnTwice(message, field="columns")
        if lacking := [str(columns[name].label) for name in missing(kind, self.fields.values())]:
            raise ColumnNeeded(str(ColumnNeeded.message) % {"columns": "、".join(lacking)}, field="columns")
        return self

    def headings(self) -> Headings:
        """As the check of a file uses it."""
        return Headings(self.row, {name: at for at, name in sorted(self.fields.items())}, self.theirs)

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a job."""
        fields = {str(at): name for at, name in self.fields.items()}
        return {"sheet": self.sheet, "row": self.row, "theirs": list(self.theirs), "fields": fields}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> ColumnMap | None:
        """What ``as_json`` made, back; None where a job has no choice yet, or only a ``Wish``."""
        if not stored or WANTED in stored:
            return None
        fields = {int(at): str(name) for at, name in stored["fields"].items()}
        return cls(stored["sheet"], stored["row"], tuple(stored["theirs"]), fields)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which headings are which of our fields, said before the file is opened: by heading, "" for one that is left out.

    What is not named is found as ever; so is the sheet, where none is named.
    """

    fields: Mapping[str, str]
    sheet: str = ""

    @classmethod
    def of(cls, kind: type[ImportResource], named: Iterable[tuple[str, str | None]], *, sheet: str = "") -> Wish:
        """Headings of the file, each with the heading of ours that it stands for, or None; and the name of the sheet.

        Raises:
            UnknownColumn: these rows have no such column, or no file has such a heading, or so many of them.
            ColumnTwice: two were named for one of ours.
            HeadingTwice: one was named twice.
        """
        ours = {canonical(column.column_name): name for name, column in kind.columns().items()}
        fields: dict[str, str] = {}
        seen: set[str] = set()
        for heading, column in named:
            if not 0 < len(heading) <= LONGEST or len(fields) >= MOST_COLUMNS:
                raise UnknownColumn(gettext("Name at most 200 headings, of 1 to 60 characters each."), field="columns")
            key, name = canonical(heading), ours.get(canonical(column)) if column is not None else ""
            if name is None:
                message = gettext("These rows have no column “%(column)s”.") % {"column": str(column)[:LONGEST]}
                raise UnknownColumn(message, field="columns")
            if key in seen:
                raise HeadingTwice(str(HeadingTwice.message) % {"heading": heading}, field="columns")
            if name and name in fields.values():
                headings = "、".join([*(one for one, held in fields.items() if held == name), heading])
                gaps = {"column": kind.columns()[name].label, "headings": headings}
                raise ColumnTwice(str(ColumnTwice.message) % gaps, field="columns")
            fields[heading] = name
            seen.add(key)
        # No sheet has a longer name.
        return cls(fields, sheet[:_LONGEST_SHEET])

    def remembered(self) -> dict[str, str]:
        """As ``Guesser`` takes what was chosen before."""
        return {canonical(heading): name for heading, name in self.fields.items()}

    def unknown(self, theirs: Iterable[str]) -> list[str]:
        """The headings of it that are not among a file's."""
        there = {canonical(heading) for heading in theirs if heading}
        return [heading for heading in self.fields if canonical(heading) not in there]

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a job until its file is read."""
        return {WANTED: dict(self.fields), "sheet": self.sheet}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Wish | None:
        """What ``as_json`` made, back; None where a job has no wish, or its file was read."""
        return cls(stored[WANTED], stored.get("sheet", "")) if stored and WANTED in stored else None


class Guesser:
    """Guesses for one kind of rows.

    ``remembered`` holds what the same person chose before, from ``decisions``: it goes before our own names, and "" says
    that a column is not taken.
    """

    def __init__(self, kind: type[ImportResource], remembered: Mapping[str, str] | None = None) -> None:
        names = kind.heading_names()
        self._known = ranked(names)
        self._forms = {name: {canonical(text) for text in texts} for name, texts in names.items()}
        self._remembered = {key: name for key, name in (remembered or {}).items() if not name or name in names}

    def sure(self, headings: Sequence[str]) -> dict[int, tuple[str, Confidence]]:
        """Fields by place, for headings that are names of ours or were chosen before. A field may come twice."""
        found: dict[int, tuple[str, Confidence]] = {}
        for at, heading in enumerate(headings):
            name = self._remembered.get(canonical(heading)) if heading else None
            if name is not None:
                found[at] = (name, Confidence.REMEMBERED)
        chosen = {name for name, _confidence in found.values()}
        left = tuple("" if at in found else heading for at, heading in enumerate(headings))
        known = match(0, left, self._known)
        for name, at in known.positions.items():
            if name not in chosen:
                # Where two stand for one equally well, a person sees both and takes one away.
                found |= dict.fromkeys(known.twice.get(name, (at,)), (name, Confidence.EXACT))
        return found

    def suggest(self, headings: Sequence[str]) -> tuple[Suggestion, ...]:
        """A suggestion for each heading; a near one only for fields that nothing surer stands for, each once."""
        sure = self.sure(headings)
        near = self._near(headings, sure)
        return tuple(_suggestion(at, heading, sure, near) for at, heading in enumerate(headings))

    def _near(
        self, headings: Sequence[str], sure: Mapping[int, tuple[str, Confidence]]
    ) -> dict[int, tuple[str, float]]:
        taken = {name for name, _confidence in sure.values()}
        scored = [
            (likeness, at, name)
            for at, heading in enumerate(headings)
            if at not in sure and 0 < len(heading) <= LONGEST
            for name, forms in self._forms.items()
            if name not in taken and (likeness := _likeness(heading, forms)) >= NEAR
        ]
        found: dict[int, tuple[str, float]] = {}
        for likeness, at, name in sorted(scored, key=lambda one: (-one[0], one[1])):
            if at not in found and name not in {one for one, _likeness in found.values()}:
                found[at] = (name, likeness)
        return found


def guess(
    headings: Sequence[str], kind: type[ImportResource], remembered: Mapping[str, str] | None = None
) -> tuple[Suggestion, ...]:
    """A suggestion for each heading, see ``Guesser``."""
    return Guesser(kind, remembered).suggest(headings)


def decisions(columns: ColumnMap, kind: type[ImportResource]) -> dict[str, str]:
    """What of a person's choice our own names would not have told, by canonical heading; "" for a column left out."""
    own = ranked(kind.heading_names())
    keys = [canonical(heading) if len(heading) <= LONGEST else "" for heading in columns.theirs]
    chosen = {}
    for at, key in enumerate(keys):
        # Two columns with the same heading are told apart by nothing that the next file would have.
        if not key or keys.count(key) > 1:
            continue
        name = columns.fields.get(at, "")
        known = match(columns.row, (columns.theirs[at],), own).positions
        if name != next(iter(known), ""):
            chosen[key] = name
    return chosen


def missing(kind: type[ImportResource], names: Iterable[str | None]) -> list[str]:
    """The required fields that are not among these."""
    held = set(names)
    return [name for name, column in kind.columns().items() if column.required and name not in held]


def told(theirs: Sequence[str], places: Sequence[int]) -> str:
    """Headings with the letters of their columns, for a sentence."""
    names = [f"{theirs[at]} ({letters(at)})" for at in places[:MOST_TOLD]]
    return "、".join(names + ["…"] * (len(places) > MOST_TOLD))


def _likeness(heading: str, names: set[str]) -> float:
    best = 0.0
    for theirs in _forms(heading):
        for ours in names:
            ratio = SequenceMatcher(None, theirs, ours, autojunk=False).ratio()
            inside = min(len(theirs), len(ours)) >= 2 and (theirs in ours or ours in theirs)
            best = max(best, ratio, _INSIDE if inside else 0)
    # Only names that are the same are sure.
    return min(best, 0.99)


def _forms(heading: str) -> Iterator[str]:
    for text in (heading, heading.rpartition(BELOW)[2]):
        yield from (form for form in (canonical(text), bare(text)) if form)


def _suggestion(
    at: int, heading: str, sure: Mapping[int, tuple[str, Confidence]], near: Mapping[int, tuple[str, float]]
) -> Suggestion:
    if at in sure:
        name, confidence = sure[at]
        return Suggestion(at, heading, name or None, confidence, 1.0)
    if at in near:
        name, likeness = near[at]
        return Suggestion(at, heading, name, Confidence.NEAR, likeness)
    return Suggestion(at, heading, None, Confidence.NONE, 0.0)
