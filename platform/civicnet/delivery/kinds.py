"""Kinds of events that webhooks can be told of, each with words; those of a plugin rest while it is off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from civicnet.lifecycle.isolation import Isolation
from civicnet.lifecycle.snapshot import Snapshot, read

if TYPE_CHECKING:
    from civicnet.delivery.models import Delivery

# Told of a message's content, and whether it was tried for a day (or not at all).
Lost = Callable[[Mapping[str, Any], bool], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: its name in the message, words for people, and the plugin it comes from, if one.

    ``keys``: its content is ``{"keys": [...]}``, which can be written in every form. ``lost`` hears of what will not arrive.
    """

    name: str
    label: Any
    plugin: str = ""
    keys: bool = False
    lost: Lost | None = None


_offered: dict[str, Kind] = {}


def offer(name: str, label: Any, plugin: str = "", *, keys: bool = False, lost: Lost | None = None) -> None:
    """Put a kind on the list; rooms call this when their app is ready. ``keys``: what it tells is a list of keys.

    ``lost`` is called, in the transaction in which that is noted, with the content of a message that no webhook has taken or
    will take, and with whether it was given up after a day (else it was not sent: the webhook has ended, or the plugin is off).
    """
    _offered[name] = Kind(name, label, plugin, keys, lost)


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


def tell_lost(delivery: Delivery, *, given_up: bool) -> None:
    """Tell whoever offers its kind that a message will not arrive, unless another webhook takes the same event."""
    kind = _offered.get(delivery.kind)
    if kind is None or kind.lost is None:
        return
    lost = ("GIVEN_UP", "SKIPPED")
    if type(delivery).objects.filter(event=delivery.event).exclude(pk=delivery.pk).exclude(state__in=lost).exists():
        return
    place = Isolation(kind.plugin, f"lost {kind.name}"[:64])
    place.call(partial(kind.lost, delivery.payload, given_up), otherwise=None)


def may_be_sent(name: str, *, site_id: int | None) -> bool:
    """Whether the kind is offered, and its plugin on at the site, now."""
    return name in _offered and (not _offered[name].plugin or _is_on(_offered[name], read(site_id)))


def _is_on(kind: Kind, snapshot: Snapshot) -> bool:
    return not kind.plugin or snapshot.is_on(kind.plugin)
