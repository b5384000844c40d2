"""Errors: located as the library locates them, kept where null is allowed, raised further where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import FieldNode, GraphQLOutputType, is_non_null_type, located_error

from civicnet.gateway.compiled.running import Place, Run, keys_of

Fail = Callable[[Run, Exception, Place], Any]


def failing(kind: GraphQLOutputType, nodes: list[FieldNode]) -> Fail:
    """What happens to an error at a place of this type: it is kept and the place is null, or it is raised, located."""
    non_null = is_non_null_type(kind)

    def fail(run: Run, error: Exception, place: Place) -> None:
        located = located_error(error, nodes, keys_of(place))
        if non_null:
            raise located
        run.errors.append(located)

    return fail
