"""Where sites begin: Wagtail keeps it in each process's own cache, which never hears of a change in another process.

Here it is kept under the generation of the picture in force. Each change of a site counts the generation up, and so does each
write of a site's home page, because that may have moved it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from wagtail.models import Site
from wagtail.models.sites import SiteRootPath

from civicnet.lifecycle.generation import bump
from civicnet.lifecycle.snapshot import in_force

_kept: tuple[int, list[SiteRootPath]] | None = None
_wagtails: Callable[[], list[SiteRootPath]] = Site.get_site_root_paths
_forget: Callable[[], None] = Site.clear_site_root_paths_cache


def follow() -> None:
    """Take the place of Wagtail's two functions; called once, when the room is ready."""
    from wagtail.signals import post_page_move

    Site.get_site_root_paths = staticmethod(site_root_paths)
    Site.clear_site_root_paths_cache = staticmethod(forget)
    post_page_move.connect(_moved, dispatch_uid="civicnet.lifecycle.site_roots")


def site_root_paths() -> list[SiteRootPath]:
    """Each site's home page by path, the longest path first. No statement while the generation stays the same."""
    global _kept
    snapshot = in_force()
    if snapshot is None or connection.in_atomic_block or getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return _wagtails()
    known = _kept
    if known is None or known[0] != snapshot.generation:
        # Read after the generation: a change in between is read already, and counts it up for the next request.
        known = _kept = snapshot.generation, _read()
    return known[1]


def forget() -> None:
    """A site or its home page was written: every process looks anew once that is committed."""
    _forget()
    bump()


def _read() -> list[SiteRootPath]:
    sites = Site.objects.select_related("root_page__locale")
    return [
        SiteRootPath(one.pk, one.root_page.url_path, one.root_url, one.root_page.locale.language_code)
        for one in sites.order_by("-root_page__url_path", "-is_default_site", "hostname")
    ]


def _moved(sender: Any, instance: Any, url_path_before: str, url_path_after: str, **_more: Any) -> None:
    # Wagtail looks at the moved page alone; a site's home may lie below it.
    if url_path_before != url_path_after and Site.objects.filter(root_page__path__startswith=instance.path).exists():
        forget()
