"""Sheets: the fields of types as columns that follow those of the records themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from civicnet.exchange.headings import canonical
from civicnet.exchange.resource import Column
from civicnet.records.shapes import FieldShape, RecordShape

# Between the key of a type and that of a field. Two underscores would mean something to the library behind the sheets.
BETWEEN = "."


def column_name(shape: RecordShape, field: FieldShape) -> str:
    """The column of a field, by the keys: it stays when labels change."""
    return f"{shape.key}{BETWEEN}{field.key}"


def columns_of(shapes: Sequence[RecordShape], *, taken: Collection[str] = ()) -> dict[str, Column]:
    """A column for each field that is filled in, by name. Its heading is the field's label; where another column is called so
    too, the type stands behind it, and the key where the type has the label twice. Both headings are understood, as far as they
    are clear.
    """
    every = [(shape, field, canonical(field.label)) for shape in shapes for field in shape.live]
    said = Counter([*(text for _shape, _field, text in every), *{canonical(one) for one in taken}])
    within = Counter((shape.key, text) for shape, _field, text in every)
    return {
        column_name(shape, field): _column(shape, field, alone=said[text] == 1, twice=within[shape.key, text] > 1)
        for shape, field, text in every
    }


def _column(shape: RecordShape, field: FieldShape, *, alone: bool, twice: bool) -> Column:
    whole = f"{field.label}（{shape.name} {field.key}）" if twice else f"{field.label}（{shape.name}）"
    widget = field.known.widget(field)
    told = _("For columns of the type “%(type)s”.") % {"type": shape.name}
    return Column(
        attribute=column_name(shape, field),
        column_name=field.label if alone else whole,
        label=field.label if alone else whole,
        aliases=[whole] if alone else [],
        widget=widget,
        note=f"{told} {field.help}".strip(),
        blank_keeps=True,
    )
