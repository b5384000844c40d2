"""Shapes: definitions as they are read once and passed around, without a model or a database behind them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from civicnet.records.kinds import Kind, kind_of

# What values refer to, by the name of their kind and the value.
Found = Mapping[tuple[str, Any], Any]
NOTHING: Found = {}


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field. ``former`` are options that are offered no more and stay where they are chosen; a field that is retired keeps
    its values, and nobody is asked for them or shown any.
    """

    key: str
    label: str
    kind: str
    help: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    retired_on: date | None = None

    @property
    def known(self) -> Kind:
        """The kind itself."""
        return kind_of(self.kind)

    def value_in(self, values: Mapping[str, Any]) -> Any:
        """What is stored for this field; None for nothing, and for what is no value of its kind."""
        value = values.get(self.key)
        return value if value is not None and self.known.fits(value) else None


@dataclass(frozen=True, slots=True)
class RecordShape:
    """A type of records with its fields in their order, the retired ones too."""

    key: str
    name: str
    fields: tuple[FieldShape, ...]

    @property
    def live(self) -> tuple[FieldShape, ...]:
        """The fields that people fill in and see; of a kind whose plugin is gone nobody can ask."""
        return tuple(one for one in self.fields if one.retired_on is None and one.known.name)

    @property
    def digest(self) -> str:
        """The same for the same definition."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    def values_in(self, stored: Any) -> Mapping[str, Any]:
        """The values of this type in what is stored: they lie under its key, so another type leaves them alone."""
        found = stored.get(self.key) if isinstance(stored, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def shown(self, stored: Any, found: Found = NOTHING) -> list[Shown]:
        """What readers see of what is stored, in order; fields without a value are left out, and what refers to something
        that ``look_up`` did not find.
        """
        values = self.values_in(stored)
        told = ((one, one.value_in(values)) for one in self.live)
        return [
            Shown(one.key, one.label, one.kind, value, one.known.shown(thing), thing if one.known.refers else None)
            for one, value in told
            if value is not None and (thing := _meant(one, value, found)) is not None
        ]

    def lacking(self, stored: Any, found: Found = NOTHING) -> list[FieldShape]:
        """Required fields that have no value, or one that refers to nothing any more."""
        values = self.values_in(stored)
        asked = ((one, one.value_in(values)) for one in self.live if one.required)
        return [one for one, value in asked if value is None or _meant(one, value, found) is None]

    def referring(self, stored: Any) -> Iterator[tuple[FieldShape, Any]]:
        """The fields whose values refer to something, with the values; also those that nobody is asked for any more."""
        values = self.values_in(stored)
        for one in self.fields:
            if one.known.refers and (value := one.value_in(values)) is not None:
                yield one, value

    def with_values(self, stored: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be stored once these fields have these values; None takes one away. All else stays as it is."""
        kept = {**self.values_in(stored), **values}
        mine = {key: value for key, value in kept.items() if value is not None}
        others = {key: one for key, one in (stored if isinstance(stored, Mapping) else {}).items() if key != self.key}
        return {**others, self.key: mine} if mine else others


@dataclass(frozen=True, slots=True)
class Shown:
    """A value as it is shown: ``text`` in the reader's language, ``value`` as it is stored, ``thing`` what that refers to."""

    key: str
    label: str
    kind: str
    value: Any
    text: str
    thing: Any = None


def look_up(stored: Iterable[tuple[RecordShape, Any]], *, for_all: bool) -> Found:
    """What the values of these records refer to: one statement for each kind that refers, however many records they are.

    ``for_all``: only what everybody may see.
    """
    wanted: dict[str, set[Any]] = {}
    for shape, values in stored:
        for one, value in shape.referring(values):
            wanted.setdefault(one.kind, set()).add(value)
    return {
        (kind, value): thing
        for kind, values in wanted.items()
        for value, thing in kind_of(kind).look_up(values, for_all=for_all).items()
    }


def _meant(field: FieldShape, value: Any, found: Found) -> Any:
    return found.get((field.kind, value)) if field.known.refers else value
