"""Among: rows whose column has one of many values, as one parameter: a list of a thousand costs more than the rows do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BooleanField, Expression, F
from django.db.models.sql.compiler import SQLCompiler

from civicnet.ledger.arrays import array


class Among(Expression):
    """The condition that a field (by its path, as in ``filter``) has one of these texts, numbers or days."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, path: str, values: Iterable[Any]) -> None:
        super().__init__()
        self.column: Any = F(path)
        self.values = [*values]

    def get_source_expressions(self) -> list[Any]:
        """What Django resolves."""
        return [self.column]

    def set_source_expressions(self, expressions: Sequence[Any]) -> None:
        """What Django has resolved."""
        (self.column,) = expressions

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """An array on PostgreSQL, a list in JSON on SQLite."""
        column, parameters = compiler.compile(self.column)
        if connection.vendor == "sqlite":
            return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(self.values, default=str))  # noqa: S608 - compiled
        kind = self.column.target.rel_db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", (*parameters, array(self.values))
