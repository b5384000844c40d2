"""Connections: lists read page by page along a key, stable while rows come and go."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import graphene
import orjson
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.gateway.prices import priced

MOST = 100
DEFAULT = 20
# Counting is a statement of its own.
COUNT_COST = 50


class PageInfo(graphene.ObjectType):
    """Where a page of a list ends."""

    has_next_page = graphene.Boolean(required=True)
    end_cursor = graphene.String()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: rows with their cursors, and a count that is only made when asked for."""

    rows: Sequence[dict[str, Any]]
    cursors: Sequence[str]
    has_next_page: bool
    count: Callable[[], int]

    @property
    def nodes(self) -> Sequence[dict[str, Any]]:
        """The rows alone."""
        return self.rows

    @property
    def edges(self) -> list[dict[str, Any]]:
        """The rows with their cursors."""
        return [{"node": row, "cursor": cursor} for row, cursor in zip(self.rows, self.cursors, strict=True)]

    @property
    def page_info(self) -> dict[str, Any]:
        """Whether there is more, and where to go on."""
        return {"has_next_page": self.has_next_page, "end_cursor": self.cursors[-1] if self.cursors else None}


@cache
def connection_of(node: type[graphene.ObjectType]) -> type[graphene.ObjectType]:
    """The connection type of a node type, e.g. ``GridConnection`` for ``Grid``; one per node type."""
    name = node._meta.name
    edge = type(
        f"{name}Edge",
        (graphene.ObjectType,),
        {"node": graphene.Field(node, required=True), "cursor": graphene.String(required=True)},
    )
    return type(
        f"{name}Connection",
        (graphene.ObjectType,),
        {
            "nodes": graphene.List(graphene.NonNull(node), required=True),
            "edges": graphene.List(graphene.NonNull(edge), required=True),
            "page_info": graphene.Field(PageInfo, required=True),
            "total_count": priced(graphene.Int(required=True), cost=COUNT_COST),
            "resolve_total_count": lambda page, info: page.count(),
        },
    )


class ConnectionField(graphene.Field):
    """A root field that answers with a connection; ``first`` is 20 unless told, and never more than 100."""

    def __init__(self, node: type[graphene.ObjectType], **arguments: Any) -> None:
        super().__init__(
            connection_of(node),  # type: ignore[arg-type]  # a class is hashable, whatever its base's stubs say
            required=True,
            first=graphene.Int(default_value=DEFAULT),
            after=graphene.String(),
            **arguments,
        )


def paginate(
    rows: QuerySet[Any], *, columns: Sequence[str], order: Sequence[str], first: int | None, after: str | None
) -> Page:
    """Read one page of ``columns`` along ``order``, whose last name must be unique (``id`` or ``-id``).

    One SQL statement, plus one if the count is asked for.

    Raises:
        InvalidInput: ``first`` is out of bounds, or ``after`` is not a cursor of this list.
    """
    # A caller may hand in null where the argument has a default.
    first = DEFAULT if first is None else first
    if not 1 <= first <= MOST:
        raise InvalidInput(_("Ask for 1 to %(most)d rows a page.") % {"most": MOST}, code="PAGE_SIZE", field="first")
    names = [name.removeprefix("-") for name in order]
    ordered = rows.order_by(*order)
    if after is not None:
        ordered = ordered.filter(_beyond(rows, order, _read_cursor(after, names)))
    found = list(ordered.values(*dict.fromkeys([*columns, *names]))[: first + 1])
    page = found[:first]
    return Page(
        rows=page,
        cursors=[_write_cursor([row[name] for name in names]) for row in page],
        has_next_page=len(found) > first,
        count=rows.order_by().count,
    )


def _write_cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _read_cursor(cursor: str, names: list[str]) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(names):
            raise ValueError(values)
    except (binascii.Error, ValueError) as error:
        raise _not_ours() from error
    return values


def _beyond(rows: QuerySet[Any], order: Sequence[str], values: list[Any]) -> Q:
    condition, equal = Q(pk__in=[]), Q()
    for name, value in zip(order, values, strict=True):
        plain = name.removeprefix("-")
        typed = _typed(rows, plain, value)
        condition |= equal & Q(**{f"{plain}__{'lt' if name.startswith('-') else 'gt'}": typed})
        equal &= Q(**{plain: typed})
    return condition


def _typed(rows: QuerySet[Any], name: str, value: Any) -> Any:
    model = rows.model
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model or model
    try:
        typed = field.to_python(value)
        if isinstance(typed, datetime):
            # A moment that leaves the calendar in UTC would fail in the database.
            typed = typed.astimezone(UTC)
    except (ValidationError, TypeError, ValueError, OverflowError) as error:
        raise _not_ours() from error
    if typed is None or (isinstance(typed, str) and "\0" in typed):
        raise _not_ours()
    return typed


def _not_ours() -> InvalidInput:
    return InvalidInput(_("This cursor does not belong to this list."), code="INVALID_CURSOR", field="after")
