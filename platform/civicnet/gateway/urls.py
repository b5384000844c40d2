"""Where the gateway answers: the endpoint, the schema as text, and what its fields cost."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from civicnet.contract import CivicNetError
from civicnet.gateway.composer import compose
from civicnet.gateway.cost_page import plain_costs, usual_costs
from civicnet.gateway.errors import plain_error
from civicnet.gateway.http.negotiation import JSON
from civicnet.gateway.http.responding import answer_of, respond
from civicnet.gateway.http.view import GENERATION, GraphQLView
from civicnet.gateway.http.who import who
from civicnet.gateway.introspection import IntrospectionRefused, may_introspect


@require_safe
def schema_sdl(request: HttpRequest) -> HttpResponse:
    """The schema of this site in SDL, with its hash as ETag and the generation beside it; for whoever may look through it."""
    snapshot = request.snapshot  # type: ignore[attr-defined]
    try:
        if not may_introspect(who(request)):
            raise IntrospectionRefused
    except CivicNetError as error:
        return respond(answer_of({"errors": [plain_error(error.code, error)]}, JSON, error.status))
    composed = compose(snapshot.enabled, snapshot.sunset)
    headers = {"ETag": f'"{composed.digest}"', GENERATION: str(snapshot.generation)}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(composed.sdl, content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
def schema_costs(request: HttpRequest) -> HttpResponse:
    """The limits of a document, and for whoever may look through this site's schema what its fields cost."""
    snapshot = request.snapshot  # type: ignore[attr-defined]
    try:
        named = may_introspect(who(request))
    except CivicNetError as error:
        return respond(answer_of({"errors": [plain_error(error.code, error)]}, JSON, error.status))
    return JsonResponse(plain_costs(compose(snapshot.enabled, snapshot.sunset).schema) if named else usual_costs())


urlpatterns = [
    path("", GraphQLView.as_view(), name="graphql"),
    path("schema.graphql", schema_sdl, name="graphql_schema"),
    path("costs.json", schema_costs, name="graphql_costs"),
]
