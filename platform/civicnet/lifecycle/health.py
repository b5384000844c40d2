"""Health: what keeps plugins that are on from doing their work, in their own words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from civicnet.contract import Problem
from civicnet.lifecycle.hooks import collect


def problems() -> dict[str, list[Problem]]:
    """What each plugin that is on says of itself, by slug; whoever says nothing, or is not on, is left out.

    A plugin that cannot even say how it is, has a problem.
    """
    failed: list[str] = []
    found = {one.plugin: list(one.value) for one in collect("health", failed=failed) if one.value}
    speechless = _("It cannot say how it is. The errors below tell why: send them to whoever wrote it.")
    return found | {slug: [Problem(speechless, serious=True)] for slug in failed}
