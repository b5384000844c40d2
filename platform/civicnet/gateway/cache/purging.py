"""Purging by hand: throw away, in every process and in caches in front of us, all kept answers that show something."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, InvalidInput, NotFound, require
from civicnet.gateway.cache.keeping import EVERYTHING
from civicnet.gateway.cache.outgoing import tell_caches
from civicnet.gateway.cache.surrogates import ALL_KEY, kind_of, node_key
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.parts import owner_of
from civicnet.ledger.services import record
from civicnet.ledger.stamps import stamped, touch
from civicnet.lifecycle.models import Generation

PERMISSION = "civicnet_gateway.purge_cache"
MOST = 100


@dataclass(frozen=True, slots=True)
class _Purged:
    """What one key means: the kind of our own entries, and the surrogate key that caches in front of us know."""

    kind: str
    key: str


@transaction.atomic
def purge(*, actor: Actor, reason: str, keys: Collection[str] = (), everything: bool = False) -> list[str]:
    """Purge by keys, or everything: names of public types, global ids, or names of tables. Returns what went, in order.

    Every process misses these answers from the commit on: of an id, all answers with nodes of its type. Caches in front of us
    are told soon after; of a table, which they do not know, they forget everything.

    Raises:
        Refused: the actor may not purge.
        InvalidInput: there are no keys or too many, keys beside ``everything``, or no reason was given.
        NotFound: a key is none of the three; nothing is purged.
    """
    require(actor.may(PERMISSION))
    if bool(keys) == everything or len(keys) > MOST:
        raise InvalidInput(
            _("Name 1 to %(most)d types, ids or tables, or choose everything alone.") % {"most": MOST}, field="keys"
        )
    if not reason.strip():
        raise InvalidInput(_("Say why, in one sentence."), field="reason")
    found = [_Purged(EVERYTHING, ALL_KEY)] if everything else [_meant(key) for key in keys]
    kinds = sorted({one.kind for one in found})
    touch(*kinds)
    tell_caches({one.key for one in found})
    told = {"purged": ["*"] if everything else sorted(set(keys))}
    state, _new = Generation.objects.get_or_create(pk=1)
    record(actor=actor, action="gateway.purge_cache", subject=state, after=told, reason=reason)
    return told["purged"]


def _meant(key: str) -> _Purged:
    if key in stamped():
        return _Purged(key, ALL_KEY)
    if owner_of(key):
        return _Purged(kind_of(key), key)
    try:
        name = from_global_id(key)[0]
    except InvalidInput:
        name = ""
    if not owner_of(name):
        raise NotFound(
            _("“%(key)s” is no type, no id and no table. Look at the Surrogate-Key of an answer.") % {"key": key},
            field="keys",
        )
    return _Purged(kind_of(name), node_key(key))
