"""Absences: recording that someone is away, while one of a pair always stays."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.errors import AlreadyAbsent, PairAbsent
from civicnet_grid.events import AbsenceRecorded
from civicnet_grid.models import Absence, Post
from civicnet_grid.permissions import can_record_absence


@transaction.atomic
def record_absence(*, post: Post, first_day: date, last_day: date, actor: Actor) -> Absence:
    """Record that the holder of a post is away from a day to a day, both included.

    Raises:
        Refused: the actor neither looks after this grid nor holds the post.
        InvalidInput: the last day lies before the first.
        AlreadyAbsent: the holder is already away on one of these days.
        PairAbsent: the other half of the pair is away on one of these days.
    """
    require(can_record_absence(actor, post))
    if last_day < first_day:
        raise InvalidInput(_("The last day lies before the first."), field="last_day")
    # Locks both halves: two absences recorded at once must see each other.
    pair = Post.objects.select_for_update().filter(
        grid_id=post.grid_id, level=post.level, seat=post.seat, valid_to__isnull=True
    )
    away = set(
        Absence.objects.filter(
            post__in=[one.pk for one in pair] + [post.pk], first_day__lte=last_day, last_day__gte=first_day
        ).values_list("post_id", flat=True)
    )
    if post.pk in away:
        raise AlreadyAbsent(field="first_day")
    if away:
        raise PairAbsent(field="first_day")
    absence = Absence.objects.create(post=post, first_day=first_day, last_day=last_day)
    record(actor=actor, action="grid.record_absence", subject=absence, after=_plain(absence))
    announce(AbsenceRecorded(post_id=post.pk, grid_code=post.grid.code, **_days(absence)))
    return absence


@transaction.atomic
def withdraw_absence(*, absence: Absence, actor: Actor, reason: str) -> None:
    """Take an absence back: it was recorded by mistake, or the person is there after all.

    Raises:
        Refused: the actor neither looks after this grid nor holds the post.
        InvalidInput: no reason was given.
    """
    require(can_record_absence(actor, absence.post))
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    record(
        actor=actor,
        action="grid.withdraw_absence",
        subject=absence,
        before=_plain(absence),
        reason=reason,
        operation=Operation.DELETE,
    )
    absence.delete()


def _plain(absence: Absence) -> dict[str, str | int]:
    return {"post": absence.post_id, **_days(absence)}


def _days(absence: Absence) -> dict[str, str]:
    return {"first_day": absence.first_day.isoformat(), "last_day": absence.last_day.isoformat()}
