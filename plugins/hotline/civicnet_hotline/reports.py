"""Open error reports as other plugins see them: which page, what is wrong, and until when; nothing of who found it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from civicnet.cipher import mask_numbers
from civicnet_hotline.selectors import open_reports

MOST = 200


@dataclass(frozen=True, slots=True)
class OpenReport:
    """One report that waits for its answer. ``page`` is the key of the page, ``assignee`` the account on whose desk it lies."""

    page: str
    number: str
    words: str
    state: str
    due_at: datetime
    url: str
    assignee: int | None


def open_reports_told() -> list[OpenReport]:
    """What is due first, at most two hundred. One statement."""
    return [
        OpenReport(
            page=case.address_id,
            number=case.number,
            # A reader may have written a number of somebody into it.
            words=mask_numbers(case.description),
            state=case.get_state_display(),
            due_at=case.due_at,
            url=reverse("hotline:desk_case", args=[case.number]),
            assignee=case.assignee_id,
        )
        for case in open_reports(MOST)
    ]
