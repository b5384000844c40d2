"""Health: what keeps plugins that are on, and the platform itself, from doing their work, in their own words."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from civicnet.contract import Problem
from civicnet.lifecycle.hooks import collect

_rooms: list[Callable[[], list[Problem]]] = []


def tell_of_health(said: Callable[[], list[Problem]]) -> None:
    """Ask a room of the platform too how it is; rooms call this when their app is ready."""
    _rooms.append(said)


def platform_problems() -> list[Problem]:
    """What the rooms of the platform say of themselves."""
    return [problem for said in _rooms for problem in said()]


def problems() -> dict[str, list[Problem]]:
    """What each plugin that is on says of itself, by slug; whoever says nothing, or is not on, is left out.

    A plugin that cannot even say how it is, has a problem.
    """
    failed: list[str] = []
    found = {one.plugin: list(one.value) for one in collect("health", failed=failed) if one.value}
    speechless = _("It cannot say how it is. The errors below tell why: send them to whoever wrote it.")
    return found | {slug: [Problem(speechless, serious=True)] for slug in failed}
