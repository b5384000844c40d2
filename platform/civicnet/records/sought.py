"""Seeking: values of defined fields as they are found again, by what a table beside the records keeps of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from civicnet.records.shapes import FieldShape, RecordShape


@dataclass(frozen=True, slots=True)
class Sought:
    """What is sought in a field of a type: ``marks`` by lookup, of the columns of ``FoundValue``."""

    type: str
    field: str
    marks: tuple[tuple[str, str | int], ...]

    @property
    def lookups(self) -> dict[str, str | int]:
        """All of it by lookup."""
        return {"type": self.type, "field": self.field, **dict(self.marks)}


def found_values(shape: RecordShape, stored: Any) -> Iterator[dict[str, Any]]:
    """By which values a record of the type is found, as columns of ``FoundValue``; also those of retired fields, which may be
    taken up again.
    """
    values = shape.values_in(stored)
    for one in shape.fields:
        if one.known.is_sought and (value := one.value_in(values)) is not None:
            yield {"type": shape.key, "field": one.key, "text": "", "figure": None, **_marked(one.known.mark(value))}


def sought_equal(shape: RecordShape, field: FieldShape, value: Any) -> Sought:
    """Records whose field holds just this value, as somebody gave it.

    Raises:
        ValueError: it is no value of the field, or nobody is found by fields of this kind.
    """
    if not field.known.is_sought:
        raise ValueError(field.key)
    mark = _marked(field.known.mark(field.known.meant(field, value)))
    return Sought(shape.key, field.key, tuple(mark.items()))


def sought_between(shape: RecordShape, field: FieldShape, least: Any, most: Any) -> Sought:
    """Records whose field holds something from ``least`` to ``most``, both included; None leaves an end open.

    Raises:
        ValueError: an end is no value of the field, or its values have no order.
    """
    known = field.known
    if not known.has_order:
        raise ValueError(field.key)
    ends = (("figure__gte", least), ("figure__lte", most))
    marks = tuple((name, known.mark(known.meant(field, one))) for name, one in ends if one is not None)
    return Sought(shape.key, field.key, marks)


def _marked(mark: str | int) -> Mapping[str, str | int]:
    return {"text": mark} if isinstance(mark, str) else {"figure": mark}
