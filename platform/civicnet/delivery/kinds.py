"""Kinds of events that webhooks can be told of, each with words; those of a plugin rest while it is off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from civicnet.lifecycle.snapshot import Snapshot, read


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: its name in the message, words for people, and the plugin it comes from, if one.

    ``keys``: its content is ``{"keys": [...]}``, which can be written in every form.
    """

    name: str
    label: Any
    plugin: str = ""
    keys: bool = False


_offered: dict[str, Kind] = {}


def offer(name: str, label: Any, plugin: str = "", *, keys: bool = False) -> None:
    """Put a kind on the list; rooms call this when their app is ready. ``keys``: what it tells is a list of keys."""
    _offered[name] = Kind(name, label, plugin, keys)


def withdraw(name: str) -> None:
    """Take a kind off the list; what waits of it is not sent."""
    _offered.pop(name, None)


def offered() -> dict[str, str]:
    """The kinds that can be asked for now, with their words: those of plugins that are on somewhere, and the host's."""
    snapshot = read(None)
    return {one.name: str(one.label) for one in _offered.values() if _is_on(one, snapshot)}


def known(name: str) -> bool:
    """Whether anybody offers this kind, on or off."""
    return name in _offered


def tells_keys(name: str) -> bool:
    """Whether what this kind tells is a list of keys."""
    return name in _offered and _offered[name].keys


def label_of(name: str) -> str:
    """The words for a kind; its bare name when nobody offers it any more."""
    return str(_offered[name].label) if name in _offered else name


def may_be_sent(name: str, *, site_id: int | None) -> bool:
    """Whether the kind is offered, and its plugin on at the site, now."""
    return name in _offered and (not _offered[name].plugin or _is_on(_offered[name], read(site_id)))


def _is_on(kind: Kind, snapshot: Snapshot) -> bool:
    return not kind.plugin or snapshot.is_on(kind.plugin)
