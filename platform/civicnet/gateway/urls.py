"""Where the gateway answers: the endpoint, and the schema as text."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import path
from django.views.decorators.http import require_safe

from civicnet.gateway.composer import compose
from civicnet.gateway.http.view import GENERATION, GraphQLView


@require_safe
def schema_sdl(request: HttpRequest) -> HttpResponse:
    """The schema of this site in SDL, with its hash as ETag and the generation beside it."""
    snapshot = request.snapshot  # type: ignore[attr-defined]
    composed = compose(snapshot.enabled, snapshot.sunset)
    headers = {"ETag": f'"{composed.digest}"', GENERATION: str(snapshot.generation)}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(composed.sdl, content_type="text/plain; charset=utf-8", headers=headers)


urlpatterns = [
    path("", GraphQLView.as_view(), name="graphql"),
    path("schema.graphql", schema_sdl, name="graphql_schema"),
]
