"""Every filter and every order that a list offers is served by an index: it may be asked of a million rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import graphene
import pytest
from django.db import models

from civicnet.access.models import Organisation, User
from civicnet.gateway.connection import ConnectionField
from civicnet.gateway.keyset import field_at
from civicnet.gateway.parts import parts
from civicnet.gateway.where import By


def connections() -> Iterator[tuple[str, ConnectionField]]:
    """The lists of all plugins, by their names."""
    for part in parts().values():
        for name, field in part.roots.query.items():
            if isinstance(field, ConnectionField):
                yield name, field


def keys(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    """The columns of each index of a table, ``-`` before those that fall; what indexes only some rows is none."""
    meta = model._meta
    for field in meta.local_concrete_fields:
        if field.primary_key or field.unique or field.db_index:
            yield (field.name,)
    for index in meta.indexes:
        if index.fields and index.condition is None:
            yield tuple(index.fields)
    for constraint in meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None:
            yield tuple(constraint.fields)


def serves(key: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether an index, read forwards or backwards, gives rows in this order, or so many that the rest is soon sorted."""
    turned = [one.removeprefix("-") if one.startswith("-") else f"-{one}" for one in columns]
    return list(key[: len(columns)]) in (list(columns), turned)


def unserved(field: ConnectionField) -> list[str]:
    """What a list offers without an index."""
    model = field.model
    found = []
    for by in field.filters.by.values() if field.filters else ():
        target: Any = field_at(model, by.column)  # type: ignore[arg-type]
        if not any(key[0].removeprefix("-") == target.name for key in keys(target.model)):
            found.append(f"where {by.column}")
    for name, order in field.orders.items():
        *leading, last = order.columns
        unique: Any = field_at(model, last.removeprefix("-"))  # type: ignore[arg-type]
        leading_fields: list[Any] = [field_at(model, one.removeprefix("-")) for one in leading]  # type: ignore[arg-type]
        nulls = [one for one in leading_fields if one.null and one.name not in order.filled]
        # The unique column at the end only settles ties, unless there is nothing else.
        columns = leading or [last]
        first = (leading_fields or [unique])[0]
        if not unique.unique or nulls or not any(serves(_directed(key, columns), columns) for key in keys(first.model)):
            found.append(f"order {name}")
    return found


def _directed(key: Sequence[str], columns: Sequence[str]) -> Sequence[str]:
    # An index of one column is read either way.
    return columns if len(columns) == 1 and key[0].removeprefix("-") == columns[0].removeprefix("-") else key


@pytest.mark.django_db
def test_what_a_list_offers_is_indexed() -> None:
    found = {name: unserved(field) for name, field in connections()}

    assert {name: what for name, what in found.items() if what} == {}
    assert {"publicity_articles", "grids", "hotline_cases", "hotline_categories", "assessment_forms"} <= set(found)


class Node(graphene.ObjectType):
    """A type of the test's own."""

    full_name = graphene.String()
    code = graphene.String()


@pytest.mark.parametrize(
    ("model", "offered", "missing"),
    [
        (User, {"where": {"full_name": By("full_name", "eq")}}, ["where full_name"]),
        (User, {"order": {"NAME": ("full_name", "id")}}, ["order NAME"]),
        (User, {"order": {"SEEN": ("-last_login", "-id")}}, ["order SEEN"]),
        (User, {"order": {"NAME": ("username", "full_name")}}, ["order NAME"]),
        (User, {"order": {"NAME": ("username",), "ID": ("-id",)}}, []),
        (Organisation, {"where": {"code": By("code", "eq")}, "order": {"CODE": ("-code", "id")}}, []),
    ],
)
def test_what_no_index_serves_is_found(model: Any, offered: dict[str, Any], missing: list[str]) -> None:
    assert unserved(ConnectionField(Node, of=model, **offered)) == missing
