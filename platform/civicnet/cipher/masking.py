"""Personal values as screens show them: the ends, and stars between."""

from __future__ import annotations

import re

_GAP = r"[\s\-‐-―.·_]{0,2}"
# Mobile numbers, ID numbers and landlines, as people write them among other words; \d takes full-width digits, too.
_NUMBERS = re.compile(
    rf"(?<!\d)(?:(?:[+＋]|00)?86{_GAP})?[1１][3-9３-９]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)"
    rf"|(?<!\d)[1-9１-９]\d{{5}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXxＸｘ](?!\d)"
    rf"|(?<!\d)[0０]\d{{2,3}}{_GAP}\d{{7,8}}(?!\d)"
)


def mask(text: str, *, head: int = 3, tail: int = 4) -> str:
    """The first and last signs of a value, the middle hidden. Short values are hidden whole."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[-tail:]}"


def mask_numbers(text: str) -> str:
    """Words in which somebody has left a phone or ID number, the number masked."""
    return _NUMBERS.sub(lambda found: mask(found[0]), text)
