"""The gate for URLs: every plugin's routes are always mounted, and answer 404 while it is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLResolver, include, path

from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import current, read, using

_admin_namespaces: dict[str, str] = {}


def public_urlpatterns() -> list[URLResolver]:
    """All plugins' public routes, each in a namespace named after its plugin.

    Raises:
        ValueError: a plugin mounts a prefix that its manifest does not declare.
    """
    patterns = []
    for plugin, routes in ((one.plugin, one.value) for one in gather("routes")):
        for route in routes:
            if route.prefix not in registry.manifests[plugin].urls:
                raise ValueError(f"plugin {plugin} mounts {route.prefix!r}, which its plugin.toml does not declare")
        if routes:
            mounted = [path(route.prefix, include(list(route.urlpatterns))) for route in routes]
            patterns.append(path("", include((mounted, plugin), namespace=plugin)))
    return patterns


def own_admin_namespace(namespace: str, plugin: str) -> None:
    """Note that an admin URL namespace belongs to a plugin, so that the gate covers it."""
    _admin_namespaces[namespace] = plugin


def owner(namespaces: list[str]) -> str | None:
    """The plugin that owns a resolved URL, or None for the host's own."""
    for namespace in namespaces:
        if namespace in _admin_namespaces:
            return _admin_namespaces[namespace]
        if namespace in registry.manifests:
            return namespace
    return None


class SnapshotMiddleware:
    """Fixes the snapshot for the request, and keeps disabled plugins' URLs shut, also for superusers.

    Public requests take the site from the host; the admin works on the union of sites.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the whole request on one picture."""
        with using(read(_site_id(request))) as snapshot:
            request.snapshot = snapshot  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Refuse the URLs of plugins that are off, as if they did not exist."""
        match = request.resolver_match
        plugin = owner(match.namespaces) if match else None
        if plugin is not None and not current().is_on(plugin):
            raise Http404


def _site_id(request: HttpRequest) -> int | None:
    from wagtail.models import Site

    if request.path.startswith(("/admin/", "/desk/")):
        return None
    site = Site.find_for_request(request)
    return site.pk if site else None
