"""How plugins fare: what they raised, what is not called for now, and how long their hooks take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, Sum
from django.utils import timezone

from civicnet.lifecycle.models import HookBreaker, HookTiming, PluginFault

# What is older is history: a plugin's own page still tells of its faults.
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class HookTime:
    """How a hook of a plugin fared lately, in milliseconds; ``share`` is its bar beside the costliest one's 100."""

    hook: str
    calls: int
    mean_ms: float
    slowest_ms: float
    share: int


def recent_faults() -> Counter[str]:
    """How many errors each plugin raised in the last seven days; one statement."""
    rows = PluginFault.objects.filter(last_at__gte=timezone.now() - RECENT).order_by()
    return Counter(dict(rows.values_list("slug").annotate(Sum("times"))))


def stopped_hooks() -> Counter[str]:
    """How many hooks of each plugin are not called for now; one statement."""
    return Counter(HookBreaker.objects.values_list("slug", flat=True))


def faults_of(slug: str, *, most: int = 20) -> list[PluginFault]:
    """What a plugin raised, the latest first."""
    return list(PluginFault.objects.filter(slug=slug)[:most])


def breakers_of(slug: str) -> list[HookBreaker]:
    """The hooks of a plugin that are not called for now."""
    return list(HookBreaker.objects.filter(slug=slug).order_by("hook"))


def breaker_of(slug: str, hook: str) -> HookBreaker | None:
    """Why a hook is not called for now; None while it is."""
    return HookBreaker.objects.filter(slug=slug, hook=hook).first()


def times_of(slug: str) -> list[HookTime]:
    """A plugin's hooks by the time they took in the last seven days, the costliest first; one statement."""
    since = timezone.localdate() - RECENT
    rows = HookTiming.objects.filter(slug=slug, day__gt=since, calls__gt=0).values("hook")
    summed = list(
        rows.annotate(called=Sum("calls"), spent=Sum("total_ms"), slowest=Max("slowest_ms")).order_by("-spent", "hook")
    )
    most = max((row["spent"] for row in summed), default=0) or 1
    return [
        HookTime(
            hook=row["hook"],
            calls=row["called"],
            mean_ms=row["spent"] / row["called"],
            slowest_ms=row["slowest"],
            share=round(100 * row["spent"] / most),
        )
        for row in summed
    ]
