"""Slots: the named places of pages into which plugins may put panels. A name is a promise: it stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SLOTS: Mapping[str, str] = MappingProxyType(
    {
        "home.services": "On the home page of a public site, between the news and the topics: what a reader can do here.",
        "column.foot": "On a public site, below the list of a column's articles.",
        "article.foot": "On a public site, below an article, before the way to the next one.",
        "admin.home": "On the home page of the administration, below what waits for the person.",
        "desk.top": "On every page of the worker's desk, above its content.",
    }
)
