"""Fields of column types in GraphQL: an interface that is always there, and a type of its own for each type of columns."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.contract import DefinedTypes
from civicnet.records.schema import object_type_of, told_of, type_name
from civicnet.records.shapes import RecordShape
from civicnet_publicity.selectors.public import STEP
from civicnet_publicity.selectors.types import TypeOfColumns, column_types, types_at

PREFIX = "Publicity"


class PublicityShownField(graphene.ObjectType):
    """A field with its value in words, for whoever shows all fields without knowing them."""

    key = graphene.String(required=True)
    label = graphene.String(required=True)
    kind = graphene.String(required=True)
    text = graphene.String(required=True, description="In the language that was asked for.")


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


def add_fields(rows: Sequence[dict[str, Any]]) -> None:
    """Add to rows with their paths and values what is told of them. One statement."""
    types = types_at({row["path"] for row in rows})
    for row in rows:
        found = types.get(row["path"][:-STEP])
        row["fields"] = _row(found.shape, row["field_values"]) if found else None


def defined() -> DefinedTypes:
    """The object types of all types of columns that have fields, as they are now."""
    shapes = [one.shape for one in column_types().values()]
    made = [object_type_of(one, prefix=PREFIX, interface=PublicityFields) for one in shapes]
    # What leaves with its day changes the digest as well.
    told = [(one.digest, sorted(kind._meta.fields) if kind else []) for one, kind in zip(shapes, made, strict=True)]
    digest = hashlib.sha256(repr(told).encode()).hexdigest()
    return DefinedTypes(digest, tuple(one for one in made if one is not None))


def _row(shape: RecordShape, stored: Any) -> dict[str, Any]:
    return told_of(shape, stored) | {
        "__typename": type_name(PREFIX, shape),
        "type_key": shape.key,
        "type_name": shape.name,
        "shown": [
            {"key": one.key, "label": one.label, "kind": one.kind.upper(), "text": one.text}
            for one in shape.shown(stored)
        ],
    }


def _told(found: TypeOfColumns) -> dict[str, Any]:
    shape = found.shape
    return {
        "key": shape.key,
        "name": shape.name,
        "object_type": type_name(PREFIX, shape),
        "fields": [
            {
                "key": one.key,
                "name": _name(one.key),
                "label": one.label,
                "kind": one.kind.upper(),
                "required": one.required,
                "options": list(one.options),
            }
            for one in shape.live
        ],
    }


def _name(key: str) -> str:
    first, *others = key.split("_")
    return first + "".join(word[0].upper() + word[1:] for word in others)
