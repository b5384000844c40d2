"""Health: what keeps assessors from their work."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.actors import SYSTEM
from civicnet.contract import Problem
from civicnet_assessment.selectors import open_forms


def problems() -> list[Problem]:
    """No form can be filled in today. One statement."""
    if open_forms(SYSTEM, timezone.localdate()).exists():
        return []
    return [Problem(_("No form can be filled in today: open one for this year."), reverse("assessment_forms:open"))]
