"""Headings: how alike two of them are, and the row, or the two rows, that name the columns of a table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import Any

from civicnet.exchange.reading import Row

_BRACKETS = re.compile(
    r"[(\[{<\u3010\u3014\u300a][^()\[\]{}<>\u3010\u3011\u3014\u3015\u300a\u300b]*[)\]}>\u3011\u3015\u300b]"
)
# What people write behind a heading to say how it is filled in; anything else in brackets may be a column of its own.
_ADVICE = re.compile(
    r"必填项?|选填|可不填|非必填|必录|如有|可多选|单选|下拉选择?|自动生成|文本(?:格式)?|数字(?:格式)?|日期(?:格式)?"
    r"|(?:格式|如|例如?|示例|单位|以|按|请|注).*|[0-9]+(?:-[0-9]+)?(?:位|个?字|人)(?:数字|以内)?|年[-/.]?月(?:[-/.]?日)?|y{4}.*"
    r"|万?元|亿元|个|人|户|名|岁|周岁|米|公里|千米|平方米|平方公里|亩|公顷|㎡|m2?|km2?|%"
    r"|required|optional|mandatory|text|date|number|e\.?g\.?.*|format.*|unit.*|[0-9]+ ?(?:digits|characters)",
    re.IGNORECASE,
)


# Between the two rows of a heading; a heading of one row does not hold it.
BELOW = " \u203a "
# Advice may be long, but a cell that holds a whole text names no column, and every cell of the first rows is asked.
LONGEST_HEADING = 300


@dataclass(frozen=True, slots=True)
class Headings:
    """``positions`` maps our field names to positions in a row; ``theirs`` keeps their words, of two rows joined.

    ``row`` is the last row of them. ``twice`` names fields that two of their columns stand for equally well.
    """

    row: int
    positions: Mapping[str, int]
    theirs: tuple[str, ...]
    twice: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def pairs(self) -> list[tuple[str, str | None]]:
        """Their heading and our field name, for the eye; None where we take nothing."""
        ours = {position: name for name, position in self.positions.items()}
        return [(text, ours.get(at)) for at, text in enumerate(self.theirs) if text]


def canonical(text: Any) -> str:
    """A heading without white space, punctuation and full-width forms, and without advice in brackets.

    What stands in brackets otherwise is kept: 社区（村） is not 社区. Behind ``LONGEST_HEADING`` characters nothing counts.
    """
    half = _half(text)
    plain = _words(_BRACKETS.sub(_without_advice, half))
    # A sign alone is a heading too.
    return plain or "".join(half.split()).casefold()


def bare(text: Any) -> str:
    """The same without anything in brackets; "" if nothing else is there."""
    return _words(_BRACKETS.sub("", _half(text)))


def find_headings(rows: Iterable[Row], names: Mapping[str, Sequence[str]]) -> Headings | None:
    """The best of these rows, or pairs of rows, if at least two of its cells are headings of ours.

    ``names`` gives, for each field, all texts that stand for it, the best first.
    """
    fields = ranked(names)
    best: Headings | None = None
    for number, theirs in candidates(list(rows)):
        found = match(number, theirs, fields)
        if best is None or len(found.positions) > len(best.positions):
            best = found
    return best if best and len(best.positions) >= min(2, len(names)) else None


def candidates(rows: Sequence[Row]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows that may be headings: each alone, and each with the one below it, for headings over several columns."""
    texts = [(number, tuple(_text(cell) for cell in cells)) for number, cells in rows]
    yield from texts
    for (upper, above), (lower, below) in pairwise(texts):
        if lower == upper + 1:
            yield lower, tuple(_joined(above, below))


def ranked(names: Mapping[str, Sequence[str]]) -> dict[str, tuple[int, str]]:
    """For each canonical text the field it stands for, and how well: 0 is a field's first name."""
    found: dict[str, tuple[int, str]] = {}
    for name, texts in names.items():
        for rank, text in enumerate(texts):
            key = canonical(text)
            if key and (key not in found or rank < found[key][0]):
                found[key] = (rank, name)
    return found


def match(number: int, theirs: tuple[str, ...], fields: Mapping[str, tuple[int, str]]) -> Headings:
    """Which of our fields stand in this row."""
    held: dict[str, list[tuple[int, int]]] = {}
    for at, text in enumerate(theirs):
        if found := fields.get(canonical(text)) or fields.get(canonical(text.rpartition(BELOW)[2])):
            held.setdefault(found[1], []).append((min(found[0], 1), at))
    best = {name: min(places) for name, places in held.items()}
    twice = {name: tuple(at for rank, at in places if rank == best[name][0]) for name, places in held.items()}
    ours = sorted((at, name) for name, (_rank, at) in best.items())
    return Headings(
        number, {name: at for at, name in ours}, theirs, {name: at for name, at in twice.items() if len(at) > 1}
    )


def _half(text: Any) -> str:
    return unicodedata.normalize("NFKC", str(text)[:LONGEST_HEADING])


def _without_advice(found: re.Match[str]) -> str:
    inside = found[0][1:-1].strip()
    return "" if _ADVICE.fullmatch(inside) else inside


def _words(text: str) -> str:
    return "".join(sign for sign in text if unicodedata.category(sign)[0] not in "PZCS").casefold()


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _joined(above: Sequence[str], below: Sequence[str]) -> Iterator[str]:
    # A merged cell holds its text at its left end only; it reaches as far as something stands below.
    group = ""
    for upper, lower in zip_longest(above, below, fillvalue=""):
        group = upper or (group if lower else "")
        yield BELOW.join(part for part in (group, lower) if part)
