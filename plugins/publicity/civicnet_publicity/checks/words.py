"""Words that are misspelt, sensitive, or no right title, from the dictionary that the office keeps."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from civicnet_publicity.checks.dictionary import Entry
from civicnet_publicity.checks.findings import Finding
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts


def words(parts: Parts, known: Known) -> Iterator[Finding]:
    """Every entry of the dictionary, in every text."""
    for piece in parts.pieces:
        for hit in known.dictionary.hits(piece.text):
            yield piece.finding(
                f"word_{hit.entry.kind.lower()}",
                hit.entry.severity,
                _sentence(hit.entry),
                hit.start,
                hit.end,
                suggestion=hit.entry.right,
            )


def _sentence(entry: Entry) -> str:
    gaps = {"word": entry.wrong, "right": entry.right, "reason": entry.reason}
    if entry.right and entry.reason:
        return _("“%(word)s”: write “%(right)s”. %(reason)s") % gaps
    if entry.right:
        return _("“%(word)s”: write “%(right)s”.") % gaps
    return _("“%(word)s” should not stand here. %(reason)s") % gaps
