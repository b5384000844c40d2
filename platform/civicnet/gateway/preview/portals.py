"""Portals: which of them previews a page, and what can be previewed on its site."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from wagtail.models import Page

from civicnet.contract import Draft
from civicnet.gateway.composer import compose
from civicnet.gateway.preview.services import site_of, type_of
from civicnet.lifecycle.sites import site_names
from civicnet.lifecycle.snapshot import read


def previewed_at(page: Page) -> str | None:
    """The address at which a portal previews this page, with ``{token}`` in it; None where there is no portal for that."""
    if not settings.CIVICNET_PREVIEW_URLS or not page.pk or type_of(page) not in drafts_of(page):
        return None
    address = settings.CIVICNET_PREVIEW_URLS.get(site_names().get(site_of(page) or 0, ""))
    return str(address) if address else None


def drafts_of(page: Page) -> Mapping[str, Draft]:
    """What can be previewed on the site of a page: by the plugins that are on there, while administration sees those of all."""
    site = site_of(page)
    if site is None:
        return {}
    snapshot = read(site)
    return compose(snapshot.enabled, snapshot.sunset).drafts
