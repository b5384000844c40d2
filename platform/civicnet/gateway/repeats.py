"""Repeats: in development, a statement that one request runs again and again is named, with the fields that run it."""

from __future__ import annotations

import logging
from contextvars import ContextVar

logger = logging.getLogger(__name__)

# The field that is being resolved, as schema coordinates give it: its path without the numbers of rows.
_field: ContextVar[str] = ContextVar("civicnet_gateway_field", default="")
