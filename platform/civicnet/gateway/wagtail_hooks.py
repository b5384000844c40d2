"""What the gateway registers with Wagtail, once per process: the way from the editor to a preview in the portal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from civicnet.gateway.preview.portals import previewed_at
from civicnet.gateway.preview.views import open_preview

NAME = "civicnet_preview"


@hooks.register("register_admin_urls")
def register_preview() -> list[URLPattern]:
    """Behind the sign-in of the administration."""
    return [path("portal-preview/<int:page_id>/", open_preview, name=NAME)]


@hooks.register("register_page_header_buttons")
def offer_preview(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Where there is a portal for it, in a window of its own."""
    if view_name == "edit" and previewed_at(page):
        yield Button(
            _("Preview in the portal"),
            url=reverse(NAME, args=[page.pk]),
            icon_name="view",
            attrs={
                "target": "_blank",
                "rel": "noreferrer",
                "title": _("The latest saved text; save to see what you changed."),
            },
            priority=5,
        )
