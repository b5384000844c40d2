"""Federation: the schema as a subgraph (Apollo Federation 2), whose entities are the nodes that plugins load by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import (
    ConstDirectiveNode,
    GraphQLResolveInfo,
    ObjectTypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    value_from_ast_untyped,
    visit,
)
from graphql.language import REMOVE

from civicnet.contract import InvalidInput
from civicnet.gateway.building import Roots
from civicnet.gateway.connection import MOST, PageInfo
from civicnet.gateway.core import load_nodes
from civicnet.gateway.ids import from_global_id

_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])'
# Types and root fields that a subgraph's own text leaves out.
_MACHINERY = frozenset({"_Service", "_Any", "_Entity", "_service", "_entities"})


class FederationAny(graphene.Scalar):
    """What a router knows of an entity: its __typename and its id."""

    class Meta:
        name = "_Any"

    serialize = parse_value = staticmethod(lambda value: value)

    @staticmethod
    def parse_literal(node: Any, variables: Mapping[str, Any] | None = None) -> Any:
        """A literal as plain values."""
        return value_from_ast_untyped(node, dict(variables or {}))


class FederationService(graphene.ObjectType):
    """This schema for a router."""

    class Meta:
        name = "_Service"

    sdl = graphene.String(required=True)


def federation(entities: Mapping[str, Any]) -> Roots:
    """The root fields that a router calls, for the node types of one set of plugins by their names."""
    fields: dict[str, Any] = {
        "federation_service": graphene.Field(FederationService, name="_service", required=True),
        "resolve_federation_service": staticmethod(_resolve_service),
    }
    if entities:
        kinds = [entities[name] for name in sorted(entities)]
        kind = {"name": "_Entity", "types": kinds, "description": "What a router may ask for by its key."}
        attributes = {
            "Meta": type("Meta", (), kind),
            "resolve_type": classmethod(lambda _cls, row, _info: row["__typename"]),
        }
        fields["federation_entities"] = graphene.List(
            type("FederationEntity", (graphene.Union,), attributes),
            name="_entities",
            required=True,
            representations=graphene.List(graphene.NonNull(FederationAny), required=True),
            description="At most 100, in the order of their representations; null as in nodes.",
        )
        fields["resolve_federation_entities"] = staticmethod(_resolve_entities)
    return Roots(fields, {})


@lru_cache(maxsize=32)
def subgraph_sdl(sdl: str, entities: frozenset[str]) -> str:
    """The text of a schema as a router reads it: keys on the node types, without the machinery of federation itself."""
    return f"{_LINK}\n\n{print_ast(visit(parse(sdl), _ForRouters(entities)))}\n"


class _ForRouters(Visitor):
    def __init__(self, entities: frozenset[str]) -> None:
        super().__init__()
        self._marks = dict.fromkeys(entities, _directives('@key(fields: "id")')) | {
            # What other subgraphs may hold in just the same way.
            PageInfo._meta.name: _directives("@shareable")
        }

    def enter(self, node: Any, *_where: Any) -> Any:
        """Out with the machinery."""
        name = getattr(getattr(node, "name", None), "value", None)
        return REMOVE if name in _MACHINERY else None

    def leave_object_type_definition(self, node: ObjectTypeDefinitionNode, *_where: Any) -> Any:
        """Mark what a router can join."""
        marks = self._marks.get(node.name.value, ())
        if marks:
            node.directives = (*node.directives, *marks)


def _directives(text: str) -> tuple[ConstDirectiveNode, ...]:
    definition: Any = parse(f"scalar Marked {text}").definitions[0]
    found: tuple[ConstDirectiveNode, ...] = definition.directives
    return found


def _resolve_service(root: Any, info: GraphQLResolveInfo) -> dict[str, str]:
    composed = info.context.composed
    return {"sdl": subgraph_sdl(composed.sdl, entity_names(composed))}


def entity_names(composed: Any) -> frozenset[str]:
    """The node types of a composed schema, each an entity."""
    return frozenset((*composed.nodes, *composed.batches))


def _resolve_entities(
    root: Any, info: GraphQLResolveInfo, representations: Sequence[Any]
) -> Sequence[dict[str, Any] | None]:
    if len(representations) > MOST:
        raise InvalidInput(
            _("Ask for at most %(most)d entities.") % {"most": MOST}, code="PAGE_SIZE", field="representations"
        )
    return load_nodes(info, list(_wanted(representations)))


def _wanted(representations: Iterable[Any]) -> Iterable[tuple[str, int]]:
    for one in representations:
        key = one.get("id") if isinstance(one, dict) else None
        name, pk = from_global_id(key if isinstance(key, str) else "")
        if name != one.get("__typename"):
            raise InvalidInput(
                _("An entity is named by its __typename and its id."), code="INVALID_ID", field="representations"
            )
        yield name, pk
