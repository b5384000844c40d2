"""Fields that people defined: their words are checked like all others, and what is required must be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from civicnet.records.forms import BEFORE
from civicnet.records.kinds.pictures import LibraryPicture
from civicnet.records.shapes import NOTHING, Found, RecordShape
from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import FieldPicture, Parts, Piece


@dataclass(frozen=True, slots=True)
class TypedParts:
    """The words in the fields of an article, the required fields that are empty (name in the form, and label), and pictures."""

    pieces: tuple[Piece, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()
    pictures: tuple[FieldPicture, ...] = ()


def typed_parts(shape: RecordShape | None, stored: Any, found: Found = NOTHING) -> TypedParts:
    """What checks look at of the values of an article's fields; ``found`` is what they refer to."""
    if shape is None:
        return TypedParts()
    shown = shape.shown(stored, found)
    return TypedParts(
        tuple(Piece(f"{BEFORE}{one.key}", one.text) for one in shown),
        tuple((f"{BEFORE}{one.key}", one.label) for one in shape.lacking(stored, found)),
        tuple(
            FieldPicture(f"{BEFORE}{one.key}", one.label, one.thing.description)
            for one in shown
            if one.kind == LibraryPicture.name
        ),
    )


def typed(parts: Parts, known: Known) -> Iterator[Finding]:
    """What is required and empty."""
    for field, label in parts.lacking:
        said = _("“%(label)s” must be filled in before the article goes on.") % {"label": label}
        yield Finding("field_required", Severity.BLOCKER, said, field)
