"""Keepers: everybody who holds personal data, the platform's own rooms beside the plugins, and what each declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.apps import apps
from django.db.models import Model

from civicnet.contract import Actor, CivicNetError, PersonalQuery, PersonalRecord
from civicnet.lifecycle.hooks import HookError, everyone
from civicnet.lifecycle.manifest import PersonalField
from civicnet.lifecycle.registry import registry


class Eraser(Protocol):
    """What erases a person."""

    def __call__(self, *, query: PersonalQuery, actor: Actor, reason: str) -> int:
        """Returns how many rows; what must stay yet is refused."""


class Forgetter(Protocol):
    """What erases what is past its retention."""

    def __call__(self, *, now: datetime, actor: Actor) -> int:
        """Returns how many rows."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """A room of the platform that holds personal data; it answers as a plugin does by hooks."""

    name: str
    fields: tuple[PersonalField, ...]
    records: Callable[[PersonalQuery], list[PersonalRecord]]
    erase: Eraser
    forget: Forgetter


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared field, and who holds it."""

    holder: str
    model: type[Model]
    field: PersonalField


@dataclass(frozen=True, slots=True)
class Held:
    """A record, and who holds it."""

    holder: str
    record: PersonalRecord


_keepers: dict[str, Keeper] = {}


def register(keeper: Keeper) -> None:
    """Add a room; it calls this when its app is ready."""
    _keepers[keeper.name] = keeper


def declared() -> list[Declared]:
    """Every personal field of platform and plugins.

    Raises:
        LookupError: a manifest names a model that does not exist.
    """
    rooms = [(one.name, f"civicnet_{one.name}", one.fields) for one in _keepers.values()]
    rooms += [(slug, manifest.package, manifest.personal) for slug, manifest in registry.manifests.items()]
    return [
        Declared(holder, apps.get_model(package.rpartition(".")[2], field.model), field)
        for holder, package, fields in rooms
        for field in fields
    ]


def ask(query: PersonalQuery) -> list[Held]:
    """What everybody holds about a person."""
    answers = [(name, keeper.records(query)) for name, keeper in _keepers.items()]
    answers += [(one.plugin, one.value) for one in everyone("personal_records", query=query)]
    return [Held(holder, record) for holder, records in answers for record in records]


def erase(query: PersonalQuery, actor: Actor, reason: str) -> dict[str, int]:
    """Have everybody erase a person, inside the caller's transaction; returns rows by holder.

    Raises:
        CivicNetError: one of them refuses, in its own words.
    """
    try:
        answers = everyone("erase_personal", query=query, actor=actor, reason=reason)
    except HookError as error:
        if isinstance(error.__cause__, CivicNetError):
            raise error.__cause__ from None
        raise
    done = {one.plugin: int(one.value) for one in answers}
    done |= {name: one.erase(query=query, actor=actor, reason=reason) for name, one in _keepers.items()}
    return done


def forget(now: datetime, actor: Actor) -> dict[str, int]:
    """Have everybody erase what is past its retention; returns rows by holder. A plugin that failed is missing from it."""
    done = {name: keeper.forget(now=now, actor=actor) for name, keeper in _keepers.items()}
    return done | {one.plugin: int(one.value) for one in everyone("forget_expired", now=now, actor=actor)}


def silent() -> list[str]:
    """Plugins that could not be loaded: what they hold is out of reach."""
    return sorted({one.name for one in registry.quarantined} - registry.manifests.keys())
