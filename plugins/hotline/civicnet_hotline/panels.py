"""Panels: what the hotline shows on pages of the host."""

from __future__ import annotations

from django.template.loader import render_to_string

from civicnet.contract import Panel

SLOT = "home.services"


def panels_in(slot: str) -> list[Panel]:
    """On home pages the way to ask and to see how far it has come; elsewhere nothing."""
    return [Panel(render_to_string("hotline/home_panel.html"))] if slot == SLOT else []
