"""Writing: each act checks, changes and records, in one transaction."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Any

from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from django.db import transaction
from django.utils.translation import gettext as _

from acme_station.errors import AlreadyClosed, CodeTaken
from acme_station.events import StationClosed, StationKept
from acme_station.models import Station
from acme_station.permissions import can_keep


@transaction.atomic
def keep_station(
    *,
    actor: Actor,
    organisation: Organisation,
    code: str,
    name: str,
    address: str,
    hours: str = "",
    phone: str = "",
    services: str = "",
    longitude: float | None = None,
    latitude: float | None = None,
) -> Station:
    """Put a station on file under its code, or correct what is on file; saying the same twice changes nothing.

    Raises:
        Refused: the actor may not keep stations of this organisation.
        InvalidInput: code, name or address is empty, or the position is half or not on the map; ``field`` says which.
        CodeTaken: another organisation has a station with this code.
    """
    require(can_keep(actor, organisation))
    facts: dict[str, Any] = {"name": name.strip(), "address": address.strip(), "hours": hours.strip()}
    facts |= {"phone": phone.strip(), "services": services.strip(), **_position(longitude, latitude)}
    for field, value in (("code", code.strip()), ("name", facts["name"]), ("address", facts["address"])):
        if not value:
            raise InvalidInput(_("Fill in code, name and address of the service station."), field=field)
    station = Station.objects.select_for_update().filter(code=code.strip()).first()
    if station is None:
        station = Station(code=code.strip(), organisation=organisation)
    elif station.organisation_id != organisation.pk:
        raise CodeTaken(field="code")
    before = {field: getattr(station, field) for field in facts} if station.pk else {}
    if before == facts:
        return station
    for field, value in facts.items():
        setattr(station, field, value)
    station.full_clean()
    station.save()
    record(actor=actor, action="station.keep_station", subject=station, before=before, after=facts)
    announce(StationKept(station_id=station.pk, code=station.code))
    return station


@transaction.atomic
def close_station(*, actor: Actor, station: Station, on: date, reason: str) -> Station:
    """Close a station from a day on; the row stays, and residents do not see it any more.

    Raises:
        Refused: the actor may not keep stations of its organisation.
        InvalidInput: no reason was given.
        AlreadyClosed: it is closed already.
    """
    station = Station.objects.select_for_update().select_related("organisation").get(pk=station.pk)
    require(can_keep(actor, station.organisation))
    if not reason.strip():
        raise InvalidInput(_("Say why the service station is closed."), field="reason")
    if station.closed_on is not None:
        raise AlreadyClosed()
    station.closed_on = on
    station.save(update_fields=["closed_on"])
    record(
        actor=actor,
        action="station.close_station",
        subject=station,
        before={"closed_on": None},
        after={"closed_on": on.isoformat()},
        reason=reason,
    )
    announce(StationClosed(station_id=station.pk, code=station.code))
    return station


def _position(longitude: float | None, latitude: float | None) -> dict[str, float | None]:
    if longitude is None and latitude is None:
        return {"longitude": None, "latitude": None}
    for field, value, most in (("longitude", longitude, 180), ("latitude", latitude, 85)):
        if value is None or not isfinite(value) or abs(value) > most:
            raise InvalidInput(_("Give longitude and latitude in degrees, or neither."), field=field)
    # Six decimals are a tenth of a metre.
    return {"longitude": round(longitude or 0, 6), "latitude": round(latitude or 0, 6)}
