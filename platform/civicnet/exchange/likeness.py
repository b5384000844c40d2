"""Likeness of wordings: whether a question, in Chinese or English, asks for what goes by another name elsewhere."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

EXACT = 1.0
_FILLERS = re.compile(
    r"请(?:您|你)?(?:如实)?(?:填写|填报|输入|提供|选择|写明)|填写|您的|你的|本人的?|是多少|是什么|有多少|的"
    r"|\b(?:please|enter|state|give|your|the|of|an?|what|is)\b"
)
_NO_WORD = re.compile(r"[^\w]|_")
# Below these, two wordings have letters in common and nothing else.
_CONTAINED, _SIMILAR = 0.5, 0.75
_SHORTEST = 3


def alike(one: str, other: str) -> float:
    """How much two wordings mean the same: 0 not at all, ``EXACT`` when they differ in polite words and signs only."""
    first, second = sorted((_core(one), _core(other)), key=len)
    if not first:
        return 0.0
    if first == second:
        return EXACT
    share = len(first) / len(second)
    if first in second and share >= _CONTAINED and len(first) >= _SHORTEST:
        return 0.8 + share / 10
    ratio = SequenceMatcher(None, first, second, autojunk=False).ratio() if share >= _CONTAINED else 0.0
    return ratio * 0.8 if ratio >= _SIMILAR else 0.0


@lru_cache(maxsize=4096)
def _core(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub("", _FILLERS.sub("", plain))
