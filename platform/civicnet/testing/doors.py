"""Doors: every way on which a row can leave the product, found by looking at the product itself.

A matrix of who sees what is worth something only if nothing is missing from it: these functions list what a matrix has to
speak of, so that a new model or a new door without an entry fails the build.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, is_composite_type

from civicnet.exchange.offers import offered
from civicnet.gateway.composer import compose
from civicnet.lifecycle.registry import registry

# Parts of every connection: how they are walked is tested with the connection itself.
_WALKING = {"first", "after", "last", "before"}
_CONNECTION = {"edges", "pageInfo", "node"}


def models() -> set[str]:
    """Labels of all models of the host, its site and the plugins, e.g. ``civicnet_grid.Grid``; join tables left out."""
    return {model._meta.label for model in apps.get_models() if model._meta.app_label.startswith("civicnet")}


def url_doors() -> set[str]:
    """All addresses by their full names, e.g. ``grid_grids:file``; one without a name stands under its pattern."""
    return set(_addresses(get_resolver(), "", ()))


def export_doors() -> set[str]:
    """All resources that can be exported, e.g. ``export grid.roster``."""
    return {f"export {key}" for key in offered()}


def graphql_doors() -> set[str]:
    """Root fields, their filters, fields that lead from object to object, and ``node(id)`` for each type that has it.

    They read ``grids``, ``grids(organisation)``, ``Grid.posts``, ``node Grid``.
    """
    composed = compose(frozenset(registry.manifests))
    found = {f"node {name}" for name in composed.nodes}
    for root in (composed.schema.query_type, composed.schema.mutation_type):
        for name, field in root.fields.items() if root else ():
            found.add(name)
            found.update(f"{name}({argument})" for argument in field.args if argument not in _WALKING)
    return found | set(_paths(composed.schema))


def all_doors() -> set[str]:
    """Every door there is."""
    return url_doors() | export_doors() | graphql_doors()


def _paths(schema: GraphQLSchema) -> Iterator[str]:
    roots = {schema.query_type, schema.mutation_type}
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind in roots or kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            leads = is_composite_type(get_named_type(field.type))
            if leads and name not in _CONNECTION and not kind.name.endswith("Connection"):
                yield f"{kind.name}.{name}"


def _addresses(resolver: URLResolver, route: str, names: tuple[str, ...]) -> Iterator[str]:
    for one in resolver.url_patterns:
        here = f"{route}{one.pattern}"
        if isinstance(one, URLPattern):
            yield ":".join((*names, one.name)) if one.name else here
        else:
            yield from _addresses(one, here, (*names, one.namespace) if one.namespace else names)
