"""Where the gateway answers: the endpoint, and the schema as text."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import path
from django.views.decorators.http import require_safe

from civicnet.gateway.composer import compose
from civicnet.gateway.view import GraphQLView


@require_safe
def schema_sdl(request: HttpRequest) -> HttpResponse:
    """The schema of this site in SDL, with its hash as ETag."""
    composed = compose(request.snapshot.enabled)  # type: ignore[attr-defined]
    etag = f'"{composed.digest}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    return HttpResponse(composed.sdl, content_type="text/plain; charset=utf-8", headers={"ETag": etag})


urlpatterns = [
    path("", GraphQLView.as_view(), name="graphql"),
    path("schema.graphql", schema_sdl, name="graphql_schema"),
]
