"""Listening: what happens elsewhere and moves cases here. Events are known by their public names, not by import."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet_hotline.services import hand_over_cases


def follow_absence(event: Any) -> None:
    """The holder of a post is away from a day to a day; from today, the other half of the pair takes over."""
    if event.first_day <= timezone.localdate().isoformat() <= event.last_day:
        hand_over_cases(post_key=f"grid.post:{event.post_id}", actor=SYSTEM)


FOLLOWED = {"AbsenceRecorded": follow_absence}
