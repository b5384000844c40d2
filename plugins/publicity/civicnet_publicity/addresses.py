"""Addresses: where a page can be read, without asking the database for each."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site


def on_site(site_id: int, path: str) -> str:
    """The address of a path such as ``/news/title/`` on a site."""
    return next((f"{root.root_url}{path}" for root in Site.get_site_root_paths() if root.site_id == site_id), path)


def site_label(site_id: int) -> str:
    """A site as the outside names it: host, and the port if it is an unusual one."""
    return next(
        (root.root_url.partition("//")[2] for root in Site.get_site_root_paths() if root.site_id == site_id), ""
    )


def site_named(name: str) -> Site | None:
    """The site that answers under a host name, given with or without its port."""
    host, _colon, port = name.strip().lower().partition(":")
    found = Site.objects.filter(hostname=host).select_related("root_page")
    if port:
        found = found.filter(port=port) if port.isdigit() else found.none()
    return found.order_by("-is_default_site", "pk").first()


def relative(site: Site, page: Any) -> str:
    """The path of one of the site's own pages on it."""
    url_path: str = page["url_path"] if isinstance(page, dict) else page.url_path
    return url_path[len(site.root_page.url_path) - 1 :]
