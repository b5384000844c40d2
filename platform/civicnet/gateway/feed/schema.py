"""``changes``: the feed in GraphQL. Each change brings its node, read in one go for all changes of a type."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import graphene
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from civicnet.contract import Actor, Feed, InvalidInput
from civicnet.gateway.connection import DEFAULT, MOST
from civicnet.gateway.core import Node, rows_of
from civicnet.gateway.feed.followed import feeds
from civicnet.gateway.feed.models import FeedEntry
from civicnet.gateway.feed.selectors import changes_after
from civicnet.gateway.feed.sequencer import catch_up
from civicnet.gateway.ids import to_global_id
from civicnet.gateway.selection import Selection, selection_of
from civicnet.gateway.sunset import PluginDisabled
from civicnet.ledger.models import Operation

# How long a reader helps to bring the feed forward, and waits for another who does, in seconds.
SECONDS = 0.5
PATIENCE = 0.5

ChangeOperation = graphene.Enum(
    "ChangeOperation",
    [(one.name, one.value) for one in Operation],
    description=lambda one: {"UPSERT": "Put the node into the copy.", "DELETE": "Take it out."}.get(
        one.name if one else "", "What to do with a copy."
    ),
)


@dataclass
class Nodes:
    """The nodes of one answer, read type by type when the first of the type is asked for."""

    actor: Actor
    composed: Any
    wanted: Mapping[str, Collection[int]]
    asked: Selection

    def __post_init__(self) -> None:
        self._read: dict[str, Mapping[int, Any]] = {}

    def of(self, kind: str, pk: int) -> dict[str, Any] | None:
        """The row of one node, if the caller sees it now."""
        if kind not in self._read:
            self._read[kind] = rows_of(self.composed, self.actor, kind, list(self.wanted[kind]), self.asked)
        row = self._read[kind].get(pk)
        return {**row, "__typename": kind} if row else None


@dataclass(frozen=True)
class Told:
    """One entry as the schema shows it."""

    entry: FeedEntry
    cursor: str
    nodes: Nodes

    @cached_property
    def node(self) -> dict[str, Any] | None:
        """Nothing of what is gone."""
        gone = self.entry.operation == Operation.DELETE
        return None if gone else self.nodes.of(self.entry.type, self.entry.object_id)


class Change(graphene.ObjectType):
    """What to do with a copy of one node."""

    cursor = graphene.String(required=True, description="Where to go on after this change.")
    operation = graphene.Field(ChangeOperation, required=True)
    type = graphene.String(required=True)
    id = graphene.ID(required=True)
    at = graphene.DateTime(required=True, description="When the platform noticed it.")
    node = graphene.Field(
        Node, description="As it is now; null when it is gone, or has gone since: then the next changes say so."
    )

    @staticmethod
    def resolve_operation(told: Told, info: GraphQLResolveInfo) -> str:
        """As it was told."""
        return told.entry.operation

    @staticmethod
    def resolve_type(told: Told, info: GraphQLResolveInfo) -> str:
        """The node's type."""
        return told.entry.type

    @staticmethod
    def resolve_id(told: Told, info: GraphQLResolveInfo) -> str:
        """The node's global id."""
        return to_global_id(told.entry.type, told.entry.object_id)

    @staticmethod
    def resolve_at(told: Told, info: GraphQLResolveInfo) -> Any:
        """A moment."""
        return told.entry.at


class ChangeConnection(graphene.ObjectType):
    """A page of changes, oldest first."""

    nodes = graphene.List(graphene.NonNull(Change), required=True)
    end_cursor = graphene.String(required=True, description="Where to go on; keep it together with the copy.")
    has_next_page = graphene.Boolean(required=True, description="Whether to ask again at once.")


class ChangesQuery:
    """Root fields for portals that keep a copy."""

    changes = graphene.Field(
        ChangeConnection,
        required=True,
        after=graphene.String(description="Where the copy stands; left out: from empty."),
        types=graphene.List(graphene.NonNull(graphene.String), description="Only nodes of these types."),
        first=graphene.Int(default_value=DEFAULT, description=f"At most {MOST}."),
        description="What came, changed and went, so that a copy that follows it equals what can be read here.",
    )
    change_types = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The types that ``changes`` follows here, of the plugins that are on.",
    )

    @staticmethod
    def resolve_changes(
        root: Any,
        info: GraphQLResolveInfo,
        first: int | None = DEFAULT,
        after: str | None = None,
        types: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        """Bring the feed forward, then read a page of it."""
        first = DEFAULT if first is None else first
        if not 1 <= first <= MOST:
            raise InvalidInput(
                _("Ask for 1 to %(most)d rows a page.") % {"most": MOST}, code="PAGE_SIZE", field="first"
            )
        served = _served(info.context.composed, types)
        up_to_date = catch_up(seconds=SECONDS, patience=PATIENCE)
        actor = info.context.actor
        page = changes_after(actor, served, after=after, first=first)
        wanted: dict[str, list[int]] = {}
        for one in page.entries:
            if one.operation == Operation.UPSERT:
                wanted.setdefault(one.type, []).append(one.object_id)
        nodes = Nodes(actor, info.context.composed, wanted, selection_of(info).at("nodes", "node"))
        told = [Told(one, cursor, nodes) for one, cursor in zip(page.entries, page.cursors, strict=True)]
        return {"nodes": told, "end_cursor": page.end, "has_next_page": page.more or not up_to_date}

    @staticmethod
    def resolve_change_types(root: Any, info: GraphQLResolveInfo) -> list[str]:
        """By name."""
        return sorted(info.context.composed.feeds)


def _served(composed: Any, types: Sequence[str] | None) -> Mapping[str, Feed]:
    if types is None:
        served: Mapping[str, Feed] = composed.feeds
        return served
    from civicnet.gateway.parts import owner_of

    for name in types:
        if name in composed.feeds:
            continue
        if name in feeds() and (plugin := owner_of(name)):
            raise PluginDisabled(plugin)
        raise InvalidInput(_("Nothing of the type “%(type)s” is followed here.") % {"type": name}, field="types")
    return {name: composed.feeds[name] for name in types}
