"""Counting views: what a reader's request adds to a sum, and nothing else of it.

No cookie is set or read, and no address, browser or time is kept: a request that was answered with an article is one more for
that article, that site and that day. Sums are written by the tallies, so that no reader waits for a write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import Site

from civicnet.lifecycle.tally import Tally
from civicnet_publicity.models import ArticleViews, ChannelViews

KEPT = timedelta(days=2 * 366)
# Programs that say what they are. One that lies is counted: telling it apart would take looking at people.
_PROGRAMS = re.compile(
    r"bot\b|bot[/;]|spider|crawl|slurp|archiver|monitor|preview|headless|curl/|wget/|python|java/|okhttp|go-http|libwww|"
    r"httpclient|axios/|node-fetch|scrapy",
    re.IGNORECASE,
)
_views = Tally(ArticleViews, keys=("day", "article_id", "site_id"), sums=("views",), most="")


def count_view(*, article: int, request: HttpRequest, response: HttpResponse) -> Callable[[Mapping[str, Any]], None]:
    """Count a view if this is one: an article that was sent to somebody who did not say that they are a program.

    Returns what counts one more for each WSGI environment of a request that is answered with the same page again.
    """
    site = Site.find_for_request(request)
    number = site.pk if site is not None else None

    def count(environ: Mapping[str, Any]) -> None:
        if number is not None and is_view(environ):
            _views.add((timezone.localdate(), article, number), 1)

    if response.status_code == 200:
        count(request.META)
    return count


def is_view(environ: Mapping[str, Any]) -> bool:
    """Whether somebody reads what is sent: not a program, and not a browser that only looks ahead."""
    agent = environ.get("HTTP_USER_AGENT", "")
    ahead = environ.get("HTTP_SEC_PURPOSE") or environ.get("HTTP_PURPOSE") or ""
    return (
        environ["REQUEST_METHOD"] == "GET" and bool(agent) and not _PROGRAMS.search(agent) and "prefetch" not in ahead
    )


def forget_views(*, on: date | None = None) -> int:
    """Delete sums older than two years; returns how many."""
    before = (on or timezone.localdate()) - KEPT
    return sum(model.objects.filter(day__lt=before).delete()[0] for model in (ArticleViews, ChannelViews))
