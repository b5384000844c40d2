"""Building: from root fields and their resolvers to a schema, with nothing else of a plugin's classes in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import graphene
from graphene.types.definitions import GrapheneUnionType
from graphene.types.schema import TypeMap
from graphene.types.utils import yank_fields_from_attrs
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLSchema, validate_schema

from civicnet.gateway.connection import PageInfo
from civicnet.gateway.content.host_types import HOST_TYPES
from civicnet.gateway.content.site_schema import SitesQuery
from civicnet.gateway.content.site_settings import SiteSettings, offered_types
from civicnet.gateway.core import CoreQuery
from civicnet.gateway.feed.schema import ChangesQuery
from civicnet.gateway.plugin_file import PluginFileQuery
from civicnet.gateway.preview.schema import PreviewQuery
from civicnet.gateway.prices import put_prices
from civicnet.gateway.purging import PurgeMutation
from civicnet.gateway.switching import CoreMutation


class ComposeError(RuntimeError):
    """A plugin's part does not fit into the schema; the sentence names plugin and field or type."""


@dataclass(frozen=True, slots=True)
class Roots:
    """What one plugin, or the host, brings: attributes for the two root classes, and types that no field mentions."""

    query: Mapping[str, Any]
    mutation: Mapping[str, Any]
    types: tuple[Any, ...] = ()


def attributes(root: type | None) -> dict[str, Any]:
    """The fields of a root class and its bases, each with its resolver.

    Whatever else these classes hold stays outside, so that it stands in nobody's way: the host's and all plugins' fields
    become attributes of one class.

    Raises:
        ComposeError: it is no class, or holds what can be no root field.
    """
    if root is None:
        return {}
    if not isinstance(root, type):
        raise ComposeError(f"{root!r} is no class of root fields")
    found: dict[str, Any] = {}
    for base in reversed(root.__mro__):
        found |= yank_fields_from_attrs(vars(base), _as=graphene.Field, sort=False)
    for name, field in list(found.items()):
        resolver = getattr(root, f"resolve_{name}", None)
        if not isinstance(field, graphene.Field) or not (resolver is None or callable(resolver)):
            raise ComposeError(f"{name} is no field with a resolver")
        if resolver is not None:
            found[f"resolve_{name}"] = staticmethod(resolver)
    return found


def field_names(attributes: Mapping[str, Any]) -> list[str]:
    """The names that attributes of a root class get in the schema."""
    fields = {name: one for name, one in attributes.items() if isinstance(one, graphene.Field)}
    return [one.name or to_camel_case(name) for name, one in fields.items()]


_queries: list[type] = [CoreQuery, PluginFileQuery, ChangesQuery, PreviewQuery, SitesQuery]
_mutations: list[type] = [CoreMutation, PurgeMutation]


def bring(*, query: type, mutation: type) -> None:
    """Add root fields of another room of the host, whose names begin with ``platform``; it calls this when its app is ready.

    Raises:
        RuntimeError: a schema was built already, without them.
    """
    if core.cache_info().currsize:
        raise RuntimeError("root fields of the host are brought before the first schema is built")
    _queries.append(query)
    _mutations.append(mutation)


def host_classes() -> tuple[type, ...]:
    """All classes of root fields of the host."""
    return (*_queries, *_mutations)


@cache
def core() -> Roots:
    """The host's own root fields, and its types that no field mentions."""
    return Roots(
        {name: one for root in _queries for name, one in attributes(root).items()},
        {name: one for root in _mutations for name, one in attributes(root).items()},
        HOST_TYPES,
    )


@cache
def core_fields() -> frozenset[str]:
    """Names of the host's root fields."""
    return frozenset((*field_names(core().query), *field_names(core().mutation)))


# What a part is checked with: a part of its own may hold no query, and a schema must.
_ALONE = Roots({"alone": graphene.Boolean()}, {})


def build(parts: Iterable[Roots], within: frozenset[str] | None = None) -> GraphQLSchema:
    """The host's fields and those of the parts in one schema, not validated yet.

    Members of unions that plugins outside ``within`` contributed are left out, and with them all that only they lead to.
    """
    # The host first: of two types with one name the library silently takes the first.
    return _joined([core(), Roots({}, {}, (SiteSettings, *offered_types())), *parts], within)


def build_alone(part: Roots) -> GraphQLSchema:
    """A part by itself, not validated yet: every type in it is one that it leads to."""
    return _joined([_ALONE, part], None)


def contributor(kind: Any) -> str | None:
    """The plugin that contributed a type to another plugin's part, if one did."""
    return getattr(kind, "contributed_by", None)


class _Types(TypeMap):
    def __init__(self, *given: Any, within: frozenset[str] | None) -> None:
        self._within = within
        super().__init__(*given)

    def construct_union(self, graphene_type: Any) -> GrapheneUnionType:
        union = super().construct_union(graphene_type)
        members = [one for one in graphene_type._meta.types if self._holds(contributor(one))]
        return GrapheneUnionType(
            graphene_type=graphene_type,
            name=union.name,
            description=union.description,
            types=lambda: [self.add_type(one) for one in members],
            resolve_type=union.resolve_type,
        )

    def _holds(self, plugin: str | None) -> bool:
        return plugin is None or self._within is None or plugin in self._within


def _joined(parts: Sequence[Roots], within: frozenset[str] | None) -> GraphQLSchema:
    query = {name: one for part in parts for name, one in part.query.items()}
    mutation = {name: one for part in parts for name, one in part.mutation.items()}
    types = _Types(
        type("Query", (graphene.ObjectType,), query),
        type("Mutation", (graphene.ObjectType,), mutation) if mutation else None,
        None,
        [one for part in parts for one in part.types],
        within=within,
    )
    built = GraphQLSchema(types.query, types.mutation, None, [types.query, *types.types])
    put_prices(built)
    return built


def validated(schema: GraphQLSchema) -> GraphQLSchema:
    """The schema.

    Raises:
        ComposeError: it breaks a rule of GraphQL.
    """
    if errors := validate_schema(schema):
        raise ComposeError(str(errors[0]))
    return schema


def owned_types(schema: GraphQLSchema) -> dict[str, Any]:
    """Types that are somebody's: all but the roots, the library's own scalars, and the gateway's page info."""
    found = {name: kind.graphene_type for name, kind in schema.type_map.items() if hasattr(kind, "graphene_type")}
    roots = {schema.query_type, schema.mutation_type}
    return {
        name: kind
        for name, kind in found.items()
        if kind is not PageInfo and schema.type_map[name] not in roots and not _is_library_scalar(kind)
    }


def _is_library_scalar(kind: Any) -> bool:
    return issubclass(kind, graphene.Scalar) and kind.__module__.startswith("graphene.")
