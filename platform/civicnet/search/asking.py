"""What is asked of an index: words as tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from civicnet.search.text import asked_tokens, is_unspaced
from civicnet.search.words import word_token, words_in


@dataclass(frozen=True, slots=True)
class Term:
    """A word that has to stand in a text. ``beginning``: of the last token, the beginning is enough."""

    text: str
    tokens: tuple[str, ...]
    beginning: bool

    @property
    def meant(self) -> Term | None:
        """The same as a word that the dictionary sees; None where no dictionary is asked."""
        if len(self.text) < 2 or not is_unspaced(self.text):
            return None
        return Term(self.text, (word_token(self.text),), False)


def terms_of(words: Iterable[str], *, typed: bool = False) -> list[Term]:
    """The terms of plain words. ``typed``: the last word may be written half, as long as a reader types."""
    found = []
    for word in words:
        asked, beginning = asked_tokens(word)
        if asked:
            found.append(Term(word, tuple(asked), beginning))
    if typed and found:
        last = found[-1]
        # Letters go on; two signs of Chinese are found wherever they stand.
        goes_on = last.beginning or not is_unspaced(last.tokens[-1])
        found[-1] = Term(last.text, last.tokens, goes_on)
    return found


def asked_by(query: str, *, typed: bool = False) -> list[Term]:
    """The terms that a reader's query asks for."""
    return terms_of(words_in(query), typed=typed)
