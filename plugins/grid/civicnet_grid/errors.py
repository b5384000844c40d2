"""What can be wrong with a grid, a post or a roster, each with its own code."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from civicnet.contract import Conflict, InvalidInput


class GridCodeInvalid(InvalidInput):
    """The code is not 15 digits, or does not start with the community's code."""

    code = "GRID_CODE_INVALID"
    message = gettext_lazy("A grid code is the 12 digits of its community or village and 3 digits of its own.")


class GridCodeTaken(Conflict):
    """Another grid has this code."""

    code = "GRID_CODE_TAKEN"
    message = gettext_lazy("Another grid already has this code.")


class OrganisationClosed(InvalidInput):
    """A community or village that exists no more takes no new grid."""

    code = "ORGANISATION_CLOSED"

    def __init__(self, *, name: str, day: date) -> None:
        super().__init__(
            _("%(name)s closed on %(day)s. Open the grid where the area belongs now.")
            % {"name": name, "day": f"{day:%Y-%m-%d}"},
            field="organisation",
        )


class GridsInForce(Conflict):
    """Grids would be left in an organisation that is no more."""

    code = "GRIDS_IN_FORCE"

    def __init__(self, count: int) -> None:
        super().__init__(
            ngettext(
                "%(count)d grid there is still in force: merge the organisation into the one that takes it over.",
                "%(count)d grids there are still in force: merge the organisation into the one that takes them over.",
                count,
            )
            % {"count": count}
        )


class RosterFault(InvalidInput):
    """One row of a roster breaks a rule; ``row`` says which, ``field`` what part of it. No row of the call was applied."""

    code = "ROSTER_ROW_INVALID"

    def __init__(self, row: int, message: Any, *, field: str, code: str | None = None) -> None:
        super().__init__(_("Row %(row)d: %(fault)s") % {"row": row, "fault": message}, code=code, field=field)
        self.row = row


class PairAbsent(Conflict):
    """Primary and backup would be away on the same day."""

    code = "PAIR_ABSENT"
    message = gettext_lazy(
        "The other half of this pair is away on one of these days, and one of the two must be on duty."
    )


class AlreadyAbsent(Conflict):
    """The post already has an absence on one of these days."""

    code = "ALREADY_ABSENT"
    message = gettext_lazy("An absence is already recorded for one of these days.")


class AccountTaken(Conflict):
    """The account belongs to another worker, or the worker has another account."""

    code = "ACCOUNT_TAKEN"
    message = gettext_lazy("This worker or this account is already linked. End the other link first.")
