"""Where the gateway answers: the endpoint, the schema as text, and what its fields cost."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from civicnet.gateway.composer import compose
from civicnet.gateway.cost_page import plain_costs
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


@require_safe
def schema_costs(request: HttpRequest) -> JsonResponse:
    """The limits of a document and what the fields of this site's schema cost."""
    snapshot = request.snapshot  # type: ignore[attr-defined]
    return JsonResponse(plain_costs(compose(snapshot.enabled, snapshot.sunset).schema))


urlpatterns = [
    path("", GraphQLView.as_view(), name="graphql"),
    path("schema.graphql", schema_sdl, name="graphql_schema"),
    path("costs.json", schema_costs, name="graphql_costs"),
]
