"""Words: where a dictionary sees them in Chinese, and which of them a reader asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from civicnet.search.text import is_unspaced, parts, plain

# A dictionary's word as a token. No pair of neighbours and no other word looks like it.
_MARK = "w"
# So many signs are looked for as they stand: 垃圾分类, 精神文明. Of more, the words may stand apart.
LONGEST_LITERAL = 4
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile('[“"「『]([^“”"「」『』]+)[”"」』]')


def cut(text: str) -> list[str]:
    """The pieces of a plain text, one behind another, as the dictionary cuts it."""
    # 34 MB and a quarter of a second: for processes that search or index.
    import rjieba

    found: list[str] = rjieba.cut(text)
    return found


def dictionary_tokens(text: str) -> list[str]:
    """The words of two signs and more that the dictionary sees in a plain text.

    The longest alone: who looks for 民法 means no 人民法院, and finds it all the same by its pairs, further down.
    """
    return [word_token(word) for word in cut(text) if len(word) > 1 and is_unspaced(word)]


def word_token(word: str) -> str:
    """The token of a dictionary's word."""
    return _MARK + word


def written_words(query: str) -> tuple[str, ...]:
    """What stands between the spaces and punctuation of a query, in plain signs, each once."""
    return tuple(dict.fromkeys(_WORD.findall(plain(query))))


def words_in(query: str) -> tuple[str, ...]:
    """What a query asks for, in plain signs: words of which each stands in a text as it is, in any order.

    Spaces and punctuation part them. More than four Chinese signs in one go are cut by the dictionary, unless in quotation
    marks: then a text has to hold the very same.
    """
    found: list[str] = []
    for place, piece in enumerate(_QUOTED.split(plain(query))):
        for word in _WORD.findall(piece):
            found.extend([word] if place % 2 else _asked_by(word))
    return tuple(dict.fromkeys(found))


def _asked_by(word: str) -> Iterator[str]:
    runs = parts(word)
    if all(len(run) <= LONGEST_LITERAL or not is_unspaced(run) for run in runs):
        yield word
        return
    for run in runs:
        if len(run) <= LONGEST_LITERAL or not is_unspaced(run):
            yield run
            continue
        pieces = cut(run)
        # 的 and 和 are in every text; but of a name that the dictionary does not know nothing else may be left.
        yield from [piece for piece in pieces if len(piece) > 1] or [run]
