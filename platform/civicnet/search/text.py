"""Texts as an index holds them: one form for all ways of writing a sign, and tokens that no database takes apart any more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

# What is written without spaces: Han signs with 〇 and 々, kana, and Hangul, whose particles cling to their words.
_UNSPACED = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_PART = re.compile(rf"(?:[{_UNSPACED}]+)|(?:(?![{_UNSPACED}])[^\W_])+")
_UNSPACED_TEXT = re.compile(rf"[{_UNSPACED}]+")
# Signs without width that editors leave within words, and the one that PostgreSQL holds in no text.
_NOTHING = re.compile("[\0\u00ad\u200b-\u200f\u2060\ufeff]")
# Longer ones are no words; PostgreSQL refuses a token of 2 KB.
LONGEST_TOKEN = 64


def plain(text: str) -> str:
    """The text with full-width and compatibility signs as their common ones, in small letters."""
    return _NOTHING.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_unspaced(text: str) -> bool:
    """Whether the text is Chinese or Korean through and through: no spaces tell where its words end."""
    return _UNSPACED_TEXT.fullmatch(text) is not None


def parts(text: str) -> list[str]:
    """Runs of Chinese and other words of a plain text, in order; what stands between them is left out."""
    return [found.group() for found in _PART.finditer(text)]


def tokens(text: str) -> list[str]:
    """The tokens of a plain text in order: every pair of neighbours of a Chinese run and its last sign, other words whole."""
    return [token for part in parts(text) for token in _tokens_of(part)]


def asked_tokens(text: str) -> tuple[Sequence[str], bool]:
    """The tokens that stand one after another wherever the plain text stands, and whether the last may be a beginning only.

    A single Chinese sign is one: it begins a pair, or ends a run.
    """
    asked = tokens(text)
    if not asked or not is_unspaced(asked[-1]):
        return asked, False
    if len(asked) > 1 and len(asked[-2]) == 2 and asked[-2][1] == asked[-1] and is_unspaced(asked[-2]):
        # In the text the run may go on.
        return asked[:-1], False
    return asked, True


def _tokens_of(part: str) -> Iterator[str]:
    if not is_unspaced(part):
        yield part[:LONGEST_TOKEN]
        return
    for place in range(len(part) - 1):
        yield part[place : place + 2]
    yield part[-1]
