"""The host's own part of the schema: what is on, and any nodes by their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

import civicnet
from civicnet.contract import Actor, InvalidInput
from civicnet.gateway.cache.lifetimes import never_kept
from civicnet.gateway.connection import MOST
from civicnet.gateway.ids import from_global_id, to_global_id
from civicnet.gateway.prices import priced
from civicnet.gateway.selection import Selection, selection_of
from civicnet.gateway.sunset import PluginDisabled
from civicnet.lifecycle.registry import registry


class Node(graphene.Interface):
    """Anything that has a global id."""

    id = graphene.ID(required=True)

    @staticmethod
    def resolve_id(row: Any, info: GraphQLResolveInfo) -> str:
        """The row's number, made opaque and bound to its type."""
        return to_global_id(info.parent_type.name, row["id"])

    @classmethod
    def resolve_type(cls, row: Any, info: GraphQLResolveInfo) -> str:
        """Which type a row from ``node`` is."""
        name: str = row["__typename"]
        return name


class PlatformPlugin(graphene.ObjectType):
    """A plugin that is loaded here."""

    slug = graphene.String(required=True)
    version = graphene.String(required=True)
    enabled = graphene.Boolean(required=True)
    sunset = graphene.Boolean(
        required=True, description="It is off, and its fields still stand in the schema, answering null."
    )


class Platform(graphene.ObjectType):
    """The platform itself."""

    version = graphene.String(required=True)
    schema_hash = graphene.String(required=True, description="Changes whenever the schema of this site changes.")
    generation = graphene.Int(
        required=True,
        description="Grows with every move of a switch or setting on any site; also sent as X-Schema-Generation.",
    )
    plugins = graphene.List(graphene.NonNull(PlatformPlugin), required=True)


class RateLimit(graphene.ObjectType):
    """The caller's budget of this hour, after this request was charged."""

    limit = graphene.Int(required=True, description="What may be spent in an hour.")
    cost = graphene.Int(required=True, description="What this request costs.")
    remaining = graphene.Int(required=True, description="What is left; other processes' leases count as spent.")
    used = graphene.Int(required=True)
    reset_at = graphene.DateTime(required=True, description="When the next hour begins.")


class CoreQuery:
    """Root fields that are there whatever is switched on."""

    platform = graphene.Field(Platform, required=True)
    node = graphene.Field(Node, id=graphene.ID(required=True))
    nodes = priced(
        graphene.List(
            Node,
            required=True,
            ids=graphene.List(graphene.NonNull(graphene.ID), required=True),
            description="At most 100, in the order of their ids; null where there is none or the caller may not know of it.",
        ),
        sizes=("ids",),
    )
    rate_limit = priced(
        graphene.Field(RateLimit, description="Null for whoever is not charged, such as people who are signed in."),
        cost=0,
    )

    @staticmethod
    def resolve_platform(root: Any, info: GraphQLResolveInfo) -> dict[str, Any]:
        """Version, hash and plugins on the request's own picture."""
        snapshot = info.context.snapshot
        return {
            "version": civicnet.__version__,
            "schema_hash": info.context.composed.digest,
            "generation": snapshot.generation,
            "plugins": [
                {
                    "slug": slug,
                    "version": str(one.version),
                    "enabled": snapshot.is_on(slug),
                    "sunset": slug in snapshot.sunset,
                }
                for slug, one in registry.manifests.items()
            ],
        }

    @staticmethod
    def resolve_rate_limit(root: Any, info: GraphQLResolveInfo) -> Any:
        """Where the budget stands that this request was charged to."""
        never_kept(info)
        return getattr(info.context, "standing", None)

    @staticmethod
    def resolve_node(root: Any, info: GraphQLResolveInfo, id: str) -> dict[str, Any] | None:  # noqa: A002
        """The row, or null when there is none or the caller may not know of it."""
        return load_nodes(info, [from_global_id(id)])[0]

    @staticmethod
    def resolve_nodes(root: Any, info: GraphQLResolveInfo, ids: list[str]) -> list[dict[str, Any] | None]:
        """The rows, each type read at once where its plugin can.

        Raises:
            InvalidInput: there are too many ids, or one is not ours.
            PluginDisabled: one is of a plugin in sunset.
        """
        if len(ids) > MOST:
            raise InvalidInput(_("Ask for at most %(most)d ids.") % {"most": MOST}, code="PAGE_SIZE", field="ids")
        return load_nodes(info, [from_global_id(one) for one in ids])


def load_nodes(info: GraphQLResolveInfo, wanted: Sequence[tuple[str, int]]) -> list[dict[str, Any] | None]:
    """Rows by type and number, in their order, each type read at once; None where the caller may not know of one.

    Raises:
        PluginDisabled: one is of a plugin in sunset.
    """
    by_type: dict[str, set[int]] = defaultdict(set)
    for name, pk in wanted:
        by_type[name].add(pk)
    composed, actor, asked = info.context.composed, info.context.actor, selection_of(info)
    found = {name: rows_of(composed, actor, name, sorted(pks), asked) for name, pks in by_type.items()}
    rows = [(name, found[name].get(pk)) for name, pk in wanted]
    return [row | {"__typename": name} if row else None for name, row in rows]


def rows_of(
    composed: Any, actor: Actor, name: str, pks: Sequence[int], asked: Selection | None
) -> Mapping[int, dict[str, Any] | None]:
    """The rows of one type that the actor may see, by number: in one go where the plugin can, else one by one.

    Raises:
        PluginDisabled: it is of a plugin in sunset.
    """
    if name in composed.retired:
        raise PluginDisabled(composed.retired[name])
    if batch := composed.batches.get(name):
        found: Mapping[int, Any] = batch(actor, pks, asked)
        return found
    load = composed.nodes.get(name)
    return {pk: load(actor, pk) for pk in pks} if load else {}
