"""Pages of plugins: they are served, and can be added, only while their plugin is on."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse

from civicnet.lifecycle.snapshot import current


def refuse_unloaded(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """Answer 404 for a page whose plugin is not loaded: its row is there, and nothing that could show it."""
    if page.specific_class is None:
        raise Http404


class GatedPageMixin:
    """Stands before ``Page`` among the bases of a page model; ``plugin`` is the slug of the plugin that owns it.

    Rows, revisions and block types stay as they are while the plugin is off: only the way to them is shut.
    """

    plugin: ClassVar[str]

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Lead on to the page or one below it, as if neither existed while the plugin is off."""
        self._require_on()
        return super().route(request, path_components)  # type: ignore[misc]

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, however the request came here."""
        self._require_on()
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @classmethod
    def can_create_at(cls, parent: Any) -> bool:
        """Whether a page of this kind may be added below ``parent`` now."""
        return current().is_on(cls.plugin) and bool(super().can_create_at(parent))  # type: ignore[misc]

    def _require_on(self) -> None:
        if not current().is_on(self.plugin):
            raise Http404
