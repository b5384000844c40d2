"""Where the gateway answers: the endpoint, and the schema as text."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import path
from django.views.decorators.http import require_safe

from civicnet.contract import CivicNetError
from civicnet.gateway.composer import compose
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


urlpatterns = [
    path("", GraphQLView.as_view(), name="graphql"),
    path("schema.graphql", schema_sdl, name="graphql_schema"),
]
