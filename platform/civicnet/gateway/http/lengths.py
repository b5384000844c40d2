"""The length of a body, as its sender says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Noughts before it count: Python refuses to read thousands of them.
_LENGTH = re.compile(r"[0-9]{1,12}")


def body_length(environ: Mapping[str, Any]) -> int | None:
    """Bytes of a request's body by its ``Content-Length``; None where none is told, or one that nobody can mean."""
    told = environ.get("CONTENT_LENGTH") or ""
    return int(told) if _LENGTH.fullmatch(told) else None
