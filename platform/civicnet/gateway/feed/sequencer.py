"""The sequencer: one at a time, it looks at what was marked and gives every difference the next place in the feed.

Places are given away after commits are done, by whoever holds the one row of the feed's state. So no reader can have passed
a place that comes to light later, in whatever order transactions commit; and what was marked by one that has not committed
yet is looked at when its mark shows.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from civicnet.contract import Feed
from civicnet.gateway.feed.followed import CHUNK, Seen, feeds, seen, seen_after
from civicnet.gateway.feed.models import FeedEntry, FeedMark, FeedState
from civicnet.ledger.models import Operation

logger = logging.getLogger(__name__)
# Called with the types and the places of what was told, in the transaction that tells it.
Told = Callable[[Collection[str], range], None]
_listeners: list[Told] = []
_ID = 1
# How often another sequencer is asked whether it is done, in seconds.
_ASK = 0.02
# Types that could not be looked at, each with when it is tried again.
_resting: dict[str, float] = {}
_REST = 60.0


def on_told(listener: Told) -> None:
    """Have something done with what is told, in the same transaction."""
    if listener not in _listeners:
        _listeners.append(listener)


def catch_up(*, seconds: float, patience: float = 1.0) -> bool:
    """Look at what is marked, chunk by chunk, for about so long; returns whether nothing is left.

    ``patience`` is how long another sequencer is waited for, in seconds. A busy database is no error.
    """
    until = time.monotonic() + seconds
    with _patient(patience):
        while waiting():
            try:
                done = sequence(patience=patience)
            except OperationalError as error:
                if connection.in_atomic_block:
                    raise
                logger.warning("the change feed could not be brought forward: %s", error)
                done = False
            if not done or time.monotonic() >= until:
                return not waiting()
    return True


def waiting() -> bool:
    """Whether anything is marked that can be looked at now. One statement."""
    return FeedMark.objects.filter(Q(object_id__isnull=False) | Q(type__in=_working())).exists()


@transaction.atomic
def sequence(*, patience: float = 1.0) -> bool:
    """Tell of at most ``CHUNK`` marks, and of the next ``CHUNK`` nodes of a type that is marked whole; False if another does.

    What was marked one by one comes first, so that a change does not wait for a whole type. A type whose plugin fails rests for
    a minute, and is then looked at whole.
    """
    state = held_state(patience)
    if state is None:
        return False
    before, telling = state.last, _Telling(state.last)
    _marked_one_by_one(telling)
    _marked_whole(telling)
    if telling.types:
        telling.write()
        state.last = telling.last
        state.save(update_fields=["last"])
        for listener in _listeners:
            listener(telling.types, range(before + 1, telling.last + 1))
    return True


def state_now() -> FeedState:
    """How far the feed has come; a feed that has no state yet begins."""
    return FeedState.objects.filter(pk=_ID).first() or FeedState.objects.get_or_create(pk=_ID)[0]


def held_state(patience: float) -> FeedState | None:
    """The state, held until the transaction ends; None when another holds it for longer than ``patience`` seconds."""
    state_now()
    until = time.monotonic() + patience
    while True:
        # SQLite has one writer at a time, and this makes it us.
        if connection.vendor == "sqlite" and FeedState.objects.filter(pk=_ID).update(last=F("last")):
            return FeedState.objects.get(pk=_ID)
        found = FeedState.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        if state := found.filter(pk=_ID).first():
            return state
        if time.monotonic() >= until:
            return None
        time.sleep(_ASK)


def mark_whole(types: Iterable[str]) -> None:
    """Have all nodes of these types looked at again."""
    FeedMark.objects.bulk_create(FeedMark(type=name) for name in types)


@dataclass(slots=True)
class _Telling:
    """What is to be said, in order, and what of the old it replaces."""

    last: int
    entries: list[FeedEntry] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    types: set[str] = field(default_factory=set)

    def compare(self, kind: str, now: Mapping[int, Seen], said: Iterable[FeedEntry]) -> None:
        """Say what differs. Who moves from one organisation to another goes there before they come here."""
        known: dict[int, list[FeedEntry]] = {}
        for entry in said:
            known.setdefault(entry.object_id, []).append(entry)
        for pk in sorted({*now, *known}):
            here = now.get(pk)
            same = None
            for entry in known.get(pk, ()):
                if here is not None and entry.path == here.path:
                    same = entry
                elif entry.operation == Operation.UPSERT:
                    self._say(kind, pk, entry.path, Operation.DELETE, "", entry)
            if here is not None and (same is None or (same.operation, same.state) != (Operation.UPSERT, here.state)):
                self._say(kind, pk, here.path, Operation.UPSERT, here.state, same)

    def _say(self, kind: str, pk: int, path: str, operation: str, state: str, old: FeedEntry | None) -> None:
        self.last += 1
        self.types.add(kind)
        if old is not None:
            self.replaced.append(old.sequence)
        told: dict[str, Any] = {"type": kind, "object_id": pk, "path": path, "operation": operation, "state": state}
        self.entries.append(FeedEntry(sequence=self.last, at=timezone.now(), **told))

    def write(self) -> None:
        """Put the new in place of the old."""
        FeedEntry.objects.filter(sequence__in=self.replaced).delete()
        FeedEntry.objects.bulk_create(self.entries)


def _marked_one_by_one(telling: _Telling) -> None:
    marks = list(FeedMark.objects.filter(object_id__isnull=False).order_by("pk")[:CHUNK])
    by_type: dict[str, set[int]] = {}
    for mark in marks:
        assert mark.object_id is not None  # noqa: S101 — it was asked for
        by_type.setdefault(mark.type, set()).add(mark.object_id)
    FeedMark.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
    working = _working()
    for name, ids in by_type.items():
        now = _looked_at(name, partial(seen, working[name], ids)) if name in working else None
        if now is None:
            # Its plugin is not loaded, or fails.
            if not _whole().filter(type=name, position=0).exists():
                mark_whole([name])
            continue
        telling.compare(name, now, FeedEntry.objects.filter(type=name, object_id__in=ids))


def _marked_whole(telling: _Telling) -> None:
    working = _working()
    # One that has begun is ended first; what came since then begins again.
    mark = _whole().filter(type__in=working).order_by("-position", "pk").first()
    if mark is None:
        return
    if mark.position == 0:
        _whole().filter(type=mark.type, position=0, pk__gt=mark.pk).delete()
    now = _looked_at(mark.type, partial(seen_after, working[mark.type], mark.position, CHUNK))
    if now is None:
        return
    end = max(now) if len(now) == CHUNK else None
    between = Q(object_id__gt=mark.position) & (Q(object_id__lte=end) if end is not None else Q())
    # What has just been said is not in the table yet.
    already = {entry.object_id for entry in telling.entries if entry.type == mark.type}
    said = FeedEntry.objects.filter(between, type=mark.type).exclude(object_id__in=already)
    telling.compare(mark.type, {pk: one for pk, one in now.items() if pk not in already}, said)
    if end is None:
        mark.delete()
    else:
        mark.position = end
        mark.save(update_fields=["position"])


def _looked_at(name: str, look: Callable[[], dict[int, Seen]]) -> dict[int, Seen] | None:
    """What a plugin shows; None where it fails, which must not hold up the others."""
    try:
        with transaction.atomic():
            return look()
    except Exception:
        logger.exception("the change feed cannot follow %s", name)
        _resting[name] = time.monotonic() + _REST
        return None


def _working() -> dict[str, Feed]:
    now = time.monotonic()
    return {name: feed for name, feed in feeds().items() if _resting.get(name, 0.0) <= now}


def _whole() -> QuerySet[FeedMark]:
    return FeedMark.objects.filter(object_id=None)


@contextmanager
def _patient(seconds: float) -> Iterator[None]:
    """On SQLite, wait no longer than this for another writer."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
