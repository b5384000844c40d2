"""Fields of column types in sheets of articles: a column each, filled in where the article's column has the type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from civicnet.exchange.cells import Fault
from civicnet.exchange.resource import Column, Draft
from civicnet.records.kinds.pictures import LibraryPicture
from civicnet.records.shapes import FieldShape, RecordShape
from civicnet.records.sheets import column_name, columns_of
from civicnet_publicity.article_checks import ANEW, PictureCheck
from civicnet_publicity.pictures import Pictures
from civicnet_publicity.selectors.sheets import Picture
from civicnet_publicity.selectors.types import column_types


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """A column of the sheet: the type by number and definition, the field, and what the column says of it.

    ``words``: the name of the column with the words for a picture, of a column that names the picture.
    """

    type: int
    shape: RecordShape
    field: FieldShape
    words: str = ""
    describes: bool = False

    def value_in(self, stored: Any) -> Any:
        """The value among those of an article; None where there is none."""
        return self.field.value_in(self.shape.values_in(stored))


def further_columns(names: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The columns that follow those of every article, which are called by these names, as the types are now."""
    taken = {text for texts in names.values() for text in texts}
    return columns_of([one.shape for one in column_types().values()], taken=taken)


def typed_columns() -> dict[str, TypedColumn]:
    """What stands behind each of these columns."""
    found = {}
    for pk, kept in column_types().items():
        for one in kept.shape.live:
            words = column_name(kept.shape, one, words=True) if one.kind == LibraryPicture.name else ""
            found[column_name(kept.shape, one)] = TypedColumn(pk, kept.shape, one, words)
            if words:
                found[words] = TypedColumn(pk, kept.shape, one, describes=True)
    return found


def check_typed(draft: Draft, typed: Mapping[str, TypedColumn], type_of_column: int | None) -> None:
    """A cell is filled in only where the column of the row has the type."""
    for name, one in typed.items():
        if draft.values.get(name) is not None and one.type != type_of_column:
            draft.fault(name, "other_type")


def check_typed_pictures(
    draft: Draft,
    typed: Mapping[str, TypedColumn],
    type_of_column: int | None,
    present: Callable[[TypedColumn], Picture | None],
    check: PictureCheck,
) -> None:
    """A picture that a cell names is there, and described; ``present`` is what the article has."""
    for name, one in typed.items():
        if one.words and one.type == type_of_column:
            check.check(draft, present(one), image=name, words=one.words)


def pictures_named(typed: Mapping[str, TypedColumn], stored: Iterable[Any]) -> set[int]:
    """The numbers of all pictures that these values name in fields which have a column."""
    every = [one for one in typed.values() if one.words]
    return {pk for values in stored for one in every if (pk := one.value_in(values)) is not None}


def held_typed(
    typed: Mapping[str, TypedColumn], type_of_column: int | None, stored: Any, pictures: Mapping[int, Picture]
) -> dict[str, Any]:
    """What is held, by column of the sheet; a picture by its file's name, and one that is gone is none."""
    held: dict[str, Any] = {}
    for name, one in typed.items():
        value = one.value_in(stored) if one.type == type_of_column else None
        if one.words or one.describes:
            picture = pictures.get(value) if value is not None else None
            value = picture and ((picture.shows or None) if one.describes else picture.name)
        held[name] = value
    return held


def said(
    typed: Mapping[str, TypedColumn], values: Mapping[str, Any], before: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """What a row wants otherwise than it is, by column of the sheet: a cell that says nothing changes nothing."""
    for name, one in typed.items():
        value = values.get(name)
        if value is not None and value != before.get(name) and not one.describes:
            yield name, value


def check_still(one: TypedColumn, value: Any, type_of_column: int | None, pictures: Pictures) -> None:
    """A value that was checked when its field, or the type of its column, may have been another one.

    Raises:
        Fault: articles of the column have no such field any more, the field asks for something else, or the picture is gone.
    """
    if one.type != type_of_column:
        raise Fault("other_type")
    if one.words:
        pictures.expect(value.removesuffix(ANEW))
        return
    try:
        one.field.known.meant(one.field, value)
    except ValueError as error:
        raise Fault("not_of_its_kind") from error


def written_typed(
    typed: Mapping[str, TypedColumn],
    stored: Any,
    values: Mapping[str, Any],
    before: Mapping[str, Any],
    taken: Callable[[str, str], int],
) -> dict[str, Any]:
    """What an article is to hold once the row is in: a cell that says nothing changes nothing.

    ``taken`` puts a picture into the library, by the name of its file and what it shows, and tells its number.
    """
    for name, value in said(typed, values, before):
        one = typed[name]
        kept = taken(value.removesuffix(ANEW), values.get(one.words) or "") if one.words else value
        stored = one.shape.with_values(stored, {one.field.key: kept})
    return dict(stored) if isinstance(stored, Mapping) else {}
