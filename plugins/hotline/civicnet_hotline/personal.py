"""A caller as a person: what is held about them, and forgetting it, when asked or when its time is over."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.cipher import mask, mask_numbers
from civicnet.contract import Actor, Conflict, Obstacle, PersonalQuery, PersonalRecord, require
from civicnet.ledger.services import record
from civicnet.lifecycle.personal import retention
from civicnet_hotline.models import OPEN_STATES, Case

FIELDS = ("caller_name", "caller_phone")
# Words in which a caller may have left their number a second time.
WORDS = ("description", "address", "reply")
CHUNK = 200


def records_about(query: PersonalQuery) -> list[PersonalRecord]:
    """The cases that came from one of the person's numbers."""
    return [
        PersonalRecord(
            model="Case",
            key=case.number,
            label=" ".join(filter(None, [case.number, case.category.name, case.address, case.description])),
            values={name: value for name in FIELDS if (value := getattr(case, name))},
            since=timezone.localdate(case.requested_at),
            obstacle=_obstacle(case),
        )
        for case in _cases(query).select_related("category")
    ]


@transaction.atomic
def erase(*, query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Forget who asked; the cases stay.

    Raises:
        Refused: not by a person; the host's command asks.
        Conflict: a case is still open (CASE_OPEN).
    """
    require(actor.kind == "system")
    cases = list(_cases(query).select_for_update().order_by("pk"))
    for case in cases:
        if obstacle := _obstacle(case):
            raise Conflict(obstacle.message, code=obstacle.code)
        _forget(case, actor, reason)
    return len(cases)


def forget_expired(*, now: datetime, actor: Actor) -> int:
    """Forget who asked in cases that were closed longer ago than the manifest allows; returns in how many."""
    require(actor.kind == "system")
    before = now - min(retention("hotline", "Case").values())
    done = 0
    while chunk := _forget_some(before, actor):
        done += chunk
    return done


@transaction.atomic
def _forget_some(before: datetime, actor: Actor) -> int:
    held = Q(caller_name__isnull=False) | Q(caller_phone__isnull=False)
    due = Case.objects.exclude(state__in=OPEN_STATES).filter(held, updated_at__lt=before).order_by("pk")
    cases = list(due.select_for_update()[:CHUNK])
    for case in cases:
        _forget(case, actor, "")
    return len(cases)


def _forget(case: Case, actor: Actor, reason: str) -> None:
    for word in WORDS:
        for name in FIELDS:
            if value := getattr(case, name):
                setattr(case, word, getattr(case, word).replace(value, mask(value)))
        # The same number may stand there in another spelling.
        setattr(case, word, mask_numbers(getattr(case, word)))
    case.caller_name = case.caller_phone = None
    case.caller_phone_index = ""
    case.save(update_fields=[*FIELDS, "caller_phone_index", *WORDS])
    record(actor=actor, action="hotline.forget_caller", subject=case, reason=reason)


def _cases(query: PersonalQuery) -> QuerySet[Case]:
    return Case.objects.filter(caller_phone_index__in=query.phone_indexes).order_by("pk")


def _obstacle(case: Case) -> Obstacle | None:
    if case.state not in OPEN_STATES:
        return None
    message = _("Case %(number)s is still open. See it through or withdraw it first.") % {"number": case.number}
    return Obstacle("CASE_OPEN", message)
