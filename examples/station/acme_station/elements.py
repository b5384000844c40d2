"""What stations ask for, and keep: elements that others name instead of asking again, and the forms that fill them."""

from __future__ import annotations

from civicnet.contract import DataElement, Questionnaire
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from acme_station.forms import CloseForm, StationForm
from acme_station.selectors import stations_under

YEAR = 365
_STATIONS = _("the list of service stations")


ELEMENTS = [
    DataElement(
        key="station.code",
        label=_("Code of the service station"),
        definition=_("By which a service station is known, for good."),
        held_by=_STATIONS,
        holder=stations_under,
    ),
    DataElement(
        key="station.name",
        label=_("Name of the service station"),
        definition=_("What stands on its door."),
        held_by=_STATIONS,
        holder=stations_under,
    ),
    DataElement(
        key="station.address",
        label=_("Address of the service station"),
        definition=_("Where residents find it."),
        held_by=_STATIONS,
        holder=stations_under,
    ),
    DataElement(
        key="station.hours",
        label=_("Opening hours of a service station"),
        definition=_("When somebody is there."),
        held_by=_STATIONS,
        holder=stations_under,
        fresh_days=YEAR,
    ),
    DataElement(
        key="station.phone",
        label=_("Telephone of a service station"),
        definition=_("The public number of the service station, nobody's own."),
        held_by=_STATIONS,
        holder=stations_under,
        fresh_days=YEAR,
    ),
    DataElement(
        key="station.services",
        label=_("What is done in a service station"),
        definition=_("What residents can have done there."),
        held_by=_STATIONS,
        holder=stations_under,
        fresh_days=YEAR,
    ),
    DataElement(
        key="station.position",
        label=_("Position of a service station"),
        definition=_("Longitude and latitude in degrees."),
        held_by=_STATIONS,
        holder=stations_under,
    ),
    DataElement(
        key="station.closed_since",
        label=_("Closed since"),
        definition=_("From which day a service station is closed."),
    ),
]

QUESTIONNAIRES = [
    Questionnaire("station.station", pgettext_lazy("questionnaire", "A service station"), StationForm),
    Questionnaire("station.closing", pgettext_lazy("questionnaire", "A service station that closes"), CloseForm),
]
