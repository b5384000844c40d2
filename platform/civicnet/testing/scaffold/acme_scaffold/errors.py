"""What can stand against an act, each with its own code."""

from __future__ import annotations

from civicnet.contract import Conflict
from django.utils.translation import gettext_lazy as _


class CodeTaken(Conflict):
    """Another organisation has a point with this code."""

    code = "CODE_TAKEN"
    message = _("Another organisation has a service point with this code. Choose another code.")


class PointClosed(Conflict):
    """The point is closed already."""

    code = "POINT_CLOSED"
    message = _("This service point is closed already.")
