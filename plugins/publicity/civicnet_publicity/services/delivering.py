"""Delivering: one sender for an article in a channel at a time, again after a failure, never inside a request.

As in the outbox of webhooks, a row is taken by one statement that finds it as it was read; whoever took it has it until
``next_at``. A newer wish does not take the row away: it is sent when the one that is under way has come to its end.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from civicnet.contract import CivicNetError, InvalidInput, NotFound, Refused
from civicnet.lifecycle.hooks import PluginFailed, one_of
from civicnet_publicity.channels.parcels import Parcel, parcel_of
from civicnet_publicity.errors import NotReadable, SenderDied
from civicnet_publicity.models import CHANNEL_OPEN, Channel, ChannelDelivery, ChannelState, ChannelWish
from civicnet_publicity.selectors.channels import KnownKind, known_kinds

# After each attempt but the last; together a little less than a day. A withdrawal is tried on for ever.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 12 * 3600))
# So that what failed together does not come back together.
_SPREAD = 0.15
# Longer than a hook may take, after which its process is ended.
LEASE = timedelta(minutes=6)
MOST_AT_ONCE = 100
# A run that goes on for longer leaves the rest to the next.
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: what the other side calls it, or the error."""

    remote: str = ""
    error: CivicNetError | None = None


def deliver_due(*, only: Collection[int] | None = None, now: datetime | None = None) -> int:
    """Send what is due, or those of some rows that are; returns how many were tried.

    Channels take turns, and one that fails is left alone until the next call: none holds up another. What a channel that is off
    is to get waits; what it is to lose does not. ``now`` is the moment at which all of it happens.
    """
    kinds, until, tried = known_kinds(), time.monotonic() + _SECONDS, 0
    waiting = list(Channel.objects.filter(kind__in=list(kinds)).defer("secrets"))
    # The time of a run may not reach for all: nobody is always the last.
    random.shuffle(waiting)
    while waiting and time.monotonic() < until:
        channel = waiting.pop(0)
        sent, has_more = _serve(channel, kinds[channel.kind], only, now, until)
        tried += sent
        if has_more:
            waiting.append(channel)
    return tried


def _serve(
    channel: Channel, known: KnownKind, only: Collection[int] | None, now: datetime | None, until: float
) -> tuple[int, bool]:
    """Send some of what is due in a channel; returns how many were tried, and whether there may be more to try now."""
    rows, tried = _due(channel, only, now or timezone.now()), 0
    for row in rows:
        if time.monotonic() > until:
            break
        taken = _take(row, now or timezone.now())
        if taken is None:
            continue
        tried += 1
        outcome = _attempt(taken, known)
        _settle(taken, outcome, known, now or timezone.now())
        if outcome.error and not _is_of_the_article(outcome.error):
            return tried, False
    return tried, tried > 0 and len(rows) == MOST_AT_ONCE


def _due(channel: Channel, only: Collection[int] | None, now: datetime) -> list[ChannelDelivery]:
    rows = ChannelDelivery.objects.filter(channel=channel, state__in=CHANNEL_OPEN, next_at__lte=now)
    if not channel.is_on:
        rows = rows.filter(wish=ChannelWish.WITHDRAW)
    if only is not None:
        rows = rows.filter(pk__in=only)
    # What has failed comes last, but for withdrawals: they are what nobody can wait for.
    return list(rows.order_by("-wish", "attempts", "next_at")[:MOST_AT_ONCE])


