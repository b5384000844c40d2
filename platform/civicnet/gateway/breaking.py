"""The gate before a breaking change: what was published leaves only when it was marked, with a day, and the day has come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from graphql import GraphQLSchema, find_breaking_changes, get_named_type

# What stands in every deprecation: the day from which portals must do without, and what to do instead.
DATED = re.compile(r"^until (?P<day>\d{4}-\d\d-\d\d): \S")
_REMOVED = re.compile(r"^(?P<of>\w+)(?:\.(?P<field>\w+))?(?: arg (?P<arg>\w+))? was removed\.$")
_VALUE_REMOVED = re.compile(r"^(?P<value>\w+) was removed from enum type (?P<of>\w+)\.$")
_MEMBER_REMOVED = re.compile(r"^(?P<member>\w+) was removed from union type (?P<of>\w+)\.$")


@dataclass(frozen=True, slots=True)
class Breaking:
    """A change that breaks somebody's query: its kind and sentence as graphql-core has them, and why it is not allowed yet.

    ``obstacle`` is empty where it is allowed.
    """

    kind: str
    sentence: str
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Something that will leave: where it stands (``Type.field``, ``Type.field(argument)``, ``Enum.VALUE``), and its reason."""

    place: str
    reason: str

    @property
    def day(self) -> date | None:
        """From when it may be gone; None where the reason does not say."""
        match = DATED.match(self.reason)
        try:
            return date.fromisoformat(match["day"]) if match else None
        except ValueError:
            return None


def breaking(published: GraphQLSchema, now: GraphQLSchema, *, today: date) -> list[Breaking]:
    """What the schema now breaks of the published one, each with the obstacle to it, if there is one.

    A field, argument, enum value or member of a union may go when the published schema marks it ``@deprecated`` with
    ``until YYYY-MM-DD: …`` and that day has come; a type may go when everything that led to it may. What only changes its
    kind has no such way: it needs a new name beside the old.
    """
    gone = {one.place: one for one in deprecations(published)}
    found = []
    for change in find_breaking_changes(published, now):
        obstacle = _obstacle(change.description, published, gone, today)
        found.append(Breaking(change.type.name, change.description, obstacle))
    return found


def deprecations(schema: GraphQLSchema) -> Iterator[Deprecated]:
    """Everything in a schema that is marked to leave."""
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        for field_name, field in getattr(kind, "fields", {}).items():
            place = f"{name}.{field_name}"
            yield from _marked(place, field)
            for argument, given in getattr(field, "args", {}).items():
                yield from _marked(f"{place}({argument})", given)
        for value_name, value in getattr(kind, "values", {}).items():
            yield from _marked(f"{name}.{value_name}", value)


def undated(schema: GraphQLSchema) -> list[Deprecated]:
    """What is marked to leave without saying when: such a mark tells a portal nothing."""
    return [one for one in deprecations(schema) if one.day is None]


def _marked(place: str, element: Any) -> Iterator[Deprecated]:
    if element.deprecation_reason is not None:
        yield Deprecated(place, element.deprecation_reason)


def _obstacle(sentence: str, published: GraphQLSchema, gone: dict[str, Deprecated], today: date) -> str:
    if match := _VALUE_REMOVED.match(sentence):
        return _not_due(f"{match['of']}.{match['value']}", gone, today)
    if match := _MEMBER_REMOVED.match(sentence):
        return _type_not_due(match["member"], published, gone, today)
    match = _REMOVED.match(sentence)
    if match is None:
        return "it changes what is there: add a new name beside it, and let the old one leave by its date"
    if match["field"] is None:
        return _type_not_due(match["of"], published, gone, today)
    place = f"{match['of']}.{match['field']}"
    if match["arg"] and not _not_due(place, gone, today):
        return ""
    return _not_due(f"{place}({match['arg']})" if match["arg"] else place, gone, today)


def _not_due(place: str, gone: dict[str, Deprecated], today: date) -> str:
    mark = gone.get(place)
    if mark is None or mark.day is None:
        return f"{place} was never marked @deprecated with “until YYYY-MM-DD: …”"
    return f"{place} stays until {mark.day}" if mark.day > today else ""


def _type_not_due(name: str, published: GraphQLSchema, gone: dict[str, Deprecated], today: date) -> str:
    for place in _leading_to(name, published):
        if obstacle := _not_due(place, gone, today):
            return obstacle
    return ""


def _leading_to(name: str, schema: GraphQLSchema) -> Iterator[str]:
    for owner, kind in schema.type_map.items():
        if owner.startswith("__"):
            continue
        for field_name, field in getattr(kind, "fields", {}).items():
            if get_named_type(field.type).name == name:
                yield f"{owner}.{field_name}"
            for argument, given in getattr(field, "args", {}).items():
                if get_named_type(given.type).name == name:
                    yield f"{owner}.{field_name}({argument})"
