"""Prices: what a field costs by itself, and by which of its arguments the fields below it are multiplied.

A field costs 1, a root field 50 because it asks the database, and a field that makes the database count or a text be made
says so itself with ``priced``. ``civicnet schema costs`` prints them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import graphene
from graphene.types.unmountedtype import UnmountedType
from graphene.utils.str_converters import to_camel_case
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    is_composite_type,
    is_introspection_type,
)

FIELD_COST = 1
ROOT_COST = 50
# Of ``__schema`` and ``__type``, whose answers may hold the whole schema.
INTROSPECTION_COST = 500
# What a list that cannot be paged is taken to hold.
SHORT_LIST = 5
SIZES = ("first", "last")
_MARK = "civicnet_price"


@dataclass(frozen=True, slots=True)
class Price:
    """``cost`` of the field itself, ``None`` for the usual one. ``sizes``: arguments that say how many rows it gives; of
    several given, the largest counts. ``rows``: how many, where no argument says so. ``arguments``: what each of some adds
    to the cost where it is given."""

    cost: int | None = None
    sizes: tuple[str, ...] = SIZES
    rows: int = SHORT_LIST
    arguments: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the cost map. ``rows`` is 1 for what is no list, and ``sizes`` are arguments that it really has.

    ``arguments`` are those that cost something themselves.
    """

    field: str
    cost: int
    sizes: tuple[str, ...]
    rows: int
    arguments: dict[str, int]


USUAL = Price()


def priced(
    field: graphene.Field | UnmountedType,
    *,
    cost: int | None = None,
    sizes: tuple[str, ...] = SIZES,
    rows: int = SHORT_LIST,
    arguments: Mapping[str, int] | None = None,
) -> graphene.Field:
    """The field, dearer or cheaper than the usual: ``body = priced(graphene.String(required=True), cost=5)``.

    ``cost`` is what it costs by itself; the default stays 1, or 50 at the root. A list whose length an argument of its own
    says names it in ``sizes``; ``rows`` is what a list without one is taken to hold. ``arguments`` say what some of them add
    where they are given.

    Raises:
        ValueError: a cost or a number of rows below 0.
    """
    if (cost or 0) < 0 or rows < 0 or any(one < 0 for one in (arguments or {}).values()):
        raise ValueError("a price is never negative")
    mounted = field if isinstance(field, graphene.Field) else field.Field()
    dear = tuple((to_camel_case(name), each) for name, each in (arguments or {}).items())
    setattr(mounted, _MARK, Price(cost, tuple(map(to_camel_case, sizes)), rows, dear))
    return mounted


def put_prices(schema: GraphQLSchema) -> None:
    """Hand over to the schema what its types were declared with."""
    for kind in _kinds(schema):
        declared = getattr(kind, "graphene_type", None)
        for attribute, field in declared._meta.fields.items() if declared else ():
            price = getattr(field, _MARK, None)
            if price is not None and (found := kind.fields.get(field.name or to_camel_case(attribute))):
                found.extensions[_MARK] = price


def price_of(field: GraphQLField) -> Price:
    """The price of a field of a schema."""
    price: Price = field.extensions.get(_MARK, USUAL)
    return price


def is_list(field: GraphQLField) -> bool:
    """Whether the field gives a list itself."""
    return isinstance(field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type, GraphQLList)


def is_page(kind: Any) -> bool:
    """Whether objects of this type are pages of a connection, whose lists are as long as the page."""
    fields = getattr(kind, "fields", {}).keys()
    return "pageInfo" in fields or {"nodes", "hasNextPage"} <= fields


def cost_map(schema: GraphQLSchema) -> list[Listed]:
    """Every field that costs something else than 1 or multiplies what stands below it, by name."""
    roots = {schema.query_type, schema.mutation_type}
    found = [
        _listed(kind, name, field, kind in roots) for kind in _kinds(schema) for name, field in kind.fields.items()
    ]
    return sorted(
        (one for one in found if one.cost != FIELD_COST or one.rows != 1 or one.sizes), key=lambda one: one.field
    )


def _listed(kind: Any, name: str, field: GraphQLField, is_root: bool) -> Listed:
    price = price_of(field)
    cost = price.cost if price.cost is not None else ROOT_COST if is_root else FIELD_COST
    sizes = tuple(one for one in price.sizes if one in field.args)
    # The lists of a page are as long as the field says that gives the page.
    alone = not sizes and is_list(field) and not is_page(kind)
    return Listed(f"{kind.name}.{name}", cost, sizes, price.rows if alone else 1, dict(price.arguments))


def _kinds(schema: GraphQLSchema) -> Iterator[Any]:
    for kind in schema.type_map.values():
        is_own = is_composite_type(kind) and not is_introspection_type(kind)
        if is_own and isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield kind
