"""Entering days, one after the other or a whole year from a sheet. Deadlines that were set before stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, require
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.lifecycle.generation import bump
from civicnet.workdays.models import LONGEST_NAME, CalendarDay, DayKind
from civicnet.workdays.permissions import can_keep

MOST_DAYS = 31
_FACTS = ("kind", "name", "entered_by_id")


@dataclass(frozen=True, slots=True)
class DayRow:
    """What is said of one day; ``row`` is that of the sheet it comes from."""

    day: date
    kind: DayKind
    name: str
    row: int = 0


def days_between(first: date, last: date | None) -> list[date]:
    """The days from the first to the last, which is the first where none is named.

    Raises:
        InvalidInput: it ends before it begins, or takes longer than any holiday does.
    """
    count = ((last or first) - first).days + 1
    if not 0 < count <= MOST_DAYS:
        raise InvalidInput(
            _("The last day is the first one or a later one, %(most)d days at most.") % {"most": MOST_DAYS},
            field="last",
        )
    return [first + timedelta(days=at) for at in range(count)]


@transaction.atomic
def keep_days(*, rows: Sequence[DayRow], actor: Actor) -> dict[str, int]:
    """Say of days, each named once, whether they are worked and what they are called; returns how many are new, changed, and
    as they were.

    Raises:
        Refused: the actor does not keep the calendar.
        Conflict: somebody else has entered one of them in this very moment; nothing was written.
        InvalidInput: a name is empty or too long; nothing was written.
    """
    require(can_keep(actor))
    for one in rows:
        _check(one.name)
    person = int(actor.id) if actor.kind == "staff" else None
    found = CalendarDay.objects.select_for_update().filter(day__in=[one.day for one in rows]).order_by("pk")
    held = {day: (pk, tuple(facts)) for day, pk, *facts in found.values_list("day", "pk", *_FACTS)}
    new = [one for one in rows if one.day not in held]
    changed = [one for one in rows if one.day in held and (one.kind.value, one.name) != held[one.day][1][:2]]
    _add(new, person, actor)
    change_rows(
        actor=actor,
        model=CalendarDay,
        fields=_FACTS,
        keys=[held[one.day][0] for one in changed],
        rows=[(one.kind.value, one.name, person) for one in changed],
        before=[held[one.day][1] for one in changed],
        origins=[one.row for one in changed],
    )
    if moved := [*new, *changed]:
        before = {f"{one.day}": _told(*held[one.day][1][:2]) for one in changed}
        after = {f"{one.day}": _told(one.kind.value, one.name) for one in moved}
        subject = CalendarDay.objects.get(day=moved[0].day)
        record(actor=actor, action="workdays.keep_days", subject=subject, before=before, after=after)
        bump()
    return {"created": len(new), "changed": len(changed), "unchanged": len(rows) - len(new) - len(changed)}


@transaction.atomic
def drop_day(*, pk: int, actor: Actor) -> None:
    """Take out what was entered of a day: it is again as the notice, or else the week, has it.

    Raises:
        Refused: the actor does not keep the calendar.
        NotFound: nothing is entered under this number any more.
    """
    require(can_keep(actor))
    found = CalendarDay.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotFound()
    before = {f"{found.day}": _told(found.kind, found.name)}
    record(actor=actor, action="workdays.drop_day", subject=found, before=before, operation=Operation.DELETE)
    found.delete()
    bump()


def _check(name: str) -> None:
    if not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidInput(
            _("Say in 1 to %(most)d signs what the day is called.") % {"most": LONGEST_NAME}, field="name"
        )


def _add(rows: Sequence[DayRow], person: int | None, actor: Actor) -> None:
    try:
        add_rows(
            actor=actor,
            model=CalendarDay,
            fields=("day", *_FACTS),
            rows=[(one.day, one.kind.value, one.name, person) for one in rows],
            origins=[one.row for one in rows],
        )
    except IntegrityError as error:
        raise Conflict() from error


def _told(kind: str, name: str) -> str:
    return f"{kind} {name}"
