"""Marking: where words stand in a text, and the part of a long text that is worth showing for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# From 0xFF01 on the printable signs of ASCII stand once more, as wide as Chinese ones.
_WIDER = 0xFF01 - 0x21
AROUND = 60
_ENDS = "。！？；\n"


def pieces(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in pieces, and of each whether it is one of the words; letters and digits match in either case and width.

    The pieces in their order are the text. None is HTML, whatever signs it holds.
    """
    parts = _pattern(tuple(words)).split(text) if words else [text]
    return [(part, place % 2 == 1) for place, part in enumerate(parts) if part]


def excerpt(text: str, words: Sequence[str], *, around: int = AROUND) -> str:
    """The part of a text around the first of the words in it, between “…” where it is cut; empty where none stands in it.

    Args:
        around: how many signs are shown before the word and, twice as many, behind it.
    """
    found = _pattern(tuple(words)).search(text) if words else None
    if found is None:
        return ""
    start, end = max(0, found.start() - around), min(len(text), found.end() + 2 * around)
    # Where a sentence begins in between, it is a better beginning than the middle of one.
    starts = [place + 1 for place in range(start, found.start()) if text[place] in _ENDS]
    start = starts[-1] if starts else start
    shown = " ".join(text[start:end].split())
    return ("…" if start and not starts else "") + shown + ("…" if end < len(text) else "")


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    # The longest first: of two words that begin alike the shorter would hide the longer.
    either = "|".join("".join(map(_sign, one)) for one in sorted(words, key=len, reverse=True))
    return re.compile(f"({either})", re.IGNORECASE)


def _sign(sign: str) -> str:
    if "!" <= sign <= "~":
        return f"[{re.escape(sign)}{chr(ord(sign) + _WIDER)}]"
    return re.escape(sign)