def _take(row: ChannelDelivery, now: datetime) -> ChannelDelivery | None:
    """Make the row ours until the lease ends, and read it with its channel as they are then; None where another has it.

    It is settled for a sender that died with it. A channel that was switched off meanwhile gets nothing new.
    """
    if row.state == ChannelState.SENDING:
        _settle(row, Outcome(error=SenderDied()), None, now)
        return None
    mine = ChannelDelivery.objects.filter(pk=row.pk, state=row.state, next_at=row.next_at, edition=row.edition)
    if row.wish == ChannelWish.PUBLISH:
        mine = mine.filter(Exists(Channel.objects.filter(pk=OuterRef("channel_id"), is_on=True)))
    # From here on nobody knows whether it arrived, until we have written down that it did.
    taken = {"state": ChannelState.SENDING, "next_at": now + LEASE, "tried_at": now, "unsure": True}
    if not mine.update(attempts=F("attempts") + 1, **taken):
        return None
    found = ChannelDelivery.objects.select_related("channel").get(pk=row.pk)
    found.unsure = row.unsure
    return found


def _attempt(row: ChannelDelivery, known: KnownKind) -> Outcome:
    try:
        parcel: Parcel | None = parcel_of(row)
        if parcel is None:
            # It was taken down past us; keep_in_step will wish it gone.
            return Outcome(error=NotReadable())
        if row.wish == ChannelWish.PUBLISH:
            answer = one_of(known.plugin, "publicity_deliver", parcel=parcel)
        else:
            answer = one_of(known.plugin, "publicity_withdraw", parcel=parcel)
    except CivicNetError as error:
        return Outcome(error=error)
    return Outcome(remote=str(answer.value)[:255] if answer else "")


@transaction.atomic
def _settle(taken: ChannelDelivery, outcome: Outcome, known: KnownKind | None, now: datetime) -> None:
    row = ChannelDelivery.objects.select_for_update().filter(pk=taken.pk).first()
    if row is None or (row.state, row.next_at) != (ChannelState.SENDING, taken.next_at):
        # It took too long, and is another's by now.
        return
    if outcome.error is None:
        _note_success(row, taken, outcome, bool(known and known.kind.confirms), now)
    else:
        _note_failure(row, outcome.error, was_unsure=taken.unsure, now=now)
    if row.edition != taken.edition:
        row.state, row.next_at, row.attempts, row.error, row.error_code = ChannelState.WAITING, now, 0, "", ""
    row.save()


def _note_success(
    row: ChannelDelivery, taken: ChannelDelivery, outcome: Outcome, confirms: bool, now: datetime
) -> None:
    published = taken.wish == ChannelWish.PUBLISH
    row.remote, row.unsure = outcome.remote, False
    row.error, row.error_code, row.attempts, row.next_at = "", "", 0, None
    # A portal may answer faster than we write.
    waits = confirms and row.confirmed < taken.edition
    row.state = ChannelState.SENT if waits else ChannelState.ARRIVED
    if not waits:
        row.arrived_at, row.there = now, taken.edition if published else None


def _note_failure(row: ChannelDelivery, error: CivicNetError, *, was_unsure: bool, now: datetime) -> None:
    row.error, row.error_code = str(error)[:1000], error.code[:64]
    # A refusal is an answer; what broke off is none, and what an earlier attempt left open stays open.
    row.unsure = was_unsure or getattr(error, "unsure", isinstance(error, PluginFailed))
    if getattr(error, "forget_remote", False):
        row.remote, row.there = "", None
    wait: timedelta | None = getattr(error, "retry_after", None)
    over = wait is None and row.attempts > len(WAITS) and row.wish == ChannelWish.PUBLISH
    if over or _is_for_a_person(error):
        row.state, row.next_at = ChannelState.STUCK, None
        return
    # A newer wish begins to count anew while the one before it is still being sent.
    spread = WAITS[max(min(row.attempts, len(WAITS)), 1) - 1] * (1 + random.uniform(0, _SPREAD))
    row.state, row.next_at = ChannelState.FAILED, now + (spread if wait is None else wait)


def _is_of_the_article(error: CivicNetError) -> bool:
    """Whether the next article may fare better at once."""
    return _is_for_a_person(error) or isinstance(error, NotReadable)


def _is_for_a_person(error: CivicNetError) -> bool:
    return isinstance(error, (InvalidInput, NotFound, Refused))
