"""Intake: taking a request in, numbering it, and giving it to the post on duty."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.actors import SYSTEM
from civicnet.cipher import blind_index
from civicnet.contract import Actor, InvalidInput, require
from civicnet_hotline.deadlines import due_at
from civicnet_hotline.errors import NoPlace
from civicnet_hotline.hookspecs import DutyPost
from civicnet_hotline.models import Action, Case, CaseState, Category, DayCount, Source
from civicnet_hotline.permissions import can_submit
from civicnet_hotline.routing import post_on_duty
from civicnet_hotline.selectors import open_category_of
from civicnet_hotline.services.handling import give_to_post
from civicnet_hotline.services.steps import take_step
from civicnet_hotline.wording import one_line, plain_text

MOST_DESCRIPTION = 4000
MOST_ADDRESS = 300
MOST_ADDRESS_ID = 64
MOST_NAME = 50
# Portals send again when an answer is lost on the way; within an hour the same words about the same place are one case.
SAME_WITHIN = timedelta(hours=1)
_PHONE = re.compile(r"\+?[0-9]{5,20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where: in words, by the id of an address or grid, or as a point in WGS84."""

    address: str = ""
    address_id: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as far as they want to say; held only to answer them."""

    name: str = ""
    phone: str = ""


NOBODY = Caller()


def submit_case(
    *,
    actor: Actor,
    source: Source,
    category: str,
    description: str,
    place: Place,
    caller: Caller = NOBODY,
    once: str = "",
) -> Case:
    """Accept a request, number it, and dispatch it to the post on duty; without a certain post it waits for a dispatcher.

    A client that repeats category, words and place within an hour gets the case it already has, and so does a form sent
    twice with the same ``once``.

    Raises:
        Refused: the actor may not submit by this door.
        UnknownCategory: no open category has the code.
        NoPlace: nothing says where.
        InvalidInput: a value is malformed or too long; ``field`` says which.
    """
    require(can_submit(actor, source))
    chosen = open_category_of(category)
    words = checked_description(description, source)
    where = _checked_place(place)
    who = checked_caller(caller)
    # Asked before the transaction: a plugin that fails in its own query would spoil ours on PostgreSQL, and the lock on
    # the day's numbers is not held while others think.
    post = post_on_duty(address=where.address, address_id=where.address_id)
    return take_in(actor, source, chosen, words, where, who, once, post)


@transaction.atomic
def take_in(
    actor: Actor,
    source: Source,
    category: Category,
    description: str,
    place: Place,
    caller: Caller,
    once: str,
    post: DutyPost | None,
) -> Case:
    """Number and keep what was checked, and give it to its post; the one that is there already where it is sent again."""
    now = timezone.now()
    count = _held_day(now)
    client = int(actor.id) if actor.kind == "client" else None
    case = Case(
        once=once or None,
        category=category,
        description=description,
        address=place.address,
        address_id=place.address_id,
        latitude=place.latitude,
        longitude=place.longitude,
        source=source,
        client_id=client,
        caller_name=caller.name or None,
        caller_phone=caller.phone or None,
        caller_phone_index=blind_index(caller.phone) if caller.phone else "",
        requested_at=now,
        due_at=due_at(category.group, accepted_at=now),
    )
    if earlier := _repeated(case):
        return earlier
    case.number = _next_number(count)
    take_step(case=case, action=Action.ACCEPT, actor=actor)
    if post is None:
        return take_step(case=case, action=Action.QUEUE, actor=SYSTEM)
    return give_to_post(case=case, post=post, actor=SYSTEM)


def _held_day(now: object) -> DayCount:
    # Whoever numbers holds the day's row until commit, so numbers have no gaps and a repetition sent at the same moment
    # sees the first one. A day has thousands of cases, not thousands a second.
    day = timezone.localdate(now)  # type: ignore[arg-type]
    DayCount.objects.get_or_create(day=day)
    return DayCount.objects.select_for_update().get(day=day)


def _next_number(count: DayCount) -> str:
    count.last += 1
    count.save(update_fields=["last"])
    return f"{count.day:%Y%m%d}-{count.last:06d}"


def _repeated(case: Case) -> Case | None:
    if case.once and (sent := Case.objects.filter(once=case.once).first()):
        return sent
    if case.client_id is None:
        return None
    same = Case.objects.filter(
        client_id=case.client_id,
        category=case.category,
        description=case.description,
        address=case.address,
        address_id=case.address_id,
        latitude=case.latitude,
        longitude=case.longitude,
        requested_at__gt=case.requested_at - SAME_WITHIN,
    )
    return same.exclude(state=CaseState.WITHDRAWN).order_by("id").first()


def checked_description(description: str, source: Source) -> str:
    """What it is about, in plain words.

    Raises:
        InvalidInput: it says nothing, or is too long.
    """
    words = plain_text(description)
    if len(words) > MOST_DESCRIPTION:
        raise InvalidInput(
            _("The description has at most %(most)d characters; this one has %(count)d.")
            % {"most": MOST_DESCRIPTION, "count": len(words)},
            field="description",
        )
    # GeoReport v2 leaves the description out when the service alone says enough.
    if not words and source != Source.OPEN311:
        raise InvalidInput(_("Say what it is about."), field="description")
    return words


def _checked_place(place: Place) -> Place:
    address, address_id = one_line(place.address), one_line(place.address_id)
    if len(address) > MOST_ADDRESS:
        raise InvalidInput(_("The address has at most %(most)d characters.") % {"most": MOST_ADDRESS}, field="address")
    if len(address_id) > MOST_ADDRESS_ID:
        raise InvalidInput(
            _("The address id has at most %(most)d characters.") % {"most": MOST_ADDRESS_ID}, field="address_id"
        )
    latitude, longitude = place.latitude, place.longitude
    if (latitude is None) != (longitude is None):
        missing = "latitude" if latitude is None else "longitude"
        raise InvalidInput(_("Latitude and longitude go together; one is missing."), field=missing)
    if latitude is not None and not -90 <= latitude <= 90:
        raise InvalidInput(_("Latitude lies between -90 and 90 (WGS84)."), field="latitude")
    if longitude is not None and not -180 <= longitude <= 180:
        raise InvalidInput(_("Longitude lies between -180 and 180 (WGS84)."), field="longitude")
    if not address and not address_id and latitude is None:
        raise NoPlace()
    return Place(address=address, address_id=address_id, latitude=latitude, longitude=longitude)


def checked_caller(caller: Caller) -> Caller:
    """Who asks, as far as they say.

    Raises:
        InvalidInput: the name is too long, or the number is none.
    """
    name = one_line(caller.name)
    if len(name) > MOST_NAME:
        raise InvalidInput(_("The name has at most %(most)d characters.") % {"most": MOST_NAME}, field="caller_name")
    return Caller(name=name, phone=phone_number(caller.phone))


def phone_number(text: str) -> str:
    """The digits of a number as people write it, or "" for none.

    Raises:
        InvalidInput: there is something else in it.
    """
    phone = re.sub(r"[\s()\-—.]", "", one_line(text))
    if phone and not _PHONE.fullmatch(phone):
        raise InvalidInput(_("This is not a phone number. Digits are enough, or leave it out."), field="caller_phone")
    return phone
