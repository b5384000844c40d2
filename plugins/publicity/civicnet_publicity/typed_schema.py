"""Fields of column types in GraphQL: an interface that is always there, and a type of its own for each type of columns."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLResolveInfo

from civicnet.contract import DefinedTypes
from civicnet.gateway.content.asked import Asked, below
from civicnet.gateway.content.pictures import ContentImage
from civicnet.gateway.content.reading import Reading
from civicnet.records.kinds.pictures import LibraryPicture
from civicnet.records.schema import object_type_of, told_of, type_name
from civicnet.records.shapes import RecordShape
from civicnet_publicity.selectors.types import TypeOfColumns, column_types, types_at

PREFIX = "Publicity"


class PublicityShownField(graphene.ObjectType):
    """A field with its value in words, for whoever shows all fields without knowing them."""

    key = graphene.String(required=True)
    label = graphene.String(required=True)
    kind = graphene.String(required=True)
    text = graphene.String(
        required=True, description="In the language that was asked for; of a picture, what it shows."
    )
    image = graphene.Field(ContentImage, description="The picture, where the field is of this kind.")


class PublicityFields(graphene.Interface):
    """What an article holds because its column has a type. Each type of columns has a type here, with its fields typed."""

    type_key = graphene.String(required=True, description="The key of the type; it never changes.")
    type_name = graphene.String(required=True, description="What editors call it.")
    shown = graphene.List(
        graphene.NonNull(PublicityShownField),
        required=True,
        description="The fields that are filled in, in their order.",
    )

    @classmethod
    def resolve_type(cls, row: Any, info: GraphQLResolveInfo) -> str:
        """By what ``fields_row`` noted."""
        return str(row["__typename"])


class PublicityFieldDefinition(graphene.ObjectType):
    """A field of a type of columns."""

    key = graphene.String(required=True)
    name = graphene.String(required=True, description="What it is called in the object type.")
    label = graphene.String(required=True)
    kind = graphene.String(required=True)
    required = graphene.Boolean(required=True)
    options = graphene.List(graphene.NonNull(graphene.String), required=True)


class PublicityColumnType(graphene.ObjectType):
    """What the articles of a column are asked for."""

    key = graphene.String(required=True)
    name = graphene.String(required=True)
    object_type = graphene.String(required=True, description="The type that `fields` of its articles has.")
    fields = graphene.List(graphene.NonNull(PublicityFieldDefinition), required=True)


def fields_field() -> Any:
    """The field of an article, of rows that ``add_fields`` has completed."""

    def resolve(row: dict[str, Any], info: GraphQLResolveInfo) -> dict[str, Any] | None:
        told: dict[str, Any] | None = row.get("fields")
        # A schema at hand may be older than the definition: then the type cannot be told yet.
        return told if told is not None and told["__typename"] in info.schema.type_map else None

    return graphene.Field(
        PublicityFields,
        resolver=resolve,
        description="What it holds because its column has a type; null where that has none.",
    )


def column_type_field() -> Any:
    """The field of a column, of rows that ``column_rows`` has made."""

    def resolve(row: dict[str, Any], info: GraphQLResolveInfo) -> dict[str, Any] | None:
        found = column_types().get(row["column_type_id"]) if row.get("column_type_id") else None
        return _told(found) if found else None

    return graphene.Field(PublicityColumnType, resolver=resolve)


def fields_types(rows: Sequence[dict[str, Any]]) -> Mapping[str, TypeOfColumns]:
    """The types that rows with their paths have, by the path of the column. One statement."""
    return types_at({row["path"] for row in rows})


def place_fields(row: dict[str, Any], found: TypeOfColumns | None, reading: Reading, asked: Asked | None) -> None:
    """Put what is told of a row with its values where it belongs; pictures are there once ``reading`` has fetched."""
    row["fields"] = _row(found.shape, row["field_values"], reading, asked) if found else None


def finish_fields(rows: Sequence[dict[str, Any]]) -> None:
    """Leave out of what is shown the pictures that are gone or not for everybody, and say of others what they show."""
    for row in rows:
        told = row["fields"]
        for one in told["shown"] if told else ():
            if one["text"] is None and one["image"] is not None:
                one["text"] = one["image"]["alt"]
        if told:
            told["shown"] = [one for one in told["shown"] if one["text"] is not None]


def defined() -> DefinedTypes:
    """The object types of all types of columns that have fields, as they are now."""
    shapes = [one.shape for one in column_types().values()]
    made = [object_type_of(one, prefix=PREFIX, interface=PublicityFields) for one in shapes]
    # What leaves with its day changes the digest as well.
    told = [(one.digest, sorted(kind._meta.fields) if kind else []) for one, kind in zip(shapes, made, strict=True)]
    digest = hashlib.sha256(repr(told).encode()).hexdigest()
    return DefinedTypes(digest, tuple(one for one in made if one is not None))


def _row(shape: RecordShape, stored: Any, reading: Reading, asked: Asked | None) -> dict[str, Any]:
    wants = asked is None or "shown" in asked.fields
    # The same object stays: pictures are put into it later.
    told = told_of(shape, stored, reading, asked)
    told |= {
        "__typename": type_name(PREFIX, shape),
        "type_key": shape.key,
        "type_name": shape.name,
        "shown": _shown(shape, stored, reading, below(asked, "shown")) if wants else [],
    }
    return told


def _shown(shape: RecordShape, stored: Any, reading: Reading, asked: Asked | None) -> list[dict[str, Any]]:
    values, shown = shape.values_in(stored), []
    for one in shape.live:
        if (value := one.value_in(values)) is None:
            continue
        told = {"key": one.key, "label": one.label, "kind": one.kind.upper(), "text": None, "image": None}
        if one.kind == LibraryPicture.name:
            # Its words are asked for wherever it is, though its address may not be.
            sizes = below(asked, "image") if asked is None or "image" in asked.fields else Asked()
            reading.image(value, told, "image", sizes)
        elif not one.known.refers:
            told["text"] = one.known.shown(value)
        shown.append(told)
    return shown


def _told(found: TypeOfColumns) -> dict[str, Any]:
    shape = found.shape
    return {
        "key": shape.key,
        "name": shape.name,
        "object_type": type_name(PREFIX, shape),
        "fields": [
            {
                "key": one.key,
                "name": to_camel_case(one.key),
                "label": one.label,
                "kind": one.kind.upper(),
                "required": one.required,
                "options": list(one.options),
            }
            for one in shape.live
        ],
    }
