"""Acts on requests for full values: ask, decide, fetch, and end what is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from civicnet.access.models import Organisation, User
from civicnet.access.reveals import ReasonTooShort, one_line, stated_reason
from civicnet.cipher import CipherError
from civicnet.contract import Actor, require
from civicnet.exchange.errors import (
    AlreadyAsked,
    AlreadyDecided,
    ExportOver,
    NoteNeeded,
    NothingToExport,
    SecondPersonNeeded,
)
from civicnet.exchange.models import FETCHABLE, MOST_FETCHES, DisclosureRequest, DisclosureState
from civicnet.exchange.narrowing import narrowed
from civicnet.exchange.offers import resource_named
from civicnet.exchange.permissions import asked, can_decide, can_disclose
from civicnet.exchange.preparing import TO_FETCH, delete_files, place_of
from civicnet.exchange.sealing import unsealed
from civicnet.exchange.tasks import prepare_disclosure
from civicnet.exchange.writing import FORMATS
from civicnet.ledger.services import record

TO_DECIDE = timedelta(days=7)
OPEN = (DisclosureState.REQUESTED, DisclosureState.APPROVED, *FETCHABLE)


@transaction.atomic
def ask_disclosure(
    *,
    resource: str,
    organisation: Organisation,
    format: str,  # noqa: A002 - the word people use
    reason: str,
    actor: Actor,
) -> DisclosureRequest:
    """Ask for an export of full values of one subtree. Nothing leaves before a second person has decided.

    Raises:
        ResourceOff: the plugin is off.
        Refused: the actor may not take full values out of this area.
        InvalidInput: the reason says nothing or too much, or the area holds no rows.
        AlreadyAsked: the same request is open.
    """
    kind = resource_named(resource)
    require(can_disclose(actor, kind, organisation.path) and format in FORMATS)
    why = stated_reason(reason)
    # Two windows of one person must not ask twice.
    requester = User.objects.select_for_update().get(pk=actor.id)
    mine = DisclosureRequest.objects.filter(requester=requester, resource=resource, organisation=organisation)
    if mine.filter(_alive(timezone.now())).exists():
        raise AlreadyAsked(field="resource")
    rows = kind().count_to_export(narrowed(actor, organisation))
    if not rows:
        raise NothingToExport(field="organisation")
    request = DisclosureRequest.objects.create(
        requester=requester,
        resource=resource,
        organisation=organisation,
        format=format,
        reason=why,
        rows_asked=rows,
        expires_at=timezone.now() + TO_DECIDE,
    )
    what = {"resource": resource, "organisation": organisation.code, "rows": rows}
    record(actor=actor, action="exchange.ask_disclosure", subject=request, after=what, reason=why)
    return request


@transaction.atomic
def decide_disclosure(*, request: DisclosureRequest, approve: bool, note: str = "", actor: Actor) -> DisclosureRequest:
    """Approve or refuse as the second person; a refusal says why.

    Raises:
        SecondPersonNeeded: the actor asked for it.
        Refused: the actor does not decide for this area.
        InvalidInput: a refusal without a reason, or a note with somebody's number in it.
        AlreadyDecided: another was first, or the request is over.
    """
    fresh = DisclosureRequest.objects.select_for_update().get(pk=request.pk)
    if asked(actor, fresh):
        raise SecondPersonNeeded()
    require(can_decide(actor, fresh))
    if fresh.state != DisclosureState.REQUESTED or fresh.expires_at <= timezone.now():
        raise AlreadyDecided()
    why = _note(note, needed=not approve)
    now = timezone.now()
    fresh.state = DisclosureState.APPROVED if approve else DisclosureState.REFUSED
    fresh.decided_by_id, fresh.decided_at, fresh.decision_note = int(actor.id), now, why
    fresh.expires_at, fresh.beat_at = now + TO_FETCH, now
    fresh.save(update_fields=["state", "decided_by", "decided_at", "decision_note", "expires_at", "beat_at"])
    action = "exchange.approve_disclosure" if approve else "exchange.refuse_disclosure"
    record(actor=actor, action=action, subject=fresh, after={"rows": fresh.rows_asked}, reason=why)
    if approve:
        # A queue that does not answer takes no decision back: what waits for a minute is sent again.
        transaction.on_commit(lambda: prepare_disclosure.enqueue(request=str(fresh.pk)), robust=True)
    return fresh


@transaction.atomic
def fetch_disclosure(*, request: DisclosureRequest, actor: Actor) -> Iterator[bytes]:
    """The plain file, chunk by chunk; each time it is taken is recorded before the first byte leaves.

    Raises:
        Refused: the actor did not ask for it, or may not take such values out any more.
        ResourceOff: the plugin is off.
        ExportOver: its day is over, or it was fetched often enough.
    """
    fresh = DisclosureRequest.objects.select_for_update().get(pk=request.pk)
    require(asked(actor, fresh))
    if fresh.state not in FETCHABLE or fresh.expires_at <= timezone.now() or not fresh.fetches_left:
        raise ExportOver()
    require(can_disclose(actor, resource_named(fresh.resource), fresh.organisation.path))
    try:
        stream = _opened(fresh)
    except (OSError, CipherError) as error:
        raise ExportOver() from error
    fresh.fetches += 1
    fresh.state = DisclosureState.FETCHED
    fresh.save(update_fields=["fetches", "state"])
    after = {"rows": fresh.rows, "fetch": fresh.fetches}
    record(actor=actor, action="exchange.fetch_disclosure", subject=fresh, after=after, reason=fresh.reason)
    return stream


@transaction.atomic
def expire_disclosures(*, actor: Actor, now: datetime | None = None) -> int:
    """End requests whose time is over or whose file was fetched often enough, and delete their files; returns how many."""
    require(actor.kind == "system")
    moment = now or timezone.now()
    used_up = Q(state=DisclosureState.FETCHED, fetches__gte=MOST_FETCHES)
    over = DisclosureRequest.objects.select_for_update().filter(state__in=OPEN).filter(~_alive(moment) | used_up)
    ended = list(over)
    for request in ended:
        request.state = DisclosureState.EXPIRED
        request.save(update_fields=["state"])
        record(actor=actor, action="exchange.expire_disclosure", subject=request, after={"fetches": request.fetches})
        transaction.on_commit(partial(delete_files, request))
    return len(ended)


def _note(text: str, *, needed: bool) -> str:
    try:
        return stated_reason(text, field="note")
    except ReasonTooShort as error:
        if needed:
            raise NoteNeeded(field="note") from error
    # Whoever approves may say as little as they like.
    return one_line(text)


def _opened(request: DisclosureRequest) -> Iterator[bytes]:
    file = request.file.storage.open(request.file.name or "", "rb")
    chunks = unsealed(file, place=place_of(request))
    # The first chunk tells whether the key and the file are what they should be, before anything is recorded as fetched.
    first = next(chunks)

    def stream() -> Iterator[bytes]:
        with file:
            yield first
            yield from chunks

    return stream()


def _alive(now: datetime) -> Q:
    return Q(state__in=OPEN, expires_at__gt=now)
