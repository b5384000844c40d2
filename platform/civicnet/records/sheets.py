"""Sheets: the fields of types as columns that follow those of the records themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from civicnet.exchange.cells import CellWidget
from civicnet.exchange.headings import canonical
from civicnet.exchange.resource import Column
from civicnet.records.shapes import FieldShape, RecordShape

# Between the key of a type and that of a field. Two underscores would mean something to the library behind the sheets.
BETWEEN = "."
_WORDS = "words"


def column_name(shape: RecordShape, field: FieldShape, *, words: bool = False) -> str:
    """The column of a field, by the keys: it stays when labels change. ``words``: of the words that describe it."""
    return BETWEEN.join((shape.key, field.key, _WORDS) if words else (shape.key, field.key))


def columns_of(shapes: Sequence[RecordShape], *, taken: Collection[str] = ()) -> dict[str, Column]:
    """A column for each field that is filled in, by name, and after one of pictures another for the words that describe them.

    Its heading is the field's label; where another column is called so too, the type stands behind it, and the key where the
    type has the label twice. Both headings are understood, as far as they are clear.
    """
    every = [one for shape in shapes for field in shape.live for one in _columns(shape, field)]
    said = Counter([*(canonical(one.label) for one in every), *{canonical(one) for one in taken}])
    within = Counter((one.shape.key, canonical(one.label)) for one in every)
    return {
        one.name: _column(one, alone=said[text] == 1, twice=within[one.shape.key, text] > 1)
        for one, text in ((one, canonical(one.label)) for one in every)
    }


@dataclass(frozen=True, slots=True)
class _Told:
    """A column before it is known what others are called."""

    name: str
    shape: RecordShape
    field: FieldShape
    label: str
    widget: CellWidget
    note: str


def _columns(shape: RecordShape, field: FieldShape) -> Iterator[_Told]:
    told = _("For columns of the type “%(type)s”.") % {"type": shape.name}
    yield _Told(
        column_name(shape, field), shape, field, field.label, field.known.widget(field), f"{told} {field.help}".strip()
    )
    if (words := field.known.words_widget(field)) is not None:
        yield _Told(column_name(shape, field, words=True), shape, field, f"{field.label}说明", words, told)


def _column(one: _Told, *, alone: bool, twice: bool) -> Column:
    whole = f"{one.label}（{one.shape.name} {one.field.key}）" if twice else f"{one.label}（{one.shape.name}）"
    return Column(
        attribute=one.name,
        column_name=one.label if alone else whole,
        label=one.label if alone else whole,
        aliases=[whole] if alone else [],
        widget=one.widget,
        note=one.note,
        blank_keeps=True,
    )
