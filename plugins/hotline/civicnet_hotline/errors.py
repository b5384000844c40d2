"""What can go wrong with a case, each with its code."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from civicnet.contract import CivicNetError, Conflict, InvalidInput, NotFound


class WrongState(Conflict):
    """The case is not where this step begins."""

    code = "CASE_STATE"
    message = _("The case has moved on, so this step no longer fits. Reload and look again.")


class NoReports(Conflict):
    """The office has closed the category of error reports."""

    code = "NO_ERROR_REPORTS"
    message = _(
        "Errors cannot be reported here at the moment. Please tell the organiser named at the foot of the page."
    )


class TooManyReports(CivicNetError):
    """More reports came from one address than people write."""

    code = "TOO_MANY_REPORTS"
    status = 429
    message = _("Many reports came from here within a minute. Nothing was sent yet: wait a minute, then send it again.")


class UnknownCategory(NotFound):
    """No open category has this code."""

    code = "UNKNOWN_CATEGORY"
    message = _("There is no category with this code. Choose one from the list of services.")

    def __init__(self) -> None:
        super().__init__(field="category")


class CasesOpen(Conflict):
    """Cases would be left open in an organisation that is no more."""

    code = "CASES_OPEN"

    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "%(count)d case there is still open: close it first, or merge the organisation into another.",
                "%(count)d cases there are still open: close them first, or merge the organisation into another.",
                count,
            )
            % {"count": count}
        )


class NoPlace(InvalidInput):
    """Nobody can be sent to nowhere."""

    code = "PLACE_MISSING"
    message = _("Say where: give an address, an address id, or latitude and longitude together.")

    def __init__(self) -> None:
        super().__init__(field="address")


class UnknownPost(InvalidInput):
    """The chosen post does not take cases now."""

    code = "UNKNOWN_POST"
    message = _("This post is not on duty any more. Choose another one.")

    def __init__(self) -> None:
        super().__init__(field="post_key")
