"""Pages of plugins: they are served, previewed, added, found and chosen only while their plugin is on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.owners import plugin_of, rests
from civicnet.lifecycle.snapshot import current, read


def resting_types() -> list[type]:
    """The page models of plugins that are off now."""
    from wagtail.models import get_page_models

    return [model for model in get_page_models() if rests(model.__module__)]


def off_notice(page: Any) -> str:
    """The sentence for whoever works on a page that readers of its site cannot see now; empty where they can."""
    slug = plugin_of(type(page).__module__)
    if slug is None:
        return ""
    site = page.get_site() if page.pk else None
    if read(site.pk if site else None).is_on(slug):
        return ""
    return _("Readers cannot see this page: %(plugin)s is switched off here. Nothing of it is lost.") % {
        "plugin": plugin_label(slug)
    }


def refuse_unloaded(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """Answer 404 for a page whose plugin is not loaded: its row is there, and nothing that could show it."""
    if page.specific_class is None:
        raise Http404


class GatedPageMixin:
    """Stands before ``Page`` among the bases of a page model; ``plugin`` is the slug of the plugin that owns it.

    Rows, revisions and block types stay as they are while the plugin is off: only the way to them is shut.
    """

    plugin: ClassVar[str]
    # The type under which GraphQL's ``node`` tells pages of this kind; empty where it does not.
    node_type: ClassVar[str] = ""

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Lead on to the page or one below it, as if neither existed while the plugin is off."""
        self._require_on()
        return super().route(request, path_components)  # type: ignore[misc]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, however the request came here."""
        self._require_on()
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page as readers would see it, or a sentence that says that they do not."""
        if current().is_on(self.plugin):
            response: HttpResponse = super().serve_preview(request, mode_name)  # type: ignore[misc]
            return response
        return render(request, "lifecycle/page_off.html", {"notice": off_notice(self)})

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """Whether a page of this kind may be added below ``parent`` now."""
        return current().is_on(cls.plugin) and bool(super().can_create_at(parent))  # type: ignore[misc]

    def _require_on(self) -> None:
        if not current().is_on(self.plugin):
            raise Http404
