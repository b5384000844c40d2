"""Repeats: in development, a statement that one request runs again and again is named, with the fields that run it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import connections
from graphql import GraphQLResolveInfo, MiddlewareManager

logger = logging.getLogger(__name__)

# The field that is being resolved, as schema coordinates give it: its path without the numbers of rows.
_field: ContextVar[str] = ContextVar("civicnet_gateway_field", default="")
