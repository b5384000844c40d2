"""What the exchange holds of a plugin: what is imported and exported, and work under way that waits while it is off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from civicnet.exchange.models import RUNNING, DisclosureRequest, DisclosureState, ImportJob, JobState
from civicnet.lifecycle.brought import FIRST_FEW, brought, told
from civicnet.lifecycle.consequences import Consequence

_UNDER_WAY = (*RUNNING, JobState.CHECKED)
_UNDECIDED = (DisclosureState.REQUESTED, DisclosureState.APPROVED)


def consequences(slug: str, site_id: int | None) -> Iterator[Consequence]:
    """Kinds of rows that files hold, imports that are not through, and full exports that are not prepared."""
    labels: dict[str, Any] = {one.key: one.label for one in brought(slug, "resources")}
    yield told("resources", _("These can be imported and exported only while it is on."), labels.values())
    jobs = ImportJob.objects.filter(resource__in=labels, state__in=_UNDER_WAY).order_by("created_at")
    # By kind and state: a file's name may say more than whoever moves switches has to know.
    names = [f"{labels[job.resource]}, {job.get_state_display()}" for job in jobs[:FIRST_FEW]]
    label = _("These imports are under way, and wait while it is off.")
    yield told("imports", label, names, count=jobs.count(), serious=True)
    asked = DisclosureRequest.objects.filter(resource__in=labels, state__in=_UNDECIDED).order_by("created_at")
    names = [f"{labels[one.resource]}, {one.get_state_display()}" for one in asked[:FIRST_FEW]]
    yield told("disclosures", _("These exports of full values wait while it is off."), names, count=asked.count())
