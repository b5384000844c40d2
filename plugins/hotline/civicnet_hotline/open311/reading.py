"""Reading: what a portal sent, as the values our services and selectors take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet_hotline.services import Caller, Place
from civicnet_hotline.wording import plain_text

LONGEST_SPAN = timedelta(days=90)
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?")
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests a portal asks for; ``numbers`` overrides everything else."""

    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    statuses: tuple[str, ...]
    start: datetime
    end: datetime


def given(sent: QueryDict, name: str) -> str:
    """One argument; an empty one is as good as none."""
    return plain_text(str(sent.get(name, "")))


def read_place(sent: QueryDict) -> Place:
    """Where the request is about.

    Raises:
        InvalidInput: a coordinate is not a number.
    """
    return Place(
        address=given(sent, "address_string"),
        address_id=given(sent, "address_id"),
        latitude=_degrees(given(sent, "lat"), "lat"),
        longitude=_degrees(given(sent, "long"), "long"),
    )


def read_caller(sent: QueryDict) -> Caller:
    """Who asks; Chinese names are written family name first, without a space."""
    return Caller(name=given(sent, "last_name") + given(sent, "first_name"), phone=given(sent, "phone"))


def read_wanted(sent: QueryDict) -> Wanted:
    """The filters of a list.

    Raises:
        InvalidInput: a status or a date is not one, or the dates span more than 90 days.
    """
    statuses = _listed(sent, "status")
    if unknown := sorted(set(statuses) - {"open", "closed"}):
        raise InvalidInput(
            _("status is open or closed, not %(status)s.") % {"status": ", ".join(unknown)}, field="status"
        )
    start, end = _span(_moment(sent, "start_date"), _moment(sent, "end_date"))
    return Wanted(_listed(sent, "service_request_id"), _listed(sent, "service_code"), statuses, start, end)


def _span(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    now = timezone.now()
    if start is None:
        end = end or now
        return end - LONGEST_SPAN, end
    if end is None:
        return start, now if now - start <= LONGEST_SPAN else start + LONGEST_SPAN
    if end - start > LONGEST_SPAN:
        raise InvalidInput(_("start_date and end_date lie at most 90 days apart."), field="start_date")
    return start, end


def _moment(sent: QueryDict, name: str) -> datetime | None:
    # A plus sign that was not escaped arrives as a space.
    text = given(sent, name).replace(" ", "+")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise InvalidInput(
            _("%(name)s is a date and time such as 2026-11-23T08:00:00+08:00.") % {"name": name}, field=name
        )
    # In UTC, for a database may not know an offset as far from it as Python's.
    return (timezone.make_aware(moment) if timezone.is_naive(moment) else moment).astimezone(UTC)


def _degrees(text: str, name: str) -> float | None:
    if not text:
        return None
    if not _DEGREES.fullmatch(text):
        raise InvalidInput(_("%(name)s is a number of degrees (WGS84).") % {"name": name}, field=name)
    return float(text)


def _listed(sent: QueryDict, name: str) -> tuple[str, ...]:
    parts = [plain_text(part) for text in sent.getlist(name) for part in text.split(",")]
    return tuple(part for part in parts if part)
