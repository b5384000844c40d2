"""Reveals: one whole number shown to one person, against a reason that the audit keeps, and not too many in an hour."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.models import User
from civicnet.cipher import mask_numbers
from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.services import record

SHORTEST_REASON = 4
MOST_REASON = 200
# Every act that shows a whole value is named <plugin>.reveal_<field>: they are counted together.
_MARK = ".reveal_"
_LONG_NUMBER = re.compile(r"[0-9]{11}")


class ReasonTooShort(InvalidInput):
    """The reason says nothing."""

    code = "REASON_TOO_SHORT"
    message = _("Say in a few words what you need it for: the reason is kept.")


class ReasonHoldsNumber(InvalidInput):
    """The reason repeats somebody's number, and the audit holds none."""

    code = "REASON_HOLDS_NUMBER"
    message = _("Leave phone and ID numbers out of the reason: it is kept for the audit.")


class TooManyReveals(Conflict):
    """The person has seen as many whole numbers as one hour allows."""

    code = "TOO_MANY_REVEALS"
    status = 429
    message = _("You have seen many whole numbers within the last hour. Wait a while, or ask for a full export.")


def one_line(text: str) -> str:
    """The words as they are kept: on one line, in usual letters and digits, and no longer than there is room for."""
    printable = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFKC", text))
    return " ".join(printable.split())[:MOST_REASON]


def stated_reason(text: str, *, field: str = "reason") -> str:
    """The reason on one line.

    Raises:
        ReasonTooShort: it is missing, or is only punctuation or one sign over and over.
        ReasonHoldsNumber: it repeats a phone or ID number.
    """
    reason = one_line(text)
    if len(reason) < SHORTEST_REASON or len({sign for sign in reason if sign.isalnum()}) < 2:
        raise ReasonTooShort(field=field)
    if _LONG_NUMBER.search(reason) or mask_numbers(reason) != reason:
        raise ReasonHoldsNumber(field=field)
    return reason


def reveal(*, actor: Actor, action: str, subject: models.Model, reason: str, read: Callable[[], str | None]) -> str:
    """The whole value that ``read`` gives; "" when there is none.

    ``read`` asks for the permission itself and runs in the transaction of the audit record. Not to be called inside
    another transaction: a refusal for being one too many is kept as well.

    Raises:
        InvalidInput: the reason says nothing, or says too much.
        Refused: from ``read``, or because the actor is no person.
        TooManyReveals: the hour's number is used up.
    """
    require(actor.kind == "staff")
    why = stated_reason(reason)
    with transaction.atomic():
        # The lock makes two windows of one person count one after the other.
        User.objects.select_for_update().get(pk=actor.id)
        value = read()
        refused = _revealed_lately(actor) >= settings.CIVICNET_REVEALS_PER_HOUR
        if refused:
            record(actor=actor, action="access.refuse_reveal", subject=subject, after={"action": action}, reason=why)
        else:
            record(actor=actor, action=action, subject=subject, reason=why)
    if refused:
        raise TooManyReveals()
    return value or ""


def _revealed_lately(actor: Actor) -> int:
    since = timezone.now() - timedelta(hours=1)
    mine = AuditRecord.objects.filter(at__gte=since, actor_kind=actor.kind, actor_id=actor.id)
    return mine.filter(action__contains=_MARK).count()
