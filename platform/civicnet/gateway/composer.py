"""Composition: one schema per set of plugins that is on, made of parts that are built once.

Each plugin's part is first composed with the host alone, where a bad name shows; then names are compared across parts, and
the finished map is searched for types of plugins outside the set.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import graphene
from django.conf import settings
from graphql import GraphQLSchema, print_schema, validate_schema

from civicnet.contract import Fragment, NodeLoader
from civicnet.gateway.connection import PageInfo
from civicnet.gateway.core import CoreQuery
from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.registry import registry

logger = logging.getLogger(__name__)
_KEPT = 32


class ComposeError(RuntimeError):
    """A plugin's part does not fit into the schema; the sentence names plugin and field or type."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished schema with what the view needs beside it."""

    schema: GraphQLSchema
    sdl: str
    digest: str
    nodes: Mapping[str, NodeLoader]


@dataclass(frozen=True, slots=True)
class Part:
    """One plugin's fragment, checked alone: its root fields and its types by name."""

    plugin: str
    fragment: Fragment
    fields: frozenset[str]
    types: Mapping[str, Any]


@lru_cache(maxsize=1)
def parts() -> dict[str, Part]:
    """All plugins' parts, built once per process. One that fails its checks is left out, or stops a strict host."""
    core = frozenset(_graphene_types(_build([])))
    found: dict[str, Part] = {}
    for one in gather("graphql"):
        try:
            part = _check(one.plugin, one.value, core)
            _refuse_clashes(part, found)
            found[one.plugin] = part
        # graphene and graphql-core refuse what does not fit with errors of many kinds.
        except Exception as error:
            if settings.CIVICNET_LOAD_POLICY == "strict":
                raise ComposeError(f"plugin {one.plugin}: {error}") from error
            logger.exception("the GraphQL part of plugin %s is left out", one.plugin)
            registry.note(one.plugin, f"graphql: {error}")
    return found


_composed: OrderedDict[frozenset[str], Composed] = OrderedDict()
_lock = Lock()


def compose(enabled: frozenset[str]) -> Composed:
    """The schema for a set of plugins; built by one thread while others wait, and kept."""
    with _lock:
        if enabled in _composed:
            _composed.move_to_end(enabled)
            return _composed[enabled]
        made = _finish([part for slug, part in parts().items() if slug in enabled])
        _composed[enabled] = made
        if len(_composed) > _KEPT:
            _composed.popitem(last=False)
        return made


def forget() -> None:
    """Drop everything built so far: the set of loaded plugins itself has changed, as only a test does."""
    with _lock:
        _composed.clear()
        parts.cache_clear()


def owner_of(name: str) -> str | None:
    """The plugin that brings a root field or type of this name, on or off."""
    return next((slug for slug, part in parts().items() if name in part.fields or name in part.types), None)


def _finish(chosen: list[Part]) -> Composed:
    schema = _build([part.fragment for part in chosen])
    own = {part.plugin for part in chosen}
    for name in _graphene_types(schema):
        if (owner := owner_of(name)) and owner not in own:
            raise ComposeError(f"type {name} of plugin {owner} leaks into a schema without it")
    sdl = print_schema(schema)
    nodes = {name: load for part in chosen for name, load in part.fragment.nodes.items()}
    return Composed(schema, sdl, hashlib.sha256(sdl.encode()).hexdigest()[:16], nodes)


def _build(fragments: list[Fragment]) -> GraphQLSchema:
    queries = [one.query for one in fragments if one.query]
    mutations = [one.mutation for one in fragments if one.mutation]
    built: GraphQLSchema = graphene.Schema(
        query=type("Query", (*queries, CoreQuery, graphene.ObjectType), {}),
        mutation=type("Mutation", (*mutations, graphene.ObjectType), {}) if mutations else None,
        types=[extra for one in fragments for extra in one.types],
    ).graphql_schema
    if errors := validate_schema(built):
        raise ComposeError(str(errors[0]))
    return built


def _check(plugin: str, fragment: Fragment, core: frozenset[str]) -> Part:
    _refuse_strangers_fields(fragment)
    schema = _build([fragment])
    prefix = registry.manifests[plugin].prefix
    roots = [root for root in (schema.query_type, schema.mutation_type) if root]
    fields = frozenset(name for root in roots for name in root.fields) - set(vars(CoreQuery))
    types = {name: kind for name, kind in _graphene_types(schema).items() if name not in core}
    for name in sorted(fields):
        if not name.startswith(prefix):
            raise ComposeError(f"root field {name} must start with {prefix!r}")
    for name in sorted(types):
        if not name.startswith(prefix[0].upper() + prefix[1:]):
            raise ComposeError(f"type {name} must start with {prefix[0].upper() + prefix[1:]!r}")
    if strange := sorted(set(fragment.nodes) - set(types)):
        raise ComposeError(f"it loads nodes of types that are not its own: {', '.join(strange)}")
    return Part(plugin, fragment, fields, types)


def _refuse_strangers_fields(fragment: Fragment) -> None:
    # The parts are bases of one class, where an earlier one's fields and resolvers would silently stand for a later one's.
    core = {name for name in vars(CoreQuery) if not name.startswith("_")}
    for root in (fragment.query, fragment.mutation):
        names = {name for name in dir(root) if not name.startswith("_")} if root else set()
        stray = {one for one in names if one.startswith("resolve_") and one.removeprefix("resolve_") not in names}
        if taken := sorted((names & core) | stray):
            raise ComposeError(f"{', '.join(taken)} does not belong to it")


def _refuse_clashes(part: Part, others: dict[str, Part]) -> None:
    for other in others.values():
        taken = (part.fields & other.fields) | (part.types.keys() & other.types.keys())
        if taken:
            raise ComposeError(f"{', '.join(sorted(taken))} already belongs to plugin {other.plugin}")


def _graphene_types(schema: GraphQLSchema) -> dict[str, Any]:
    # Nobody owns what everybody may use: the library's own scalars and the gateway's page info.
    shared = {"Query", "Mutation", PageInfo._meta.name}
    found = {name: kind.graphene_type for name, kind in schema.type_map.items() if hasattr(kind, "graphene_type")}
    return {name: kind for name, kind in found.items() if name not in shared and not _is_library_scalar(kind)}


def _is_library_scalar(kind: Any) -> bool:
    return issubclass(kind, graphene.Scalar) and kind.__module__.startswith("graphene.")
