"""Searching a site's articles by words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from wagtail.models import Site

from civicnet.contract import ANONYMOUS
from civicnet.gateway.cache.pages import keep_page
from civicnet.search.marking import excerpt, pieces
from civicnet.search.words import words_in
from civicnet_publicity.presenting import columns_for, per_page
from civicnet_publicity.selectors import FoundArticles, found_articles, with_addresses
from civicnet_publicity.selectors.articles import NEWEST, ROW
from civicnet_publicity.told_texts import body_text

MOST_CHARACTERS = 60
# Nobody turns fifty pages, and counting a frequent word on would take longer than showing it.
MOST = 1000
# How the list is ordered, by what stands in the address.
ORDERS = {"": ("-score", *NEWEST), "newest": NEWEST}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Articles of this site in which all the words stand: what fits best comes first, or what is newest."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    asked = request.GET.get("q", "").replace("\0", "").strip()[:MOST_CHARACTERS]
    order = request.GET.get("order", "")
    order = order if order in ORDERS else ""
    words = words_in(asked)
    page = _pages(words, site, order).get_page(request.GET.get("page"))
    page.object_list = with_addresses(list(page.object_list), columns_for(request))
    for row in page.object_list:
        row["told_title"], row["told_text"] = _told(row, words)
    told = {"asked": asked, "order": order, "articles": page, "more": page.paginator.count == MOST}
    answer = render(request, "publicity/search.html", told)
    # What servers of their own find changes without a commit.
    return answer if "URLS" in settings.WAGTAILSEARCH_BACKENDS["default"] else keep_page(request, answer)


class _Pages(Paginator[Any]):
    """Pages of what was found, as far as anybody turns them."""

    def __init__(self, found: FoundArticles, order: str) -> None:
        super().__init__(found.rows.order_by(*ORDERS[order]).values(*ROW, "body", "score"), per_page())
        self._found = found

    @cached_property
    def count(self) -> int:
        return self._found.count(most=MOST)


def _pages(words: Sequence[str], site: Site, order: str) -> Paginator[Any]:
    return _Pages(found_articles(ANONYMOUS, words, site), order) if words else Paginator([], per_page())


def _told(row: dict[str, Any], words: Sequence[str]) -> tuple[Any, Any]:
    """The pieces of the title, and those of the summary, or where that tells nothing of the words, of the body."""
    text = excerpt(row["summary"], words) or excerpt(body_text(row["body"].raw_data), words) or row["summary"]
    return pieces(row["title"], words), pieces(text, words)
