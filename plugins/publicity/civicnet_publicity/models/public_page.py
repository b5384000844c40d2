"""Public pages: found by as few statements as there are steps on the way, and kept whole until something of them changes."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from civicnet.lifecycle.pages import GatedPageMixin


class PublicPageMixin(GatedPageMixin):
    """Stands before ``Page`` among the bases of a page that readers see."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, which may be sent again to whoever asks alike."""
        from civicnet.gateway.cache.pages import keep_page

        response = super().serve(request, *args, **kwargs)
        return keep_page(request, response, sent=self.sent_to(request, response))

    def sent_to(self, request: HttpRequest, response: HttpResponse) -> Any:
        """What hears of each request that is answered with the page again; nobody here."""
        return None

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead on to a page below by one statement, where Wagtail finds out first that there is one and then of which kind."""
        self._require_on()
        below = self.page_below(path_components[0]) if path_components else None
        if below is None:
            found: RouteResult = super().route(request, path_components)
            return found
        below._cached_parent_obj = self
        found = below.route(request, path_components[1:])
        return found

    def page_below(self, slug: str) -> Any:
        """The page of this slug, of the kind that stands below pages of this one; None if there is none."""
        return None

    def get_view_restrictions(self) -> QuerySet[Any]:
        """Restrictions of the page and of those above it; of an alias, which we never make, those of what it shows.

        One statement, where Wagtail reads the pages above first.
        """
        path, step = self.path, self.steplen  # type: ignore[attr-defined]
        above = Page.objects.filter(path__in=[path[:end] for end in range(step, len(path) + step, step)])
        shown = Q(page__in=above.values("alias_of")) | Q(page__in=above.values("alias_of__alias_of"))
        own = Q(page__in=above.filter(alias_of=None).values("pk"))
        found: QuerySet[Any] = PageViewRestriction.objects.filter(own | shown)
        return found
