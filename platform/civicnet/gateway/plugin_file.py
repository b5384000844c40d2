"""A plugin as its administrators see it over GraphQL: how it stands, what its switch moves, its settings, its last changes."""

from __future__ import annotations

from typing import Any

import graphene
import orjson
from graphql import GraphQLResolveInfo

from civicnet.contract import require
from civicnet.gateway.sites import site_named
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.history import changes_of
from civicnet.lifecycle.labels import in_language
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read

SWITCH = "civicnet_lifecycle.switch_plugin"


class PlatformConsequence(graphene.ObjectType):
    """One kind of thing that comes and goes with a plugin's switch."""

    kind = graphene.String(required=True)
    label = graphene.String(required=True)
    items = graphene.List(graphene.NonNull(graphene.String), required=True, description="The first few, by name.")
    count = graphene.Int(required=True)
    serious = graphene.Boolean(required=True, description="Somebody outside will notice.")


class PlatformSetting(graphene.ObjectType):
    """A setting of a plugin. Values are written in JSON."""

    name = graphene.String(required=True)
    label = graphene.String(required=True)
    kind = graphene.String(required=True)
    value = graphene.String(required=True)
    default = graphene.String(required=True)
    per_site = graphene.Boolean(required=True, description="Whether it may differ from site to site.")


class PlatformPluginChange(graphene.ObjectType):
    """An act on switches and settings. How the plugins stood is written in JSON, by slug."""

    id = graphene.ID(required=True)
    at = graphene.DateTime(required=True)
    actor = graphene.String(required=True)
    reason = graphene.String(required=True)
    before = graphene.String(required=True)
    after = graphene.String(required=True)
    undone = graphene.Boolean(required=True)


class PlatformPluginFile(graphene.ObjectType):
    """What an administrator should know of a plugin before moving its switch."""

    slug = graphene.String(required=True)
    version = graphene.String(required=True)
    enabled = graphene.Boolean(required=True)
    sunset = graphene.Boolean(required=True)
    consequences = graphene.List(graphene.NonNull(PlatformConsequence), required=True)
    settings = graphene.List(graphene.NonNull(PlatformSetting), required=True)
    changes = graphene.List(graphene.NonNull(PlatformPluginChange), required=True, description="The newest first.")

    @staticmethod
    def resolve_consequences(row: dict[str, Any], info: GraphQLResolveInfo) -> list[Any]:
        """What every room says."""
        return consequences(row["slug"], site_id=row["snapshot"].site_id)

    @staticmethod
    def resolve_settings(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """As the manifest declares them, with what is in force."""
        values = row["snapshot"].settings[row["slug"]]
        return [
            {
                "name": one.name,
                "label": in_language(one.label, one.name),
                "kind": one.kind,
                "value": _json(values[one.name]),
                "default": _json(one.default),
                "per_site": one.per_site,
            }
            for one in registry.manifests[row["slug"]].settings
        ]

    @staticmethod
    def resolve_changes(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """The last twenty."""
        return [
            {
                "id": one.pk,
                "at": one.at,
                "actor": one.actor_label,
                "reason": one.reason,
                "before": _json(one.before),
                "after": _json(one.after),
                "undone": hasattr(one, "undone_by"),
            }
            for one in changes_of(row["slug"])
        ]


class PluginFileQuery:
    """The root field for whoever moves switches."""

    platform_plugin = graphene.Field(
        PlatformPluginFile,
        slug=graphene.String(required=True),
        site_host=graphene.String(description="As it stands on this site; otherwise everywhere."),
    )

    @staticmethod
    def resolve_platform_plugin(
        root: Any, info: GraphQLResolveInfo, slug: str, site_host: str | None = None
    ) -> dict[str, Any] | None:
        """The plugin, or null when none of this slug is loaded.

        Raises:
            Refused: the caller does not move switches.
        """
        require(info.context.actor.may(SWITCH))
        if slug not in registry.manifests:
            return None
        snapshot = read(site_named(site_host))
        return {
            "slug": slug,
            "version": str(registry.manifests[slug].version),
            "enabled": snapshot.is_on(slug),
            "sunset": slug in snapshot.sunset,
            "snapshot": snapshot,
        }


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
