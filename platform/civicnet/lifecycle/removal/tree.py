"""The tree of pages: what it must count anew when whole branches go and come back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from wagtail.models import Page, Site


def parents_of(tops: Iterable[Page]) -> dict[int, dict[str, Any]]:
    """Under which pages branches hang, by id: their place, their address, and what people call them."""
    found: dict[int, dict[str, Any]] = {}
    for path in {top.path[: -Page.steplen] for top in tops} - {""}:
        parent = Page._base_manager.get(path=path)
        found[parent.pk] = {"path": path, "url_path": parent.url_path, "title": parent.title}
    return found


def mend(parents: Iterable[int]) -> None:
    """Let pages count their children anew, and processes forget which site begins where."""
    for parent in Page._base_manager.filter(pk__in=list(parents)):
        below = Page._base_manager.filter(path__startswith=parent.path, depth=parent.depth + 1)
        Page._base_manager.filter(pk=parent.pk).update(numchild=below.count())
    # Now for this process, and once it holds for all.
    Site.clear_site_root_paths_cache()
    transaction.on_commit(Site.clear_site_root_paths_cache)
