"""The product's addresses, and beside them those of the rivals that live in our own process, behind the same middleware."""

from __future__ import annotations

from typing import Any

import graphene
from django.http import HttpRequest, HttpResponse
from django.urls import path, resolve
from django.views.decorators.csrf import csrf_exempt
from graphene_django.views import GraphQLView

from civicnet_site.bench.rivals.graphene_plain import Query
from civicnet_site.bench.rivals.values import article, latest
from civicnet_site.urls import urlpatterns as product

_ready: dict[bytes, bytes] = {}


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Ready bytes: what our own endpoint answered the first time that it was asked this."""
    asked = request.body
    if asked not in _ready:
        ours = resolve("/graphql/").func
        _ready[asked] = ours(request).content
    return HttpResponse(_ready[asked], content_type="application/json")


def bare_page(request: HttpRequest, path: str) -> HttpResponse:
    """Ready bytes of a page: what its own view answered the first time that it was asked for."""
    asked = path.encode()
    if asked not in _ready:
        match = resolve(f"/{path}")
        # Pages tell their own address.
        request.path = request.path_info = f"/{path}"
        response: Any = match.func(request, *match.args, **match.kwargs)
        _ready[asked] = response.render().content if hasattr(response, "render") else response.content
    return HttpResponse(_ready[asked])


def nothing(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [
    path("bench/bare/", bare),
    path("bench/bare-page/<path:path>", bare_page),
    path("bench/bare-page/", bare_page, {"path": ""}),
    path("bench/nothing/", nothing),
    path("bench/values/", latest),
    path("bench/values/<int:pk>/", article),
    path("bench/graphene-django/", csrf_exempt(GraphQLView.as_view(schema=graphene.Schema(query=Query)))),
    *product,
]
