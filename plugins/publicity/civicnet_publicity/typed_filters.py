"""Filters by the fields of a column's type: which articles of a column hold a value, or one between two ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import graphene
from django.db.models import Q
from django.utils.translation import gettext as _
from graphql import BooleanValueNode, GraphQLError, IntValueNode, StringValueNode

from civicnet.contract import InvalidInput
from civicnet.gateway.statements import Condition, filled_up
from civicnet.records.kinds.words import LONGEST_LINE
from civicnet.records.shapes import FieldShape
from civicnet.records.sought import Sought, sought_between, sought_equal
from civicnet_publicity.errors import BadFieldValue, UnknownField
from civicnet_publicity.selectors import Column
from civicnet_publicity.selectors.public import standing_in
from civicnet_publicity.selectors.types import TypeOfColumns, column_types, paths_of
from civicnet_publicity.selectors.valued import few_with, with_value

MOST_FILTERS = 5
_ENDS = ("equals", "from_", "to")
# What such a filter costs: the values of many articles may have to be looked into.
COST = 50


class PublicityFieldValue(graphene.Scalar):
    """A value of a field: a text, a whole number, or a Boolean, as the kind of the field is; a date as a text, `2026-08-01`."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """As it is."""
        return value

    @staticmethod
    def parse_value(value: Any) -> Any:
        """A text that is not too long, a whole number, or a Boolean."""
        if isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= LONGEST_LINE):
            return value
        raise GraphQLError("A text of at most 200 characters, a whole number, or a Boolean.")

    @staticmethod
    def parse_literal(node: Any, _variables: Mapping[str, Any] | None = None) -> Any:
        """The same, as it is written in a document."""
        if isinstance(node, StringValueNode | BooleanValueNode):
            return PublicityFieldValue.parse_value(node.value)
        if isinstance(node, IntValueNode) and len(node.value) < LONGEST_LINE:
            return int(node.value)
        raise GraphQLError("A text of at most 200 characters, a whole number, or a Boolean.", node)


class PublicityFieldFilter(graphene.InputObjectType):
    """Articles whose field holds a value, or one between two ends. Fields of one line, whole numbers, dates, yes or no, and a
    choice of one can be asked for; ends whole numbers and dates have.
    """

    key = graphene.String(required=True, description="The key of a field of the column's type.")
    equals = PublicityFieldValue(description="Just this.")
    from_ = PublicityFieldValue(name="from", description="This or more.")
    to = PublicityFieldValue(description="This or less.")


def fields_argument() -> Any:
    """The argument of a list of articles for such filters."""
    told = "All of these must hold; for a column that has a type."
    return graphene.List(graphene.NonNull(PublicityFieldFilter), description=told)


@dataclass(frozen=True, slots=True)
class _Way:
    """How articles of one type meet all filters: these ``few``, or, where they are more, all that have what is ``sought``. They
    stand at home in a column with one of the ``paths``.
    """

    sought: tuple[Sought, ...]
    few: list[int] | None
    paths: list[str]

    @property
    def form(self) -> tuple[int | None, tuple[tuple[str, ...], ...], int]:
        """All that decides its condition."""
        if self.few is not None:
            return len(self.few), (), len(self.paths)
        return None, tuple(tuple(one.lookups) for one in self.sought), len(self.paths)

    @property
    def values(self) -> list[Any]:
        """Its values in their order."""
        marks = [mark for one in self.sought for mark in one.lookups.values()] if self.few is None else self.few
        return [*marks, *self.paths]


def field_conditions(columns: Sequence[Column] | None, asked: Sequence[Mapping[str, Any]] | None) -> list[Condition]:
    """What these filters ask of articles in these columns, as one condition.

    What an article holds means what the type of its own column says, wherever it is placed.

    One statement for the columns of the types, and one for each type; none without filters.

    Raises:
        UnknownField: no type of the columns has a field of the key, or articles are not found by fields of its kind.
        BadFieldValue: a value is none of the field.
        InvalidInput: no column is named, there are too many filters, or one asks for nothing.
    """
    if not asked:
        return []
    if columns is None:
        raise InvalidInput(_("Say in which column: fields are those of its type."), field="column")
    if len(asked) > MOST_FILTERS:
        raise InvalidInput(_("Ask for %(most)d fields at most.") % {"most": MOST_FILTERS}, field="fields")
    types = [kept for pk in sorted({one.column_type_id or 0 for one in columns}) if (kept := column_types().get(pk))]
    meant = [_meant(types, one, f"fields.{number}") for number, one in enumerate(asked)]
    able = [kept.pk for kept in types if all(kept.pk in found for found in meant)]
    paths = paths_of(able)
    ways = [_way(tuple(found[pk] for found in meant), paths.get(pk, [])) for pk in able]
    values = [value for way in ways for value in way.values]
    forms = tuple(way.form for way in ways)
    return [Condition(("fields", forms), partial(_holding, forms), values)]


def _way(sought: tuple[Sought, ...], paths: Sequence[str]) -> _Way:
    few = few_with([one.lookups for one in sought])
    return _Way(sought, None if few is None else filled_up(few), filled_up(paths))


def _holding(forms: Sequence[tuple[int | None, Sequence[Sequence[str]], int]], values: Sequence[Any]) -> Q:
    # None of no types.
    found, rest = Q(id__in=()), iter(values)
    for few, every, paths in forms:
        among: list[Any] = [list(islice(rest, few))] if few is not None else []
        if few is None:
            among = [with_value(dict(zip(names, rest, strict=False))) for names in every]
        found |= Q(*(Q(id__in=one) for one in among)) & standing_in(list(islice(rest, paths)))
    return found


def _meant(types: Sequence[TypeOfColumns], asked: Mapping[str, Any], place: str) -> dict[int, Sought]:
    """What a filter means in each of the types in which it means something, by number."""
    fields = [(kept, one) for kept in types for one in kept.shape.live if one.key == asked["key"]]
    if not fields:
        said = _("No type of this column has a field %(key)s.") % {"key": asked["key"]}
        raise UnknownField(said, field=f"{place}.key")
    told, ends = {"label": fields[0][1].label}, {name: asked[name] for name in _ENDS if asked.get(name) is not None}
    if not ends or ("equals" in ends and len(ends) > 1):
        raise InvalidInput(_("Say either what it equals, or from where to where."), field=place)
    able = [(kept, one) for kept, one in fields if (one.known.is_sought if "equals" in ends else one.known.has_order)]
    if not able:
        raise UnknownField(_("Articles are not found by “%(label)s” in this way.") % told, field=place)
    found = {}
    for kept, one in able:
        with suppress(ValueError):
            found[kept.pk] = _sought(kept, one, ends)
    if not found:
        raise BadFieldValue(_("This is no value of the field “%(label)s”.") % told, field=place)
    return found


def _sought(kept: TypeOfColumns, field: FieldShape, ends: Mapping[str, Any]) -> Sought:
    if "equals" in ends:
        return sought_equal(kept.shape, field, ends["equals"])
    return sought_between(kept.shape, field, ends.get("from_"), ends.get("to"))
