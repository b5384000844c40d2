"""What plugins and the deployment tell everybody of how a site is set up: a type for each, under one interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.contract import SiteSettingsLoader

# Whose settings they are, and who tells them.
Teller = tuple[str | None, SiteSettingsLoader]
_OFFERED: dict[type[graphene.ObjectType], SiteSettingsLoader] = {}


class SiteSettings(graphene.Interface):
    """Settings of a site that everybody may know. Each plugin that has some has a type for them."""

    plugin = graphene.String(description="Whose they are; null where they belong to no plugin.")

    @classmethod
    def resolve_type(cls, row: Any, info: GraphQLResolveInfo) -> str:
        """By what ``put_settings`` noted."""
        return str(row["__typename"])


def offer_site_settings(kind: type[graphene.ObjectType], load: SiteSettingsLoader) -> None:
    """Tell settings that belong to no plugin but to the deployment itself; called when its app is ready.

    ``kind`` implements ``SiteSettings``. ``load`` is as in ``Fragment.site_settings``.
    """
    _OFFERED[kind] = load


def offered_types() -> tuple[type[graphene.ObjectType], ...]:
    """The types of what the deployment offers."""
    return tuple(_OFFERED)


def put_settings(rows: Sequence[dict[str, Any]], plugins: Mapping[str, Teller]) -> None:
    """Add to rows of sites what is told of them, by plugins that are on and by the deployment; by names of types."""
    sites = [row["pk"] for row in rows]
    own: dict[str, Teller] = {kind._meta.name: (None, load) for kind, load in _OFFERED.items()}
    for row in rows:
        row["settings"] = []
    for name, (plugin, load) in (own | dict(plugins)).items():
        told = load(sites)
        for row in rows:
            if row["pk"] in told:
                row["settings"].append({**told[row["pk"]], "__typename": name, "plugin": plugin})
