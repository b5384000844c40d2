"""The gate for URLs: every plugin's routes are always mounted, and answer 404 while it is off."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from civicnet.contract import Route
from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import current, read, read_for, using

logger = logging.getLogger(__name__)
_admin_namespaces: dict[str, str] = {}
# Where people work on all sites at once.
_UNION = ("/admin/", "/desk/")


def public_urlpatterns() -> list[URLResolver]:
    """All plugins' public routes, each in a namespace named after its plugin.

    A plugin whose routes do not fit is left out and noted, unless the load policy is strict.

    Raises:
        ValueError: a plugin mounts a prefix that its manifest does not declare, or something that is no URL pattern.
    """
    patterns = []
    for plugin, routes in ((one.plugin, one.value) for one in gather("routes")):
        try:
            if mounted := [_mounted(plugin, route) for route in routes]:
                patterns.append(path("", include((mounted, plugin), namespace=plugin)))
        except (ValueError, TypeError, AttributeError) as error:
            if settings.CIVICNET_LOAD_POLICY == "strict":
                raise
            logger.exception("the routes of plugin %s are left out", plugin)
            registry.note(plugin, f"routes: {error}")
    return patterns


def _mounted(plugin: str, route: Route) -> URLResolver:
    if route.prefix not in registry.manifests[plugin].urls:
        raise ValueError(f"plugin {plugin} mounts {route.prefix!r}, which its plugin.toml does not declare")
    # Django would notice only when it looks for an address, and then for everybody's.
    for one in route.urlpatterns:
        if not isinstance(one, URLPattern | URLResolver):
            raise ValueError(f"plugin {plugin} mounts {one!r} at {route.prefix!r}, which is no URL pattern")
    return path(route.prefix, include(list(route.urlpatterns)))


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
        picture = read(None) if request.path.startswith(_UNION) else read_for(request)
        with using(picture) as snapshot:
            request.snapshot = snapshot  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Refuse the URLs of plugins that are off, as if they did not exist."""
        match = request.resolver_match
        plugin = owner(match.namespaces) if match else None
        if plugin is not None and not current().is_on(plugin):
            raise Http404
