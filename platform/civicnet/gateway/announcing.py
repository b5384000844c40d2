"""``schema.changed``: each site's webhooks are told when its schema is another than the one they know of.

What was told last is kept in a row, so that nothing is lost when a process dies between a switch and the telling, and an
update of a plugin or the end of a sunset is noticed too: the schedule compares what the switches did not announce.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.models import Site

from civicnet.contract import Event, Schedule
from civicnet.contract.events import PluginSwitched
from civicnet.delivery import kinds
from civicnet.delivery.posting import post
from civicnet.gateway.composer import ComposeError, compose
from civicnet.gateway.models import AnnouncedSchema
from civicnet.lifecycle.listeners import listen
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.schedules import register
from civicnet.lifecycle.snapshot import Snapshot, read

logger = logging.getLogger(__name__)
KIND = "schema.changed"
_SUNSET = "sunset"


def connect() -> None:
    """Offer the kind, and compare after every switch and once a minute."""
    kinds.offer(KIND, gettext_lazy("The GraphQL schema of a site has changed"))
    listen(PluginSwitched, _after_switch)
    label = gettext_lazy("Tell webhooks of changed schemas")
    register(Schedule("gateway.announce_schemas", label, announce_schemas, every=timedelta(minutes=1)))


def announce_schemas() -> int:
    """Post ``schema.changed`` for every site whose schema is not the one last told; returns for how many.

    A site whose schema cannot be composed is left as it is, and logged.
    """
    told = dict(AnnouncedSchema.objects.values_list("site_id", "digest"))
    posted = 0
    for site in Site.objects.all():
        snapshot = read(site.pk)
        try:
            digest = compose(snapshot.enabled, snapshot.sunset).digest
        except ComposeError:
            logger.exception("the schema of %s cannot be composed", site.hostname)
            continue
        if told.get(site.pk) != digest:
            posted += _announce(site, snapshot, digest)
    return posted


def _after_switch(event: Event) -> None:
    # One act may move several switches: the first of its events finds all that has changed.
    announce_schemas()


@transaction.atomic
def _announce(site: Site, snapshot: Snapshot, digest: str) -> bool:
    row, _new = AnnouncedSchema.objects.select_for_update().get_or_create(site=site)
    if row.digest == digest or row.generation > snapshot.generation:
        # Another process was here first.
        return False
    versions = {slug: str(registry.manifests[slug].version) for slug in snapshot.enabled}
    plugins = versions | dict.fromkeys(snapshot.sunset, _SUNSET)
    changed = {slug for slug, _version in row.plugins.items() ^ plugins.items()}
    payload = {
        "site": site.hostname,
        "previousHash": row.digest or None,
        "hash": digest,
        "generation": snapshot.generation,
        "plugins": sorted(changed),
        "sdlUrl": f"{site.root_url}{reverse('graphql_schema')}",
    }
    row.digest, row.generation, row.plugins, row.at = digest, snapshot.generation, plugins, timezone.now()
    row.save()
    post(kind=KIND, payload=payload, site_id=site.pk)
    return True
