"""Where the plugin answers; each prefix is declared in plugin.toml."""

from __future__ import annotations

from civicnet.contract import Route
from django.urls import path

from acme_station import views


def routes() -> list[Route]:
    """All public URLs."""
    return [Route(prefix="p/station/", urlpatterns=[path("", views.index, name="index")])]
