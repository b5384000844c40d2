"""Wagtail's own kinds of blocks in the schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import graphene
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.timezone import is_naive, make_aware
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

from civicnet.gateway.content.asked import Asked, below
from civicnet.gateway.content.files import ContentDocument
from civicnet.gateway.content.links import ContentPageLink
from civicnet.gateway.content.pictures import ContentImage
from civicnet.gateway.content.reading import Into, Reading
from civicnet.gateway.content.richtext import ContentRichText
from civicnet.gateway.content.shapes import Scope, Shape, camel, object_type, scalar, shape_for, shape_of
from civicnet.gateway.content.tables import ContentTable, table_row

_ENUM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_INT = 2**31


@shape_for(
    blocks.CharBlock,
    blocks.TextBlock,
    blocks.RegexBlock,
    blocks.URLBlock,
    blocks.EmailBlock,
    blocks.RawHTMLBlock,
    EmbedBlock,
)
def _text(block: blocks.Block, scope: Scope) -> Shape:
    return scalar(graphene.String, lambda raw: "" if raw is None else str(raw), required=True)


@shape_for(blocks.BooleanBlock)
def _boolean(block: blocks.Block, scope: Scope) -> Shape:
    return scalar(graphene.Boolean, bool, required=True)


@shape_for(blocks.IntegerBlock)
def _integer(block: blocks.Block, scope: Scope) -> Shape:
    def read(raw: Any) -> int | None:
        value = int(raw)
        return value if -_INT <= value < _INT else None

    return scalar(graphene.Int, read)


@shape_for(blocks.FloatBlock)
def _float(block: blocks.Block, scope: Scope) -> Shape:
    return scalar(graphene.Float, float)


@shape_for(blocks.DecimalBlock)
def _decimal(block: blocks.Block, scope: Scope) -> Shape:
    return scalar(graphene.Decimal, lambda raw: None if raw is None else Decimal(str(raw)))


@shape_for(blocks.DateBlock)
def _date(block: blocks.Block, scope: Scope) -> Shape:
    return scalar(graphene.Date, parse_date)


@shape_for(blocks.TimeBlock)
def _time(block: blocks.Block, scope: Scope) -> Shape:
    return scalar(graphene.Time, parse_time)


@shape_for(blocks.DateTimeBlock)
def _moment(block: blocks.Block, scope: Scope) -> Shape:
    def read(raw: Any) -> Any:
        moment = parse_datetime(raw)
        return make_aware(moment) if moment and is_naive(moment) else moment

    return scalar(graphene.DateTime, read)


@shape_for(blocks.ChoiceBlock)
def _choice(block: blocks.ChoiceBlock, scope: Scope) -> Shape:
    kind, read = _choices(block, scope)
    return scalar(kind, read)


@shape_for(blocks.MultipleChoiceBlock)
def _several(block: blocks.MultipleChoiceBlock, scope: Scope) -> Shape:
    kind, read = _choices(block, scope)

    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        given = raw if isinstance(raw, list) else []
        into[key] = [value for one in given if (value := read(one)) is not None]

    listed = graphene.NonNull(kind)
    return Shape(graphene.List(listed), lambda name: graphene.List(listed, required=True), place)


@shape_for(blocks.StaticBlock)
def _static(block: blocks.StaticBlock, scope: Scope) -> None:
    # It stores nothing; that it stands there is told by its type.
    return None


@shape_for(blocks.RichTextBlock)
def _rich_text(block: blocks.RichTextBlock, scope: Scope) -> Shape:
    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        reading.text(raw, into, key, asked)

    item = graphene.NonNull(ContentRichText)
    return Shape(item, lambda name: graphene.Field(ContentRichText, required=True), place, "rich_text")


@shape_for(blocks.PageChooserBlock)
def _page(block: blocks.PageChooserBlock, scope: Scope) -> Shape:
    return _referring("page", ContentPageLink, lambda raw, into, key, reading, asked: reading.page(raw, into, key))


@shape_for(DocumentChooserBlock)
def _document(block: DocumentChooserBlock, scope: Scope) -> Shape:
    return _referring(
        "document", ContentDocument, lambda raw, into, key, reading, asked: reading.document(raw, into, key)
    )


@shape_for(ImageChooserBlock)
def _image(block: ImageChooserBlock, scope: Scope) -> Shape:
    return _referring(
        "image", ContentImage, lambda raw, into, key, reading, asked: reading.image(raw, into, key, asked)
    )


@shape_for(ImageBlock)
def _described_image(block: ImageBlock, scope: Scope) -> Shape:
    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        # A number alone where it was a plain chooser when the text was written.
        given = raw if isinstance(raw, dict) else {"image": raw}
        alt = "" if given.get("decorative") else given.get("alt_text") or None
        reading.image(given.get("image"), into, key, asked, alt=alt)

    return _referring("image", ContentImage, place)


@shape_for(TableBlock)
def _table(block: TableBlock, scope: Scope) -> Shape:
    return replace(scalar(ContentTable, table_row), alone="table")


@shape_for(blocks.ListBlock)
def _list(block: blocks.ListBlock, scope: Scope) -> Shape | None:
    child = shape_of(block.child_block, scope)
    if child is None:
        return None

    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        found = into[key] = list[Any](raw) if isinstance(raw, list) else list[Any]()
        for at, one in enumerate(found):
            # As Wagtail has stored items since 2.16; before, a value alone.
            framed = isinstance(one, dict) and one.get("type") == "item" and "value" in one
            child.place(one["value"] if framed else one, found, at, reading, asked)

    item = graphene.NonNull(graphene.List(child.item))
    return Shape(item, lambda name: graphene.List(child.item, required=True), place, "items")


@shape_for(blocks.StructBlock)
def struct_shape(block: blocks.StructBlock, scope: Scope) -> Shape | None:
    """An object type named after where the struct stands."""
    fields = struct_fields(block, scope)
    if not fields:
        return None
    kind = object_type(scope, {name: shape.make(name) for name, shape in fields.items()})
    fill = filling(fields)

    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        into[key] = row = dict[str, Any]()
        fill(raw, row, reading, asked)

    return Shape(graphene.NonNull(kind), lambda name: graphene.Field(kind, required=True), place)


def struct_fields(block: Any, scope: Scope) -> dict[str, Shape]:
    """The fields of a struct by name, in its order."""
    found = {name: shape_of(child, scope.below(name)) for name, child in block.child_blocks.items()}
    return {name: shape for name, shape in found.items() if shape is not None}


def filling(fields: dict[str, Shape]) -> Callable[[Any, dict[str, Any], Reading, Asked | None], None]:
    """A function that puts those fields of a stored struct that are asked for into a row."""
    named = [(name, camel(name), shape.place) for name, shape in fields.items()]

    def fill(raw: Any, row: dict[str, Any], reading: Reading, asked: Asked | None) -> None:
        given = raw if isinstance(raw, dict) else {}
        for name, outside, place in named:
            if asked is None or outside in asked.fields:
                place(given.get(name), row, name, reading, below(asked, outside))

    return fill


def _referring(alone: str, kind: Any, place: Any) -> Shape:
    return Shape(kind, lambda name: graphene.Field(kind), place, alone)


def _choices(block: Any, scope: Scope) -> tuple[Any, Callable[[Any], Any]]:
    """An enum of the choices where all of them can be names in one, else a text; and how a stored one is read."""
    values = [] if callable(block._constructor_kwargs["choices"]) else _flat(block._constructor_kwargs["choices"])
    names = {value.upper(): value for value in values if _ENUM_NAME.fullmatch(value)}
    if not values or len(names) < len(values):
        return graphene.String, lambda raw: None if raw in (None, "") else str(raw)
    members = {value: name for name, value in names.items()}
    enum: Any = graphene.Enum(scope.name, list(names.items()))
    enum.contributed_by = scope.plugin
    return enum, lambda raw: raw if raw in members else None


def _flat(choices: Any) -> list[str]:
    found: list[str] = []
    for value, label in choices:
        if isinstance(label, list | tuple):
            found += _flat(label)
        elif value not in ("", None):
            found.append(str(value))
    return found
