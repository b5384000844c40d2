"""What points ask for, and keep: elements that others name instead of asking again, and the form that fills them."""

from __future__ import annotations

from civicnet.contract import DataElement, Questionnaire
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from acme_scaffold.forms import PointForm
from acme_scaffold.selectors import points_under

YEAR = 365
_POINTS = _("the list of service points")


ELEMENTS = [
    DataElement(
        key="scaffold.code",
        label=_("Code of the service point"),
        definition=_("By which a service point is known, for good."),
        held_by=_POINTS,
        holder=points_under,
    ),
    DataElement(
        key="scaffold.name",
        label=_("Name of the service point"),
        definition=_("What stands on its door."),
        held_by=_POINTS,
        holder=points_under,
    ),
    DataElement(
        key="scaffold.address",
        label=_("Address of the service point"),
        definition=_("Where residents find it."),
        held_by=_POINTS,
        holder=points_under,
    ),
    DataElement(
        key="scaffold.hours",
        label=_("Opening hours of a service point"),
        definition=_("When somebody is there."),
        held_by=_POINTS,
        holder=points_under,
        fresh_days=YEAR,
    ),
]

QUESTIONNAIRES = [
    Questionnaire("scaffold.point", pgettext_lazy("questionnaire", "A service point"), PointForm),
]
