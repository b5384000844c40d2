"""What the plugin screen shows of each plugin: how it stands, how it fares, and what was last done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.models import Site

from civicnet.console.plugin_words import State, differing, state_of
from civicnet.contract import Problem
from civicnet.lifecycle.faring import recent_faults, stopped_hooks
from civicnet.lifecycle.health import problems
from civicnet.lifecycle.history import last_changes
from civicnet.lifecycle.labels import in_language, plugin_label
from civicnet.lifecycle.models import PluginChange
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.standing import Standing, read_standings


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
    everywhere: bool

    @property
    def ails(self) -> bool:
        """Whether somebody should look."""
        return bool(self.stopped or self.faults or any(one.serious for one in self.problems))


def cards(slugs: Iterable[str] | None = None) -> list[Card]:
    """One card per loaded plugin, in order of loading, or of some of them."""
    wanted = list(registry.manifests if slugs is None else slugs)
    standings = read_standings(wanted)
    ailing, sites, last = problems(), list(Site.objects.order_by("-is_default_site", "hostname")), last_changes()
    faults, stopped = recent_faults(), stopped_hooks()
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
            everywhere=manifest.scope != "site",
        )
        for slug in wanted
        if (manifest := registry.manifests.get(slug)) is not None
    ]
