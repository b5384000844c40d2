"""Connections: lists read page by page along a key, stable while rows come and go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from inspect import Parameter, signature
from typing import Any

import graphene
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.gateway.keyset import Keyset, Order, keyset
from civicnet.gateway.prices import priced
from civicnet.gateway.where import By, Filters
from civicnet.ledger.statements import Condition, Rows

MOST = 100
DEFAULT = 20
# Counting is a statement of its own.
COUNT_COST = 50


class PageInfo(graphene.ObjectType):
    """Where a page of a list begins and ends."""

    has_next_page = graphene.Boolean(required=True)
    has_previous_page = graphene.Boolean(required=True)
    start_cursor = graphene.String()
    end_cursor = graphene.String()


@dataclass(frozen=True, slots=True)
class _Plain:
    # A query of Django's own behind the same few words as kept rows.
    query: QuerySet[Any]

    def filter(self, condition: Condition) -> _Plain:
        return _Plain(self.query.filter(condition.make(condition.values)))

    def order_by(self, *order: Any) -> _Plain:
        return _Plain(self.query.order_by(*order))

    def read(self, *columns: str, limit: int) -> list[dict[str, Any]]:
        return list(self.query.values(*columns)[:limit])

    def count(self) -> int:
        return self.query.order_by().count()

    def exists(self) -> bool:
        return self.query.exists()


@dataclass(frozen=True, slots=True)
class _Around:
    # Whether rows stand before and after a page; None where only the database knows.
    before: bool | None
    after: bool | None


class Page:
    """One page: its rows have been read; cursors, what lies beyond, and the count are only made when asked for."""

    def __init__(self, source: Rows | _Plain, keys: Keyset, rows: Sequence[dict[str, Any]], around: _Around) -> None:
        self.rows = rows
        self._source = source
        self._keys = keys
        self._around = around

    @property
    def nodes(self) -> Sequence[dict[str, Any]]:
        """The rows alone."""
        return self.rows

    @property
    def edges(self) -> list[dict[str, Any]]:
        """The rows with their cursors."""
        return [{"node": row, "cursor": self._keys.cursor(row)} for row in self.rows]

    @property
    def cursors(self) -> list[str]:
        """The cursors of the rows."""
        return [self._keys.cursor(row) for row in self.rows]

    @property
    def page_info(self) -> Page:
        """The page itself knows where it ends."""
        return self

    @cached_property
    def has_next_page(self) -> bool:
        """Whether the list goes on after this page; one statement where the rows read do not tell."""
        return self._goes_on(self._around.after, backwards=False)

    @cached_property
    def has_previous_page(self) -> bool:
        """Whether anything stands before this page; one statement where the rows read do not tell."""
        return self._goes_on(self._around.before, backwards=True)

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row."""
        return self._keys.cursor(self.rows[0]) if self.rows else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last row."""
        return self._keys.cursor(self.rows[-1]) if self.rows else None

    def count(self) -> int:
        """How many rows the whole list has. One statement."""
        return self._source.count()

    def _goes_on(self, known: bool | None, *, backwards: bool) -> bool:
        if known is not None:
            return known
        if not self.rows:
            return self._source.exists()
        edge = self.rows[0 if backwards else -1]
        values = [edge[name] for name in self._keys.columns]
        return self._source.filter(self._keys.beyond(values, backwards=backwards)).exists()


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
    """A root field that answers with a connection; a page has 20 rows unless told, and never more than 100.

    Its resolver hands ``first``, ``after``, ``last``, ``before``, and where they are declared ``where`` and ``order``, on to
    ``paginate`` as they come: ``def resolve_grids(root, info, **page)``.

    Args:
        node: The type of the rows.
        of: The model behind it, for which filters and orders are declared.
        where: Filters by the names of the node's fields, as ``{"code": By("code", "eq", "prefix")}``.
        order: Orders by the names under which they can be chosen; the first one is taken unless told. Columns fall with
            ``-``, and the last is unique: ``{"NEWEST": ("-asked_at", "-id")}``.
        filled: Columns of these orders that the table lets be null and that never are in this list.
        arguments: Further arguments of the field.
    """

    def __init__(
        self,
        node: type[graphene.ObjectType],
        *,
        of: type[Model] | None = None,
        where: Mapping[str, By] | None = None,
        order: Mapping[str, Sequence[str]] | None = None,
        filled: Sequence[str] = (),
        **arguments: Any,
    ) -> None:
        if (where or order) and of is None:
            raise ValueError("filters and orders are those of a model: say which by of=")
        self.model = of
        self.orders = {name: Order(tuple(columns), tuple(filled)) for name, columns in (order or {}).items()}
        self.filters = Filters(node, of, where) if of is not None and where else None
        super().__init__(
            connection_of(node),  # type: ignore[arg-type]  # a class is hashable, whatever its base's stubs say
            required=True,
            **_PAGING,
            **self._declared(node),
            **arguments,
        )

    def wrap_resolve(self, parent_resolver: Callable[..., Any]) -> Callable[..., Any]:
        """The resolver, told what was asked for in words of ``paginate``."""
        resolve = super().wrap_resolve(parent_resolver)
        two_ways = _takes(resolve, "last")

        def resolve_page(root: Any, info: Any, **given: Any) -> Any:
            page = {"first": None} | given
            if self.filters:
                page["where"] = self.filters.conditions(page.get("where"))
            if self.orders:
                chosen = page.pop("order_by", None)
                page["order"] = self.orders[chosen.value] if chosen else next(iter(self.orders.values()))
            if not two_ways and (page.pop("last", None), page.pop("before", None)) != (None, None):
                raise InvalidInput(_("This list is read forwards only."), field="last")
            return resolve(root, info, **page)

        return resolve_page

    def _declared(self, node: type[graphene.ObjectType]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.filters:
            found["where"] = graphene.Argument(self.filters.input_type())
        if self.orders:
            name = f"{node._meta.name}Order"
            found["order_by"] = graphene.Argument(graphene.Enum(name, [(one, one) for one in self.orders]))
        return found


_PAGING: dict[str, Any] = {
    "first": graphene.Int(description="The first so many rows after the cursor: 1 to 100, or 20 if nothing is said."),
    "after": graphene.String(description="A cursor of this list in this order."),
    "last": graphene.Int(description="The last so many rows before the cursor, in the order of the list."),
    "before": graphene.String(description="A cursor of this list in this order."),
}


def paginate(
    rows: QuerySet[Any] | Rows,
    *,
    columns: Sequence[str],
    order: Order | Sequence[str],
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    where: Sequence[Condition] = (),
) -> Page:
    """Read one page of ``columns`` along ``order``, whose last column must be unique (``id`` or ``-id``).

    One SQL statement. A count, and whether there is more behind a cursor one came by, cost one each when asked for.
    Rows of a kept statement (``civicnet.ledger.statements``) are read by a statement that is built once.

    Raises:
        InvalidInput: ``first`` or ``last`` is out of bounds or both are given, or a cursor is not one of this list.
    """
    source = rows if isinstance(rows, Rows) else _Plain(rows)
    model: Any = rows.statement.model if isinstance(rows, Rows) else rows.model
    keys = keyset(model, order if isinstance(order, Order) else Order(tuple(order)))
    size, backwards = _size(first, last)
    for condition in where:
        source = source.filter(condition)
    part = source
    if after is not None:
        part = part.filter(keys.beyond(keys.place(after, field="after")))
    if before is not None:
        part = part.filter(keys.beyond(keys.place(before, field="before"), backwards=True))
    wanted = dict.fromkeys([*columns, *keys.columns])
    found = part.order_by(*keys.ordering(backwards=backwards)).read(*wanted, limit=size + 1)
    more, page = len(found) > size, found[:size]
    start, end = (None if after is not None else False), (None if before is not None else False)
    if backwards:
        return Page(source, keys, page[::-1], _Around(more or start, end))
    return Page(source, keys, page, _Around(start, more or end))


def _size(first: int | None, last: int | None) -> tuple[int, bool]:
    if first is not None and last is not None:
        raise InvalidInput(
            _("Ask either for the first or for the last rows, not for both."), code="PAGE_SIZE", field="last"
        )
    size = first if first is not None else last if last is not None else DEFAULT
    if not 1 <= size <= MOST:
        field = "first" if last is None else "last"
        raise InvalidInput(_("Ask for 1 to %(most)d rows a page.") % {"most": MOST}, code="PAGE_SIZE", field=field)
    return size, last is not None


def _takes(resolve: Callable[..., Any], name: str) -> bool:
    parameters = signature(resolve).parameters
    return name in parameters or any(one.kind is Parameter.VAR_KEYWORD for one in parameters.values())
