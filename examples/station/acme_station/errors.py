"""What can stand against an act, each with its own code."""

from __future__ import annotations

from civicnet.contract import Conflict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class StationsOpen(Conflict):
    """An organisation is to close that still runs stations."""

    code = "STATIONS_OPEN"

    def __init__(self, count: int) -> None:
        said = ngettext(
            "%(count)d service station is still open there: close it first.",
            "%(count)d service stations are still open there: close them first.",
            count,
        )
        super().__init__(said % {"count": count})


class CodeTaken(Conflict):
    """Another organisation has a station with this code."""

    code = "CODE_TAKEN"
    message = _("Another organisation has a service station with this code. Choose another code.")


class AlreadyClosed(Conflict):
    """The station is closed already."""

    code = "STATION_CLOSED"
    message = _("This service station is closed already.")
