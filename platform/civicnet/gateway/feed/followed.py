"""What is followed: the feeds of all loaded plugins, and what there is to be seen of their nodes now."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import Q

from civicnet.access.scope import within
from civicnet.contract import Actor, Feed

# Nodes that are looked at together; what bounds the memory.
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A node as somebody sees it: to which organisation's path it belongs, and the fingerprint of what is to be seen."""

    path: str
    state: str


def feeds() -> dict[str, Feed]:
    """The feeds of all loaded plugins by type, on or off: what is written while a plugin is off is told when it is on."""
    # The parts hold the host's own fields, and these ask the feed.
    from civicnet.gateway.parts import parts

    return {feed.type: feed for part in parts().values() for feed in part.fragment.feeds}


def plugin_of_type(name: str) -> str:
    """The plugin that brings a followed type."""
    from civicnet.gateway.parts import owner_of

    return owner_of(name) or ""


def seen(feed: Feed, ids: Collection[int]) -> dict[int, Seen]:
    """Of these nodes, those that somebody sees."""
    return _seen(feed, list(feed.rows().filter(pk__in=ids).order_by().values(*_columns(feed))))


def seen_after(feed: Feed, pk: int, most: int) -> dict[int, Seen]:
    """The next nodes by number that somebody sees, at most so many."""
    return _seen(feed, list(feed.rows().filter(pk__gt=pk).order_by("pk").values(*_columns(feed))[:most]))


def sight(feed: Feed, actor: Actor) -> Q:
    """The condition for what the feed tells this actor of: on ``type`` and ``path`` of its entries."""
    of_type = Q(type=feed.type)
    if not feed.permission:
        return of_type
    return of_type & (feed.sight(actor) if feed.sight else within(actor, feed.permission, field=""))


def audience(served: Mapping[str, Feed], actor: Actor) -> str:
    """A fingerprint of what of these types the actor may see at all: who has another reads another list."""
    told = [[name, *(_held(actor, one) for one in _permissions(feed))] for name, feed in sorted(served.items())]
    return _digest(told)[:8]


def _permissions(feed: Feed) -> Sequence[str]:
    return [feed.permission, *feed.besides] if feed.permission else feed.besides


def _held(actor: Actor, permission: str) -> list[Any]:
    return [permission, actor.may(permission), *sorted(actor.paths(permission))]


def _columns(feed: Feed) -> list[str]:
    return [*dict.fromkeys(["pk", *feed.columns, *filter(None, [feed.path])])]


def _seen(feed: Feed, rows: list[dict[str, Any]]) -> dict[int, Seen]:
    paths = {row["pk"]: row.pop(feed.path) if feed.path else "" for row in rows}
    if feed.complete is not None:
        feed.complete(rows)
    return {row["pk"]: Seen(paths[row["pk"]], _digest(row)) for row in rows}


def _digest(value: Any) -> str:
    text = orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.blake2b(text, digest_size=16).hexdigest()
