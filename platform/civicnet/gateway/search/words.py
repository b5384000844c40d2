"""Words: what a reader wrote into a search, taken apart."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput

MOST_SIGNS = 100
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")


def words_of(query: str) -> tuple[str, ...]:
    """The words between spaces and punctuation, each once; all of them have to be found. Chinese stays in one piece.

    Raises:
        InvalidInput: there is none, or too much; ``field`` is ``query``.
    """
    words = tuple(dict.fromkeys(_WORD.findall(query))) if len(query) <= MOST_SIGNS else ()
    if not 1 <= len(words) <= MOST_WORDS:
        told = {"signs": MOST_SIGNS, "words": MOST_WORDS}
        raise InvalidInput(_("Search for 1 to %(words)d words of %(signs)d signs together.") % told, field="query")
    return words
