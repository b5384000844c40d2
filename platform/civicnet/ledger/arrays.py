"""Arrays of PostgreSQL as one text: its driver looks at each value by itself, which costs more than sending it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def array(values: Iterable[Any]) -> str:
    """An array literal, to be cast to its type: ``%s::text[]``."""
    given = [*values]
    texts = [value if type(value) is str else str(value) for value in given]
    if not texts:
        return "{}"
    if None not in given:
        plain = '","'.join(texts)
        # Nothing in it needs an escape but the quotes that were just put in.
        if "\\" not in plain and plain.count('"') == 2 * (len(texts) - 1):
            return f'{{"{plain}"}}'
    pairs = zip(given, texts, strict=True)
    return f"{{{','.join('NULL' if value is None else _quoted(text) for value, text in pairs)}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
