"""``content.changed``: webhooks are told that there is something to read in the feed, never what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy
from django_tasks import task
from wagtail.models import Site

from civicnet.access.actors import client_actor
from civicnet.delivery import kinds
from civicnet.delivery.models import Webhook
from civicnet.delivery.posting import post_once, wanted
from civicnet.gateway.feed.followed import feeds, plugin_of_type
from civicnet.gateway.feed.sequencer import catch_up, on_told
from civicnet.ledger.models import ChangeRecord
from civicnet.lifecycle.snapshot import read, using

KIND = "content.changed"
_SECONDS = 5.0


def connect() -> None:
    """Offer the kind, and look soon after each deed that is written into the change log; the schedule finds the rest."""
    kinds.offer(KIND, gettext_lazy("What portals can read has changed"))
    on_told(announce)
    post_save.connect(_after_a_deed, sender=ChangeRecord, dispatch_uid="civicnet.gateway.feed")


def announce(counts: Mapping[str, int]) -> None:
    """Tell each webhook, for each of its sites, how many changes of which types it may read there now."""
    if not wanted(KIND):
        return
    for site in Site.objects.all():
        with using(read(site.pk)) as snapshot:
            served = {name: number for name, number in counts.items() if snapshot.is_on(plugin_of_type(name))}
            post_once(kind=KIND, payload=partial(_payload, site.hostname, served), joined=_joined, site_id=site.pk)


@task
def tell_changes() -> None:
    """Bring the feed forward, so that webhooks go out."""
    catch_up(seconds=_SECONDS)


def _after_a_deed(sender: type, **_given: Any) -> None:
    if not any(one[1] is _wake for one in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if wanted(KIND):
        tell_changes.enqueue()


def _payload(host: str, counts: Mapping[str, int], webhook: Webhook) -> dict[str, Any] | None:
    actor = client_actor(webhook.client)
    followed = feeds()
    seen = {
        name: n for name, n in counts.items() if not followed[name].permission or actor.may(followed[name].permission)
    }
    return {"site": host, "changes": seen} if seen else None


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    counts = {**old["changes"]}
    for name, number in new["changes"].items():
        counts[name] = counts.get(name, 0) + number
    return {**old, "changes": counts}
