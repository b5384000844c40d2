"""Personal values as screens show them: the ends, and stars between."""

from __future__ import annotations


def mask(text: str, *, head: int = 3, tail: int = 4) -> str:
    """The first and last signs of a value, the middle hidden. Short values are hidden whole."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[-tail:]}"
