"""Words: what a caller wrote into a search, taken apart."""

from __future__ import annotations

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.search.words import words_in, written_words

MOST_SIGNS = 100
MOST_WORDS = 8


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query, each once; all of them have to be found (``civicnet.search.words.words_in``).

    Raises:
        InvalidInput: there is none, or too much; ``field`` is ``query``.
    """
    written = written_words(query) if len(query) <= MOST_SIGNS else ()
    if not 1 <= len(written) <= MOST_WORDS:
        told = {"signs": MOST_SIGNS, "words": MOST_WORDS}
        raise InvalidInput(_("Search for 1 to %(words)d words of %(signs)d signs together.") % told, field="query")
    return words_in(query)
