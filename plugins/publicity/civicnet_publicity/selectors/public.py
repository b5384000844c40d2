"""What anybody may read: live, published at some time, and under no restriction of its own or from above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Expression, F, Q
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler

from civicnet.gateway.content.tree_paths import STEP, range_below
from civicnet.gateway.content.visible import readable

__all__ = ["STEP", "Above", "below", "range_below", "readable", "standing_in"]


def below(path: str, *, levels: int = 1) -> Q:
    """The condition for pages below a path."""
    return Q(path__range=range_below(path, levels=levels))


def standing_in(paths: Sequence[Any]) -> Q:
    """The condition for pages right below one of these paths."""
    return Q(In(Above(F("path")), list(paths)))


class Above(Expression):
    """The path of the page above, written just as the index ``civicnet_page_by_parent`` has it."""

    output_field = CharField()

    def __init__(self, path: Any) -> None:
        super().__init__()
        self.path = path

    def get_source_expressions(self) -> list[Any]:
        """The page's own path."""
        return [self.path]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """As resolved."""
        (self.path,) = exprs

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """No parameters: an index is only found by an expression that is the same in every statement."""
        sql, given = compiler.compile(self.path)
        return f"substr({sql}, 1, length({sql}) - {STEP})", (*given, *given)
