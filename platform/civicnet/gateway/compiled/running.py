"""What one run carries along, and places in the answer, which become the library's paths only when somebody looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

from graphql import GraphQLError, GraphQLResolveInfo
from graphql.pyutils import Path, is_awaitable

# (place before, key, type name), as in the library's own path: a plain tuple costs a fifth of one.
Place = tuple[Any, str | int, str | None] | None
# A value of exactly one of these can be neither awaited nor an error.
PLAIN = frozenset({str, int, float, bool, NoneType, dict, list, tuple, datetime, date, Decimal, UUID})

# From a source that stands at a place to its part of the answer.
Select = Callable[["Run", Any, Place], dict[str, Any]]
# From what a field or list holds to its part of the answer; the info only where types are found out with it.
Complete = Callable[["Run", Any, Place, GraphQLResolveInfo | None], Any]


class LeftToLibrary(BaseException):
    """This cannot be run by a plan. No ``Exception``: nothing may take it for a field's error."""


class Run:
    """One run of a plan: the errors so far, the variables, and the end that all infos of this run share."""

    __slots__ = ("errors", "tail", "variables")

    def __init__(self, variables: dict[str, Any], tail: tuple[Any, ...]) -> None:
        self.errors: list[GraphQLError] = []
        self.variables = variables
        self.tail = tail


def refuse_awaitable(value: Any) -> None:
    """Do nothing if the value can be used as it is.

    Raises:
        LeftToLibrary: it can only be awaited, which no plan does.
    """
    if is_awaitable(value):
        raise LeftToLibrary


def path_of(place: Any) -> Any:
    """The place as the library's path; None stays None."""
    if place is None or type(place) is Path:
        return place
    before, key, typename = place
    return tuple.__new__(Path, (path_of(before), key, typename))


def keys_of(place: Any) -> list[str | int]:
    """The keys from the root to a place."""
    keys = []
    while place:
        place, key, _typename = place
        keys.append(key)
    return keys[::-1]
