"""``cache.purge``: caches in front of us are told by which surrogate keys to forget what they hold.

What they are told comes from the change feed, so it goes out soon after a commit, together with what still waits, and is tried
again until it arrives. An answer of one type may show another's by number, as a column counts its articles, or not show what is
new: so it is the plugin's key that is told, and the types for those who want to know more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from civicnet.contract import ANONYMOUS, Event
from civicnet.contract.events import PluginSwitched
from civicnet.delivery import kinds
from civicnet.delivery.posting import post_together, wanted
from civicnet.gateway.cache.surrogates import ALL_KEY, HOST_KEY, plugin_key
from civicnet.gateway.feed.announcing import wake_for
from civicnet.gateway.feed.followed import feeds, plugin_of_type, sight
from civicnet.gateway.feed.models import FeedEntry
from civicnet.gateway.feed.sequencer import on_told
from civicnet.lifecycle.listeners import listen

KIND = "cache.purge"
# Caches take no more in one message, and some of them in a header, which has an end: what waited for long is everything.
_MOST_KEYS = 256


def connect() -> None:
    """Offer the kind, and tell of changes and of switches."""
    kinds.offer(KIND, gettext_lazy("Public answers that a cache holds are out of date"), keys=True)
    on_told(_after_changes)
    wake_for(KIND)
    listen(PluginSwitched, _after_switch)


def tell_caches(keys: Iterable[str]) -> None:
    """Have caches forget what stands under these surrogate keys, once the transaction has committed."""
    if wanted(KIND):
        post_together(kind=KIND, payload=_payload(keys), joined=_joined)


def _after_changes(types: Collection[str], places: range) -> None:
    if not wanted(KIND):
        return
    public, followed = Q(pk__in=[]), feeds()
    for name in types:
        # What caches hold is what anybody may read.
        public |= sight(followed[name], ANONYMOUS)
    told = FeedEntry.objects.filter(public, sequence__range=(places.start, places.stop - 1))
    changed = set(told.order_by().values_list("type", flat=True).distinct())
    if changed:
        # Menus and addresses of the host are made from pages that plugins bring.
        tell_caches({HOST_KEY, *changed, *(plugin_key(plugin_of_type(name)) for name in changed)})


def _after_switch(event: Event) -> None:
    tell_caches([ALL_KEY])


def _payload(keys: Iterable[str]) -> dict[str, Any]:
    given = set(keys)
    return {"keys": [ALL_KEY] if ALL_KEY in given or len(given) > _MOST_KEYS else sorted(given)}


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return _payload([*old["keys"], *new["keys"]])
