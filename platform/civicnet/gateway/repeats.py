"""Repeats: in development, a statement that one request runs again and again is named, with the field that runs it."""

from __future__ import annotations

import logging
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections
from graphql import GraphQLResolveInfo

logger = logging.getLogger(__name__)
# So often may one field of one request run the same statement.
MOST = 3
_SHOWN = 500


def watched() -> AbstractContextManager[None]:
    """Warn of statements that repeat within; outside development it watches nothing and costs nothing.

    ``CIVICNET_WARN_REPEATS`` says whether, and where it is not set, ``DEBUG`` does.
    """
    wanted = settings.CIVICNET_WARN_REPEATS
    return _watching() if (settings.DEBUG if wanted is None else wanted) else nullcontext()


@contextmanager
def _watching() -> Iterator[None]:
    seen: dict[tuple[str, str], int] = defaultdict(int)

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("SELECT"):
            seen[sql, _field()] += 1
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for connection in connections.all(initialized_only=True):
            stack.enter_context(connection.execute_wrapper(note))
        yield
    for (sql, field), times in seen.items():
        if times > MOST:
            logger.warning("%s ran one statement %d times in one request: %s", field, times, sql[:_SHOWN])


def _field() -> str:
    # Whatever executes hands a resolver its info, so the nearest caller that has one is the field's.
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        info = frame.f_locals.get("info")
        if isinstance(info, GraphQLResolveInfo):
            # Rows of a list are one field.
            return ".".join(str(one) for one in info.path.as_list() if not isinstance(one, int))
        frame = frame.f_back
    return "no field"
