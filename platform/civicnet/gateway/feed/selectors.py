"""Reading the feed: a page of what an actor may be told, after a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from civicnet.contract import Actor, Feed
from civicnet.gateway.feed.cursors import Cursor, read_cursor
from civicnet.gateway.feed.followed import audience, sight
from civicnet.gateway.feed.models import FeedEntry
from civicnet.gateway.feed.sequencer import state_now
from civicnet.ledger.models import Operation


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Entries with their cursors, where to go on, and whether there is more already."""

    entries: Sequence[FeedEntry]
    cursors: Sequence[str]
    end: str
    more: bool


def changes_after(actor: Actor, served: Mapping[str, Feed], *, after: str | None, first: int) -> ChangePage:
    """What came after a cursor, of these types, as far as the actor may see it. Three statements; two where nothing did.

    Raises:
        InvalidInput: ``after`` is no cursor of the feed.
        CursorExpired: what came after it cannot be told any more.
    """
    state = state_now()
    start = read_cursor(after, state=state, audience=audience(served, actor))
    seen = Q(pk__in=[])
    for feed in served.values():
        seen |= sight(feed, actor)
    # A tombstone of what was gone before the copy began tells it nothing.
    useful = ~Q(operation=Operation.DELETE) | Q(sequence__gt=start.filling) if _fills(start) else Q()
    rows = FeedEntry.objects.filter(seen, useful, sequence__gt=start.place).order_by("sequence")
    found = list(rows[: first + 1])
    if start.place < state.last:
        # Tombstones may have been forgotten since the state was read.
        read_cursor(str(start), state=state_now(), audience=start.audience)
    entries, more = found[:first], len(found) > first
    # The state was read first: up to its last place, nothing is missing in what was read after it.
    end = entries[-1].sequence if more else max([state.last, *(one.sequence for one in entries)])
    places = [one.sequence for one in entries]
    cursors = [str(_at(start, place)) for place in places]
    return ChangePage(entries, cursors, str(_at(start, end)), more)


def _fills(cursor: Cursor) -> bool:
    return cursor.place < cursor.filling


def _at(start: Cursor, place: int) -> Cursor:
    # Past its beginning, a filling is over: what remains is the place.
    return Cursor(start.epoch, start.audience, place, start.filling if place < start.filling else 0)
