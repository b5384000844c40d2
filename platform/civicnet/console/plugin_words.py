"""Plugins in words: their names, their state, and where they stand on which site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.models import Site

from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.standing import Standing


@dataclass(frozen=True, slots=True)
class State:
    """How a plugin stands: a kind for the style sheet, an icon, and words."""

    kind: str
    icon: str
    words: str


def listed(names: Iterable[Any]) -> str:
    """Names in a row, as the reader's language separates them."""
    return pgettext("between names", ", ").join(map(str, names))


def state_of(standing: Standing) -> State:
    """On, off, or something between."""
    if standing.enabled:
        return State("on", "check", pgettext("plugin", "on"))
    if any(one.mode == SiteMode.ON for one in standing.sites.values()):
        return State("part", "check", _("on for some sites"))
    if standing.sunset_until and standing.sunset_until > timezone.now():
        day = date_format(timezone.localtime(standing.sunset_until), "Y-m-d")
        return State("sunset", "time", _("off, answers null until %(day)s") % {"day": day})
    return State("off", "cross", pgettext("plugin", "off"))


def site_name(site: Site) -> str:
    """A site as people know it."""
    return f"{site.site_name} · {site.hostname}" if site.site_name else str(site.hostname)


def differing(standing: Standing, sites: Iterable[Site]) -> list[str]:
    """What single sites make of the switch, where it is not as everywhere."""
    words = {SiteMode.ON: _("always on at %(site)s"), SiteMode.OFF: _("always off at %(site)s")}
    return [
        words[SiteMode(standing.at(site.pk).mode)] % {"site": site_name(site)}
        for site in sites
        if standing.at(site.pk).mode != SiteMode.INHERIT
    ]
