"""Fields that people defined: their words are checked like all others, and what is required must be there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from civicnet.records.forms import BEFORE
from civicnet.records.shapes import RecordShape
from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts, Piece


@dataclass(frozen=True, slots=True)
class TypedParts:
    """The words in the fields of an article, and the required fields that are empty: name in the form, and label."""

    pieces: tuple[Piece, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()


def typed_parts(shape: RecordShape | None, stored: Any) -> TypedParts:
    """What checks look at of the values of an article's fields."""
    if shape is None:
        return TypedParts()
    return TypedParts(
        tuple(Piece(f"{BEFORE}{one.key}", one.text) for one in shape.shown(stored)),
        tuple((f"{BEFORE}{one.key}", one.label) for one in shape.lacking(stored)),
    )


def typed(parts: Parts, known: Known) -> Iterator[Finding]:
    """What is required and empty."""
    for field, label in parts.lacking:
        said = _("“%(label)s” must be filled in before the article goes on.") % {"label": label}
        yield Finding("field_required", Severity.BLOCKER, said, field)
