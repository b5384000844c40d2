"""``content.changed``: webhooks are told that there is something to read in the feed, never what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy
from django_tasks import task
from wagtail.models import Site

from civicnet.access.actors import client_actor
from civicnet.delivery import kinds
from civicnet.delivery.models import Webhook
from civicnet.delivery.posting import post_once, wanted
from civicnet.gateway.feed.followed import feeds, plugin_of_type, sight
from civicnet.gateway.feed.models import FeedEntry
from civicnet.gateway.feed.sequencer import catch_up, on_told
from civicnet.ledger.models import ChangeRecord
from civicnet.lifecycle.snapshot import read, using

KIND = "content.changed"
_SECONDS = 5.0
# Kinds for whose sake the feed is brought forward at once.
_woken_for = {KIND}


def connect() -> None:
    """Offer the kind, and look soon after each deed that is written into the change log; the schedule finds the rest."""
    kinds.offer(KIND, gettext_lazy("What portals can read has changed"))
    on_told(announce)
    post_save.connect(_after_a_deed, sender=ChangeRecord, dispatch_uid="civicnet.gateway.feed")


def announce(types: Collection[str], places: range) -> None:
    """Tell each webhook, for each of its sites, how many of these changes of which types it may read there now."""
    if not wanted(KIND):
        return
    for site in Site.objects.all():
        with using(read(site.pk)) as snapshot:
            served = [name for name in types if snapshot.is_on(plugin_of_type(name))]
            payload = partial(_payload, site.hostname, served, places)
            post_once(kind=KIND, payload=payload, joined=_joined, site_id=site.pk)


def wake_for(kind: str) -> None:
    """Have the feed brought forward soon after a deed for webhooks of this kind too; called when the app is ready."""
    _woken_for.add(kind)


@task
def tell_changes() -> None:
    """Bring the feed forward, so that webhooks go out."""
    catch_up(seconds=_SECONDS)


def _after_a_deed(sender: type, **_given: Any) -> None:
    if not any(one[1] is _wake for one in transaction.get_connection().run_on_commit):
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    if wanted(*_woken_for):
        tell_changes.enqueue()


def _payload(host: str, types: Collection[str], places: range, webhook: Webhook) -> dict[str, Any] | None:
    actor, followed = client_actor(webhook.client), feeds()
    seen = Q(pk__in=[])
    for name in types:
        seen |= sight(followed[name], actor)
    told = FeedEntry.objects.filter(seen, sequence__range=(places.start, places.stop - 1)).order_by("type")
    counts = {row["type"]: row["n"] for row in told.values("type").annotate(n=Count("pk"))}
    return {"site": host, "changes": counts} if counts else None


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    counts = {**old["changes"]}
    for name, number in new["changes"].items():
        counts[name] = counts.get(name, 0) + number
    return {**old, "changes": counts}
