"""Addresses that hold from outside: of pages on their own sites, and of what HTML refers to."""

from __future__ import annotations

import re

from wagtail.models import Site
from wagtail.models.sites import SiteRootPath

_OWN_ADDRESS = re.compile(r'(<(?:a|img)\b[^>]*\s(?:href|src)=")/(?!/)')


class Homes:
    """The sites as they are now, to be asked about many pages: they are looked up once."""

    def __init__(self) -> None:
        self._roots: list[SiteRootPath] = Site.get_site_root_paths()

    def absolute(self, url_path: str) -> str:
        """The address of a page at home, on its own site; empty when no site holds it."""
        root = self._root(url_path)
        return f"{root.root_url}{url_path[len(root.root_path) - 1 :]}" if root else ""

    def root_of(self, url_path: str) -> str:
        """The address of the site that is a page's home, without a slash at its end; empty when no site holds it."""
        root = self._root(url_path)
        return root.root_url if root else ""

    def site_of(self, url_path: str) -> int | None:
        """The number of the site that is a page's home; None when no site holds it."""
        root = self._root(url_path)
        return root.site_id if root else None

    def _root(self, url_path: str) -> SiteRootPath | None:
        # The longest come first, so that of two sites below each other the inner one is home.
        for one in self._roots:
            if url_path.startswith(one.root_path):
                return one
        return None


def absolute(url_path: str) -> str:
    """The address of one page at home, on its own site; empty when no site holds it."""
    return Homes().absolute(url_path)


def whole(address: str, root_url: str) -> str:
    """An address of ours from outside: one that begins at the root of a site, below the address of that site."""
    return f"{root_url}{address}" if address.startswith("/") and not address.startswith("//") else address


def portable(html: str, root_url: str) -> str:
    """The same HTML for other portals: pictures, files and pages of ours by their whole address."""
    return _OWN_ADDRESS.sub(rf"\1{root_url}/", html)
