"""Arrays of PostgreSQL as one text: its driver looks at each value by itself, which costs more than sending it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def array(values: Iterable[Any]) -> str:
    """An array literal, to be cast to its type: ``%s::text[]``."""
    texts = [value if value is None or type(value) is str else str(value) for value in values]
    if not texts:
        return "{}"
    if None not in texts:
        plain = '","'.join(texts)
        # Nothing in it needs an escape but the quotes that were just put in.
        if "\\" not in plain and plain.count('"') == 2 * (len(texts) - 1):
            return f'{{"{plain}"}}'
    return f"{{{','.join(map(_quoted, texts))}}}"


def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
