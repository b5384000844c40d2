"""Purging: throw away, in every process, all kept answers that show something."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput, NotFound
from civicnet.gateway.cache.keeping import EVERYTHING
from civicnet.gateway.cache.surrogates import kind_of
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.parts import owner_of
from civicnet.ledger.stamps import stamped, touch


def purge(keys: Iterable[str]) -> list[str]:
    """Purge by keys: names of public types, global ids (all answers with nodes of their type go), or names of tables.

    Every process misses these answers from the commit on. Returns the kinds that were purged.

    Raises:
        NotFound: a key is none of the three; nothing is purged.
    """
    kinds = sorted({_kind(key) for key in keys})
    touch(*kinds)
    return kinds


def purge_everything() -> None:
    """Purge all kept answers in every process."""
    touch(EVERYTHING)


def _kind(key: str) -> str:
    if key in stamped():
        return key
    if owner_of(key):
        return kind_of(key)
    try:
        name = from_global_id(key)[0]
    except InvalidInput:
        name = ""
    if not owner_of(name):
        raise NotFound(
            _("“%(key)s” is no type, no id and no table. Look at the Surrogate-Key of an answer.") % {"key": key}
        )
    return kind_of(name)
