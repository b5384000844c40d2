"""The endpoint as a Django view: GET and POST, GraphiQL for a browser, no cookie ever set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from civicnet.gateway.cache.headers import conditional
from civicnet.gateway.errors import plain_error
from civicnet.gateway.http.answering import answer
from civicnet.gateway.http.negotiation import JSON, negotiate
from civicnet.gateway.http.responding import answer_of, respond

# Grows with every move of a switch, so that a caller notices that its copy of the schema may have grown old.
GENERATION = "X-Schema-Generation"
_ASKING = {"query", "documentId", "extensions"}


class GraphQLView(View):
    """The one endpoint. Public and private data differ by selectors, not by schema."""

    http_method_names = ["get", "post", "options"]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        """The view, which asks for the token of a session itself where there is one."""
        view: Callable[..., HttpResponse] = csrf_exempt(super().as_view(**initkwargs))  # type: ignore[assignment]
        return view

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, with the generation of the request's picture."""
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        # The front, which stands before the middleware, finds there whom it may answer by itself next time.
        response.civicnet_caller = getattr(request, "caller", None)  # type: ignore[attr-defined]
        response[GENERATION] = str(request.snapshot.generation)  # type: ignore[attr-defined]
        return conditional(request, response)

    def get(self, request: HttpRequest) -> HttpResponse:
        """A query in the address, or GraphiQL for a browser that brings none."""
        if not _ASKING & request.GET.keys() and "text/html" in request.headers.get("Accept", ""):
            return render(request, "gateway/graphiql.html")
        return respond(answer(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        """A query or mutation in the body."""
        return respond(answer(request))

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """In the shape of every other error."""
        refused = plain_error("METHOD_NOT_ALLOWED", _("Use GET or POST here."))
        return respond(answer_of({"errors": [refused]}, negotiate(request) or JSON, 405, Allow="GET, POST"))
