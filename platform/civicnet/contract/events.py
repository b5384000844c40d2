"""Events: what happened, as a frozen value with a public name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. A subclass is frozen, keyword-only, and holds plain values only (ids, codes, labels)."""

    @property
    def name(self) -> str:
        """The public name: the class name, as in ``CaseCompleted``."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Event):
    """What somebody is about to do; plugins may object to it. Once it is done, the event of its own name tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSwitched(Event):
    """A plugin was switched on or off, for everyone or for one site."""

    slug: str
    enabled: bool
    site_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginConfigured(Event):
    """The settings of a plugin were changed, for everyone or for one site."""

    slug: str
    site_id: int | None = None
