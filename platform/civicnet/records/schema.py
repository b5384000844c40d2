"""Definitions in GraphQL: an object type for each type of records, with its fields typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from keyword import iskeyword
from typing import Any

import graphene
from django.utils import timezone
from graphene.utils.str_converters import to_camel_case

from civicnet.gateway.content.asked import Asked, below
from civicnet.gateway.content.reading import Reading
from civicnet.records.shapes import FieldShape, RecordShape

# How long a retired field stays in the schema and answers null: portals learn of it before their queries break.
STAYS = timedelta(days=180)


def type_name(prefix: str, shape: RecordShape) -> str:
    """What the type is called: ``PublicityGuideFields`` for the key ``guide``."""
    words = shape.key.split("_")
    return f"{prefix}{''.join(word[0].upper() + word[1:] for word in words)}Fields"


def is_free(key: str) -> bool:
    """Whether a field of an object type can have this key: with some, no class can be made of the definition."""
    return not (iskeyword(key) or key.startswith("resolve_") or hasattr(graphene.ObjectType, key))


def object_type_of(
    shape: RecordShape, *, prefix: str, interface: type[graphene.Interface]
) -> type[graphene.ObjectType] | None:
    """The object type of a type of records; None while it has no field.

    Every field may be null: what is not written yet is no error. One that was retired is deprecated with the day until which it
    stays, and is left out after that.
    """
    fields = {
        one.key: _field(one) for one in shape.fields if one.retired_on is None or _leaves(one) >= timezone.localdate()
    }
    if not fields:
        return None
    name = type_name(prefix, shape)
    meta = type("Meta", (), {"name": name, "interfaces": (interface,), "description": f"{shape.name} ({shape.key})."})
    return type(name, (graphene.ObjectType,), {**fields, "Meta": meta})


def told_of(shape: RecordShape, stored: Any, reading: Reading, asked: Asked | None = None) -> dict[str, Any]:
    """The values for that type, by key; retired fields tell nothing.

    What refers to something is put into this very object once ``reading`` fetches, as far as it is ``asked`` for; None: all.
    """
    values: Mapping[str, Any] = shape.values_in(stored)
    told: dict[str, Any] = dict.fromkeys(one.key for one in shape.fields)
    for one in shape.live:
        value, name = one.value_in(values), to_camel_case(one.key)
        if value is not None and (not one.known.refers or asked is None or name in asked.fields):
            one.known.place(value, told, one.key, reading, below(asked, name) if one.known.refers else None)
    return told


def _field(one: FieldShape) -> Any:
    reason = None
    if one.retired_on is not None:
        reason = f"until {_leaves(one)}: retired on {one.retired_on}, answers null."
    description = f"{one.label}. {one.help}".strip() if one.help else f"{one.label}."
    return graphene.Field(one.known.graphql(), description=description, deprecation_reason=reason)


def _leaves(one: FieldShape) -> Any:
    return (one.retired_on or timezone.localdate()) + STAYS
