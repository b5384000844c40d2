"""Sunset: what is left in the schema of a plugin that is off, so that portals learn of it before their queries break."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from graphql import GraphQLField, GraphQLSchema, get_nullable_type

from civicnet.contract import CivicNetError


class PluginDisabled(CivicNetError):
    """What was asked for belongs to a plugin that is switched off here."""

    code = "PLUGIN_DISABLED"

    def __init__(self, plugin: str) -> None:
        super().__init__(_("The plugin %(plugin)s is switched off here.") % {"plugin": plugin})
        self.plugin = plugin


def retire(schema: GraphQLSchema, owners: Mapping[str, str]) -> None:
    """Let root fields, given with their plugins, answer null with a code: deprecated, nullable, arguments as they were."""
    for root in (schema.query_type, schema.mutation_type):
        assert root is not None  # noqa: S101 — the host itself has fields in both
        for name in root.fields.keys() & owners.keys():
            root.fields[name] = _retired(root.fields[name], owners[name])


def _retired(field: GraphQLField, plugin: str) -> GraphQLField:
    kind: Any = field.type
    return GraphQLField(
        get_nullable_type(kind),
        args=field.args,
        resolve=_refuse(plugin),
        description=field.description,
        deprecation_reason=f"The plugin {plugin} is switched off: this answers null, and will leave the schema.",
    )


def _refuse(plugin: str) -> Callable[..., Any]:
    def resolve(*_asked: Any, **_arguments: Any) -> None:
        raise PluginDisabled(plugin)

    return resolve
