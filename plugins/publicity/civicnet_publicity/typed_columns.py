"""Fields of column types in sheets of articles: a column each, filled in where the article's column has the type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civicnet.exchange.resource import Column, Draft
from civicnet.records.shapes import FieldShape, RecordShape
from civicnet.records.sheets import column_name, columns_of
from civicnet_publicity.selectors.types import column_types


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A column of the sheet: the type by number and definition, and the field."""

    type: int
    shape: RecordShape
    field: FieldShape


def further_columns(names: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The columns that follow those of every article, which are called by these names, as the types are now."""
    taken = {text for texts in names.values() for text in texts}
    return columns_of([one.shape for one in column_types().values()], taken=taken)


def typed_columns() -> dict[str, TypedColumn]:
    """What stands behind each of these columns."""
    return {
        column_name(kept.shape, one): TypedColumn(pk, kept.shape, one)
        for pk, kept in column_types().items()
        for one in kept.shape.live
    }


def check_typed(draft: Draft, typed: Mapping[str, TypedColumn], type_of_column: int | None) -> None:
    """A cell is filled in only where the column of the row has the type."""
    for name, one in typed.items():
        if draft.values.get(name) is not None and one.type != type_of_column:
            draft.fault(name, "other_type")


def held_typed(typed: Mapping[str, TypedColumn], type_of_column: int | None, stored: Any) -> dict[str, Any]:
    """What is held, by column of the sheet."""
    return {
        name: one.field.value_in(one.shape.values_in(stored)) if one.type == type_of_column else None
        for name, one in typed.items()
    }


def written_typed(
    typed: Mapping[str, TypedColumn], stored: Any, values: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """What an article is to hold once the row is in: a cell that says nothing changes nothing."""
    for name, one in typed.items():
        value = values.get(name)
        if value is not None and value != before.get(name):
            stored = one.shape.with_values(stored, {one.field.key: value})
    return dict(stored) if isinstance(stored, Mapping) else {}
