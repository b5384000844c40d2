"""Data scope: one SQL condition that limits rows to the subtrees an actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FullResultSet
from django.db.models import BooleanField, Expression, F, Model, Q, Subquery
from django.db.models.lookups import IsNull

from civicnet.access.models import Organisation
from civicnet.contract import Actor

# The path of what lies above every root: a permission held there is held everywhere.
EVERYWHERE = ""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def within(actor: Actor, permission: str, *, field: str = "organisation") -> Q:
    """The condition for rows whose ``field`` (a relation to an organisation) lies where the actor holds the permission.

    For organisations themselves, ``field`` is "". An actor without the permission gets a condition that no row meets;
    rows without an organisation lie nowhere, and only the system itself sees them.
    """
    if actor.kind == "system":
        return Q(_Always())
    paths = actor.paths(permission)
    if EVERYWHERE in paths:
        return Q(_Somewhere(field))
    condition, path_of = Q(pk__in=[]), f"{field}__path" if field else "path"
    for path in paths:
        # A range rather than a prefix match, which SQLite would answer by reading the whole index; and a join rather than
        # a subquery, which both databases begin at the end where fewer rows are.
        condition |= subtree(path, field=path_of)
    return condition


def subtree(path: str, *, field: str = "organisation__path") -> Q:
    """The condition for rows whose ``field`` (the path of an organisation) is this one or lies below it."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": beyond(path)})


def under(paths: Iterable[str], *, field: str = "organisation__path") -> Q:
    """The condition for rows whose ``field`` lies in any of these subtrees; ``EVERYWHERE`` among them stands for all."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= subtree(path, field=field) if path != EVERYWHERE else Q(_Always())
    return condition


def covers(actor: Actor, permission: str, path: str) -> bool:
    """Whether one organisation, given by its path, lies where the actor holds the permission."""
    return actor.kind == "system" or any(path.startswith(mine) for mine in actor.paths(permission))


def tree_ends() -> dict[str, Subquery]:
    """The first and the last path of the tree, to be read along with a path that ``reach`` is asked about."""
    paths = Organisation.objects.order_by("path").values("path")
    return {"tree_begins": Subquery(paths[:1]), "tree_ends": Subquery(paths.reverse()[:1])}


def reach(path: str, begins: str | None, ends: str | None) -> str:
    """How far a post at a path reaches: at the only root, everywhere, for which no row need be looked up in the tree."""
    return EVERYWHERE if path == begins and ends is not None and ends.startswith(path) else path


def beyond(path: str) -> str:
    """The first path after a subtree, where its range ends.

    Signs outside the tree's alphabet would sort differently from one database collation to the next, so this counts
    inside it.
    """
    head, last = path[:-1], path[-1]
    if last == _ALPHABET[-1]:
        return beyond(head) + _ALPHABET[0]
    return head + _ALPHABET[_ALPHABET.index(last) + 1]


class _Always(Expression):
    """A condition that leaves no trace in the statement. An empty ``Q`` would vanish from a union with another."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """Nothing to write."""
        raise FullResultSet


class _Somewhere(_Always):
    """The row belongs to some organisation: asked only where the relation may be empty.

    Where it cannot be, the statement is the same as without scope; even ``IS NOT NULL`` would cost a count its short cut.
    """

    def __init__(self, relation: str) -> None:
        super().__init__()
        self.relation = relation

    def resolve_expression(self, query: Any = None, *given: Any, **named: Any) -> Any:
        """Look at the model that is asked."""
        if self.relation and _may_be_empty(query.model, self.relation):
            return IsNull(F(self.relation), False).resolve_expression(query, *given, **named)
        return _Always()


def _may_be_empty(model: type[Model] | None, path: str) -> bool:
    for part in path.split("__"):
        assert model is not None  # noqa: S101 — every part but the last is a relation
        field = model._meta.get_field(part)
        if field.null or not field.concrete:
            return True
        model = field.related_model
    return False
