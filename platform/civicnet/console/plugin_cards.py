"""What the plugin screen shows of each plugin: how it stands, how it fares, and what was last done to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Sum
from django.utils import timezone
from wagtail.models import Site

from civicnet.console.plugin_words import State, differing, state_of
from civicnet.contract import Problem
from civicnet.lifecycle.health import problems
from civicnet.lifecycle.labels import in_language, plugin_label
from civicnet.lifecycle.models import HookBreaker, HookTiming, PluginChange, PluginFault
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.standing import Standing, read_standings

# Faults older than this are history: the plugin's own page still tells of them.
RECENT = timedelta(days=7)
_CHANGES_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Card:
    """One plugin on the screen. ``faults`` counts errors of the last seven days; ``stopped`` are hooks not called for now."""

    slug: str
    label: str
    summary: str
    version: str
    standing: Standing
    state: State
    sites: list[str]
    problems: list[Problem]
    faults: int
    stopped: int
    requires: list[str]
    needed_by: list[str]
    last_change: PluginChange | None
    has_settings: bool
    per_site: bool

    @property
    def ails(self) -> bool:
        """Whether somebody should look."""
        return bool(self.stopped or self.faults or any(one.serious for one in self.problems))


@dataclass(frozen=True, slots=True)
class HookTime:
    """How a hook of a plugin fared in the last seven days, in milliseconds; ``share`` is its bar, of 100."""

    hook: str
    calls: int
    mean_ms: float
    slowest_ms: float
    share: int


def cards(slugs: Iterable[str] | None = None) -> list[Card]:
    """One card per loaded plugin, in order of loading, or of some of them."""
    wanted = list(registry.manifests if slugs is None else slugs)
    standings = read_standings(wanted)
    ailing, sites, last = problems(), list(Site.objects.order_by("-is_default_site", "hostname")), last_changes()
    faults, stopped = _recent_faults(), _stopped()
    return [
        Card(
            slug=slug,
            label=plugin_label(slug),
            summary=in_language(manifest.summary),
            version=str(manifest.version),
            standing=standings[slug],
            state=state_of(standings[slug]),
            sites=differing(standings[slug], sites),
            problems=ailing.get(slug, []),
            faults=faults[slug],
            stopped=stopped[slug],
            requires=[plugin_label(other) for other in manifest.requires_plugins],
            needed_by=[plugin_label(other) for other in registry.dependants(slug)],
            last_change=last.get(slug),
            has_settings=bool(manifest.settings),
            per_site=manifest.scope != "global",
        )
        for slug in wanted
        if (manifest := registry.manifests.get(slug)) is not None
    ]


def last_changes() -> dict[str, PluginChange]:
    """The newest change of each plugin, each knowing whether it was undone."""
    found: dict[str, PluginChange] = {}
    for change in PluginChange.objects.select_related("undone_by")[:_CHANGES_LOOKED_AT]:
        for slug in change.after:
            found.setdefault(slug, change)
    return found


def changes_of(slug: str, *, most: int = 20) -> list[PluginChange]:
    """The newest changes of one plugin, newest first."""
    newest = PluginChange.objects.select_related("undone_by", "undoes")[:_CHANGES_LOOKED_AT]
    return [change for change in newest if slug in change.after][:most]


def times_of(slug: str) -> list[HookTime]:
    """The plugin's hooks by the time they took in the last seven days, the costliest first."""
    since = timezone.localdate() - RECENT
    rows = (
        HookTiming.objects.filter(slug=slug, day__gte=since)
        .values("hook")
        .annotate(calls_made=Sum("calls"), spent=Sum("total_ms"), slowest=Max("slowest_ms"))
        .order_by("-spent", "hook")
    )
    most = max((row["spent"] for row in rows), default=0) or 1
    return [
        HookTime(
            row["hook"],
            row["calls_made"],
            row["spent"] / max(row["calls_made"], 1),
            row["slowest"],
            round(100 * row["spent"] / most),
        )
        for row in rows
    ]


def _recent_faults() -> defaultdict[str, int]:
    since: datetime = timezone.now() - RECENT
    rows = PluginFault.objects.filter(last_at__gte=since).values_list("slug").annotate(Sum("times"))
    return defaultdict(int, dict(rows.order_by()))


def _stopped() -> defaultdict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for slug in HookBreaker.objects.values_list("slug", flat=True):
        found[slug] += 1
    return found
