"""The nightly purge, and the room of accounts among those it asks."""

from __future__ import annotations

from datetime import time
from functools import partial

from django.utils.translation import gettext_lazy as _

from civicnet.access import keepers
from civicnet.access.accounts import KEEPER
from civicnet.access.actors import SYSTEM
from civicnet.access.personal import purge
from civicnet.contract import Schedule
from civicnet.lifecycle.schedules import register


def keep_accounts() -> None:
    """Register both; called when the app is ready."""
    keepers.register(KEEPER)
    register(
        Schedule(
            name="access.purge_personal",
            label=_("Erase personal data past its retention"),
            run=partial(purge, actor=SYSTEM),
            daily_at=time(3, 10),
        )
    )
