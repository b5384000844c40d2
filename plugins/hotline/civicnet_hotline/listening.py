"""Listening: what happens elsewhere, or with the day, and moves cases here. Events are known by their public names."""

from __future__ import annotations

from datetime import time
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.actors import SYSTEM
from civicnet.contract import Schedule
from civicnet_hotline.services import hand_over_all_cases, hand_over_cases


def follow_absence(event: Any) -> None:
    """The holder of a post is away from a day to a day; from today, the other half of the pair takes over."""
    if event.first_day <= timezone.localdate().isoformat() <= event.last_day:
        hand_over_cases(post_key=f"grid.post:{event.post_id}", actor=SYSTEM)


FOLLOWED = {"AbsenceRecorded": follow_absence}
# An absence that was recorded ahead begins without anybody doing anything.
SCHEDULES = [
    Schedule(
        name="hotline.hand_over",
        label=_("Hand unsigned cases over to who is on duty today"),
        run=partial(hand_over_all_cases, actor=SYSTEM),
        daily_at=time(0, 5),
    )
]
