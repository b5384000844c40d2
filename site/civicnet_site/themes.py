"""The theme of a request: which of the public sites is asked, and how it looks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import Site

from civicnet_site.models import SiteTheme, Theme

SENIOR_COOKIE = "civicnet_senior"
# These have looks of their own.
_UNTHEMED = ("/admin/", "/graphql/", "/desk/", "/documents/")


def theme(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``theme``, ``theme_base``, ``theme_settings``, and whether the reader chose the senior mode.

    One statement a request, and none where no theme is worn.
    """
    if request.path.startswith(_UNTHEMED):
        return {}
    settings = settings_of(request)
    return {
        "theme": settings.theme,
        "theme_base": f"themes/{settings.theme}/base.html",
        "theme_settings": settings,
        "senior": request.COOKIES.get(SENIOR_COOKIE) == "1",
    }


def settings_of(request: HttpRequest) -> SiteTheme:
    """The settings of the site that is asked; defaults for a site without a row, which a GET must not create."""
    known: SiteTheme | None = getattr(request, "_civicnet_theme", None)
    if known is None:
        site = Site.find_for_request(request)
        known = SiteTheme.objects.select_related("logo", "site_mark").filter(site=site).first()
        if known is None:
            known = SiteTheme(site=site, theme=Theme.GOV)
        elif site is not None:
            known.site = site
        request._civicnet_theme = known  # type: ignore[attr-defined]
    return known
