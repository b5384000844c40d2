"""Pages of plugins that are off, in Wagtail's admin: not offered and not found, and where somebody opens one, a sentence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from wagtail.admin.views.pages.search import SearchView

from civicnet.lifecycle.owners import rests
from civicnet.lifecycle.pages import off_notice, resting_types

_EXPLORER = {"wagtailadmin_explore", "wagtailadmin_explore_root"}


def offer_pages_in_use(pages: Any, request: HttpRequest) -> Any:
    """What choosers of pages and links offer."""
    resting = resting_types()
    return pages.not_type(*resting) if resting else pages


def say_in_explorer(parent_page: Any, pages: Any, request: HttpRequest) -> Any:
    """Above the list of what lies below a page. The list itself stays whole: somebody has to find what is kept."""
    if request.resolver_match and request.resolver_match.view_name in _EXPLORER:
        _say(request, parent_page)
    return pages


def say_in_editor(request: HttpRequest, page: Any) -> None:
    """Above the editor's form."""
    if request.method == "GET":
        _say(request, page)


def serve_in_use(page: Any, request: HttpRequest, serve_args: Any, serve_kwargs: Any) -> None:
    """The last gate before readers, also for a page model whose author forgot ``GatedPageMixin``."""
    if rests(type(page).__module__):
        raise Http404


class PageSearchView(SearchView):
    """Wagtail's search of pages, without those of plugins that are off."""

    all_pages: Any

    def annotate_queryset(self, pages: Any) -> Any:
        """Narrow what is searched, and what is counted by kind."""
        self.all_pages = offer_pages_in_use(self.all_pages, self.request)
        return super().annotate_queryset(offer_pages_in_use(pages, self.request))


def _say(request: HttpRequest, page: Any) -> None:
    if notice := off_notice(page.specific):
        messages.warning(request, notice)
