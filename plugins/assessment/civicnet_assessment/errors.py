"""What can stand against opening a form or filing an assessment, each with its own code."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicnet.contract import Conflict, InvalidInput, Refused


class FormClosed(Conflict):
    """The form is not open today."""

    code = "FORM_CLOSED"
    message = _("This form is not open today.")


class SubjectUnknown(InvalidInput):
    """Nobody has this key, or the actor may not see them, or they do not serve under the form's organisation."""

    code = "SUBJECT_UNKNOWN"
    message = _("Choose somebody who serves under the organisation of this form.")


class AlreadyFiled(Conflict):
    """There is an assessment of this subject on this form."""

    code = "ALREADY_FILED"
    message = _("This person has already been assessed on this form.")


class OwnAssessment(Refused):
    """The assessor is the subject."""

    code = "OWN_ASSESSMENT"
    message = _("Nobody assesses themself. Ask a colleague to fill in this form.")


class PointsInvalid(InvalidInput):
    """Some items lack points or have points out of bounds; ``items`` maps their codes to sentences."""

    code = "POINTS_INVALID"
    message = _("Some items are not scored as the form asks.")

    def __init__(self, items: dict[str, Any]) -> None:
        # One name for the callers that show a single field; all of them for the screen that shows every item.
        super().__init__(field=f"points.{next(iter(items))}")
        self.items = items


class HeldAlready(Conflict):
    """Some items ask for what is held and fresh, without a reason; ``items`` maps their places, from 0, to sentences."""

    code = "HELD_ALREADY"
    message = _("Some items ask for what is held already. Drop them, or say why they are asked for all the same.")

    def __init__(self, items: dict[int, str]) -> None:
        super().__init__(field="items")
        self.items = items
