"""Searching a site's articles by words of their titles."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.models import Site

from civicnet.contract import ANONYMOUS
from civicnet_publicity.presenting import per_page
from civicnet_publicity.selectors import columns, published_articles, with_addresses
from civicnet_publicity.selectors.articles import NEWEST, ROW

MOST_CHARACTERS = 60


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Articles of this site whose title holds every word that was asked for, newest first."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    asked = request.GET.get("q", "").replace("\0", "").strip()[:MOST_CHARACTERS]
    found = published_articles(ANONYMOUS, site)
    for word in asked.split():
        found = found.filter(title__icontains=word)
    rows = found.order_by(*NEWEST).values(*ROW) if asked else found.none().values(*ROW)
    page = Paginator(rows, per_page()).get_page(request.GET.get("page"))
    page.object_list = with_addresses(list(page.object_list), columns(site))
    return render(request, "publicity/search.html", {"asked": asked, "articles": page})
