"""Health: what keeps grids from being served."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from civicnet.access.actors import SYSTEM
from civicnet.contract import Problem
from civicnet_grid.selectors import unattended, visible_grids


def problems() -> list[Problem]:
    """Grids where nobody is on duty today. One statement."""
    count = unattended(visible_grids(SYSTEM), timezone.localdate()).count()
    if not count:
        return []
    said = ngettext(
        "In %(count)d grid nobody is on duty today: fill its posts, or look at the absences.",
        "In %(count)d grids nobody is on duty today: fill their posts, or look at the absences.",
        count,
    )
    return [Problem(said % {"count": count}, f"{reverse('grid_grids:index')}?duty=nobody")]
