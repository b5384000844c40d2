"""What the life cycle itself holds of a plugin: addresses, schedules, pages, and plugins that stand on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, Site, get_page_models

from civicnet.lifecycle.consequences import Consequence
from civicnet.lifecycle.hooks import HookError, one_of
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.pages import GatedPageMixin
from civicnet.lifecycle.rules import dependants_on
from civicnet.lifecycle.sites import site_label
from civicnet.lifecycle.standing import read_standings

FIRST_FEW = 20


def brought(slug: str, hook: str) -> list[Any]:
    """What a plugin contributes by a hook, on or off; nothing where it fails: that must not keep it from being switched off."""
    try:
        answer = one_of(slug, hook)
    except HookError:
        return []
    return list(answer.value or ()) if answer else []


def told(
    kind: str, label: str, names: Iterable[Any], *, count: int | None = None, serious: bool = False
) -> Consequence:
    """A consequence by the names of things: the first few of them, and how many there are."""
    every = [str(name) for name in names]
    return Consequence(kind, label, tuple(every[:FIRST_FEW]), len(every) if count is None else count, serious)


def consequences(slug: str, site_id: int | None) -> Iterator[Consequence]:
    """Addresses, schedules, live pages by site, and the plugins that cannot stay on without it."""
    addresses = [f"/{route.prefix}" for route in brought(slug, "routes")]
    yield told("addresses", _("These addresses open only while it is on."), addresses)
    schedules = [schedule.label for schedule in brought(slug, "schedules")]
    yield told("schedules", _("This work comes back by itself only while it is on."), schedules)
    pages = _live_pages(slug, site_id)
    lines = [
        ngettext("%(site)s: %(count)d page", "%(site)s: %(count)d pages", count)
        % {"site": site_label(site), "count": count}
        for site, count in pages
    ]
    label = _("These live pages are shown only while it is on.")
    yield told("pages", label, lines, count=sum(count for _site, count in pages), serious=True)
    dependants = map(plugin_label, dependants_on(slug, read_standings()))
    yield told("dependants", _("These plugins are on and cannot be without it."), dependants, serious=True)


def _live_pages(slug: str, site_id: int | None) -> Sequence[tuple[int, int]]:
    models = [one for one in get_page_models() if issubclass(one, GatedPageMixin) and one.plugin == slug]
    if not models:
        return []
    types = [one.pk for one in ContentType.objects.get_for_models(*models).values()]
    live = Page.objects.filter(live=True, content_type__in=types)
    sites = Site.objects.order_by("pk").values_list("pk", "root_page__path")
    counted = [
        # A range, because SQLite answers a prefix by reading every page.
        (pk, live.filter(path__range=(root, root + "Z" * Page.steplen)).count())
        for pk, root in sites
        if site_id in (None, pk)
    ]
    return [(pk, count) for pk, count in counted if count]
