"""Panels: the stations on the home pages of the public sites, where a site wants them."""

from __future__ import annotations

from civicnet.contract import Panel
from civicnet.lifecycle.snapshot import plugin_settings
from django.template.loader import render_to_string

from acme_station.listing import listed

SLOT = "home.services"
_SHOWN = 3


def panels_in(slot: str) -> list[Panel]:
    """A few stations by name and the way to all of them; nothing where the title is left empty or there is none."""
    title = plugin_settings("station")["home_title"]
    if slot != SLOT or not title:
        return []
    lines = listed()
    if not lines:
        return []
    names = [one["row"]["name"] for one in lines[:_SHOWN]]
    html = render_to_string("station/home_panel.html", {"title": title, "names": names, "count": len(lines)})
    return [Panel(html, order=200)]
