"""Who may say which days are worked."""

from __future__ import annotations

from civicnet.contract import Actor

KEEP = "civicnet_workdays.keep_calendar"


def can_keep(actor: Actor) -> bool:
    """May enter days, by which all deadlines of the platform are counted from then on."""
    return actor.may(KEEP)
