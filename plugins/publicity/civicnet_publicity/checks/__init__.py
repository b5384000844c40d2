"""Checks of an article: what an office would lose marks for, found before readers find it.

Each kind is one pure function from the article's plain parts, and what is known besides, to findings. Nothing here reads or
writes the database: ``selectors.checking`` knows, ``services.gate`` stops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from civicnet_publicity.checks.dates import dates
from civicnet_publicity.checks.disclosure import disclosure
from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.links import links
from civicnet_publicity.checks.meta import meta
from civicnet_publicity.checks.parts import Parts
from civicnet_publicity.checks.people import people
from civicnet_publicity.checks.personal_data import personal_data
from civicnet_publicity.checks.pictures import pictures
from civicnet_publicity.checks.typed import typed
from civicnet_publicity.checks.videos import videos
from civicnet_publicity.checks.wechat import wechat
from civicnet_publicity.checks.words import words

Check = Callable[[Parts, Known], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    *(words, people, dates, personal_data, links, pictures, videos, meta, disclosure, typed, wechat),
)

__all__ = ["CHECKS", "Finding", "Known", "Parts", "Severity", "findings_of"]


def findings_of(parts: Parts, known: Known) -> list[Finding]:
    """Everything that is found, blockers first, each group in the order in which it is read. Sentences are in the language
    that is active now."""
    found = [finding for check in CHECKS for finding in check(parts, known)]
    places = {name: at for at, name in enumerate(parts.order)}
    return sorted(found, key=lambda one: (one.severity.rank, places.get(one.field, len(places)), one.number, one.start))
