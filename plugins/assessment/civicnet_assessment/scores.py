"""Scores as one cell: a line an item with its points, and in brackets what they rest on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from civicnet.exchange.cells import Fault
from civicnet_assessment.models import AssessmentItem

MOST_NOTE = 200
_POINTS = re.compile(r"(?P<points>[0-9]+(?:\.[0-9]+)?)\s*分?\s*(?:[(（](?P<note>.*)[)）])?\s*", re.DOTALL)


class Scores(NamedTuple):
    """Points and notes by the codes of the items."""

    points: dict[str, Decimal]
    notes: dict[str, str]


def tidy(text: str) -> str:
    """Without blanks at its ends or twice, in one line."""
    return " ".join(text.split())


def scores_told(items: Sequence[AssessmentItem], points: Mapping[str, Decimal], notes: Mapping[str, str]) -> str:
    """The cell, items in the order of the form."""
    lines = (
        (name, points[item.code], notes.get(item.code, ""))
        for name, item in _named(items).items()
        if item.code in points
    )
    return "\n".join(_line(*line) for line in lines)


def scores_read(text: str, items: Sequence[AssessmentItem]) -> Scores:
    """What a cell says of the items of a form. Lines may also follow each other with a semicolon between them.

    Raises:
        Fault: a line is of no item, an item comes twice, lacks points or has too many, or a note is too long.
    """
    found = Scores({}, {})
    for item, rest in _parts(text, items):
        match = _POINTS.fullmatch(_half(rest))
        if match is None:
            raise Fault("scores_unreadable", item=item.label)
        if item.code in found.points:
            raise Fault("score_twice", item=item.label)
        found.points[item.code] = Decimal(match["points"])
        found.notes[item.code] = tidy(match["note"] or "")
        _check(item, found)
    for item in items:
        if item.code not in found.points:
            raise Fault("score_missing", item=item.label)
    return found


def _parts(text: str, items: Sequence[AssessmentItem]) -> list[tuple[AssessmentItem, str]]:
    named = _named(items)
    # Else a search that finds nothing would try every way to share a run of blanks.
    text = "\n".join(filter(None, map(tidy, text.splitlines())))
    # The longest first: one name may begin as another.
    labels = "|".join(re.escape(name).replace("\\ ", r"\s+") for name in sorted(named, key=len, reverse=True))
    heads = [*re.finditer(rf"(?:^|[\n；;])\s*({labels})(?:\s*[:：=]\s*|\s+)", text)]
    if not heads or heads[0].start():
        raise Fault("scores_unreadable", item="")
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return [(named[tidy(head[1])], text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]


def _named(items: Sequence[AssessmentItem]) -> dict[str, AssessmentItem]:
    labels = [tidy(item.label) for item in items]
    return {
        label if labels.count(label) == 1 else f"{label} {item.code}": item
        for label, item in zip(labels, items, strict=True)
    }


def _half(rest: str) -> str:
    """The points in half-width signs; what they rest on stays as it was written."""
    number = re.match(r"[0-9０-９.．\s]*", rest)
    end = number.end() if number else 0
    return unicodedata.normalize("NFKC", rest[:end]) + rest[end:]


def _check(item: AssessmentItem, found: Scores) -> None:
    given = found.points[item.code]
    if given > item.most:
        raise Fault("score_limits", item=item.label, most=item.most_text)
    if given != round(given, 2):
        raise Fault("score_decimals", item=item.label)
    if len(found.notes[item.code]) > MOST_NOTE:
        raise Fault("score_note", item=item.label, most=MOST_NOTE)


def _line(name: str, points: Decimal, note: str) -> str:
    told = f"{name}：{points.normalize():f}"
    return f"{told}（{tidy(note)}）" if note else told
