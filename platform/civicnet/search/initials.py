"""Initials: the first letters of pinyin, by which people look for names and titles."""

from __future__ import annotations

from civicnet.search.text import LONGEST_TOKEN, is_unspaced, plain
from civicnet.search.words import cut


def initials(text: str) -> list[str]:
    """The initials of a title from each of its words to the end: ``qgwmcs``, ``wmcs``, ``cs`` of 全国文明城市.

    A sign that is read in several ways is read as in its word: 重庆 is ``cq``, 重要 is ``zy``. Letters and digits stay.
    """
    letters = [_letters(word) for word in cut(plain(text))]
    starts = (place for place, one in enumerate(letters) if one)
    return list(dict.fromkeys("".join(letters[place:])[:LONGEST_TOKEN] for place in starts))


def _letters(word: str) -> str:
    if not is_unspaced(word):
        return word if word.isalnum() else ""
    # 56 MB and a third of a second: for processes that index.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER, errors="ignore"))
