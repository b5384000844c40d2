"""GraphQL over HTTP: GET and POST, both media types, no cookie ever set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from graphql import ExecutionResult, OperationType

from civicnet.access.actors import staff_actor
from civicnet.access.callers import caller
from civicnet.contract import ANONYMOUS, Actor, CivicNetError
from civicnet.gateway.compiled import execute
from civicnet.gateway.composer import compose
from civicnet.gateway.documents import DocumentRefused, document, operation
from civicnet.gateway.errors import format_error, plain_error
from civicnet.gateway.usage import count, operation_key

RESPONSE_TYPE = "application/graphql-response+json"
JSON = "application/json"
# Grows with every move of a switch, so that a caller notices that its copy of the schema may have grown old.
GENERATION = "X-Schema-Generation"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


class BadRequest(CivicNetError):
    """The request is not GraphQL over HTTP; ``status`` says how."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message, code=code)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


@method_decorator(csrf_exempt, name="dispatch")
class GraphQLView(View):
    """The one endpoint. Public and private data differ by selectors, not by schema."""

    http_method_names = ["get", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer, with the generation of the request's picture."""
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        response[GENERATION] = str(request.snapshot.generation)  # type: ignore[attr-defined]
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        """A query in the address, or GraphiQL for a browser that brings none."""
        if "query" not in request.GET and "text/html" in request.headers.get("Accept", ""):
            return render(request, "gateway/graphiql.html")
        return self._answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A query or mutation in the body."""
        return self._answer(request)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """In the shape of every other error."""
        refused = plain_error("METHOD_NOT_ALLOWED", _("Use GET or POST here."))
        return _respond({"errors": [refused]}, _negotiate(request) or JSON, 405, allow="GET, POST")

    def _answer(self, request: HttpRequest) -> HttpResponse:
        media = _negotiate(request)
        try:
            if media is None:
                raise BadRequest(
                    "NOT_ACCEPTABLE", _("Accept %(type)s or application/json.") % {"type": RESPONSE_TYPE}, 406
                )
            request.actor = _who(request)  # type: ignore[attr-defined]
            return self._run(request, _read(request), media)
        except CivicNetError as error:
            return _respond({"errors": [plain_error(error.code, error)]}, media or JSON, error.status)

    def _run(self, request: HttpRequest, asked: Asked, media: str) -> HttpResponse:
        snapshot = request.snapshot  # type: ignore[attr-defined]
        composed = request.composed = compose(snapshot.enabled, snapshot.sunset)  # type: ignore[attr-defined]
        # application/json keeps the habit of answering 200 to what the server understood as HTTP.
        refused_status = 400 if media == RESPONSE_TYPE else 200
        try:
            ready = document(composed, asked.query)
        except DocumentRefused as refusal:
            errors = [format_error(one, code=refusal.code, snapshot=snapshot) for one in refusal.errors]
            return _respond({"errors": errors}, media, refused_status)
        meant = operation(ready.tree, asked.operation_name)
        if request.method == "GET" and meant is not None and meant.operation is not OperationType.QUERY:
            raise BadRequest("METHOD_NOT_ALLOWED", _("Send mutations by POST."), 405)
        if meant is not None:
            count(request.actor, ready.uses[operation_key(meant)])  # type: ignore[attr-defined]
        result = execute(
            composed.schema,
            ready.tree,
            context_value=request,
            variable_values=asked.variables,
            operation_name=asked.operation_name,
            plans=ready.plans,
        )
        assert isinstance(result, ExecutionResult)  # noqa: S101 — no resolver of ours is asynchronous
        payload: dict[str, Any] = {}
        if result.errors:
            code = "REQUEST_FAILED" if result.data is None else "FIELD_FAILED"
            payload["errors"] = [format_error(one, code=code, snapshot=snapshot) for one in result.errors]
        before_execution = bool(result.errors) and result.data is None and not any(e.path for e in result.errors or [])
        if not before_execution:
            payload["data"] = result.data
        return _respond(payload, media, refused_status if before_execution else 200)


def _who(request: HttpRequest) -> Actor:
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise BadRequest("KEY_REFUSED", _("Send the key as “Authorization: Bearer …”."), 401)
        # A key speaks for itself: a cookie beside it is not even looked at.
        return caller(request, key.strip())
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ANONYMOUS
    actor = staff_actor(request.user)
    if actor.kind == "staff" and request.method == "POST":
        _check_csrf(request)
    return actor


def _check_csrf(request: HttpRequest) -> None:
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    guard = CsrfViewMiddleware(lambda _request: HttpResponse())
    guard.process_request(request)
    if guard.process_view(request, lambda *_given: HttpResponse(), (), {}) is not None:
        raise BadRequest("CSRF_FAILED", _("Send the CSRF token of your session with a POST."), 403)


def _read(request: HttpRequest) -> Asked:
    if request.method == "GET":
        data: Any = request.GET.dict()
        data["variables"] = _json(data.get("variables") or "null")
        data["extensions"] = _json(data.get("extensions") or "null")
    else:
        if request.content_type != JSON:
            raise BadRequest("UNSUPPORTED_MEDIA_TYPE", _("Send a JSON body."), 415)
        data = _json(_body(request))
    if not isinstance(data, dict) or not isinstance(data.get("query"), str):
        raise BadRequest("BAD_REQUEST", _("A request is an object with a “query” string."))
    for name, kind in (("variables", dict), ("extensions", dict), ("operationName", str)):
        if not isinstance(data.get(name), kind | None):
            raise BadRequest("BAD_REQUEST", _("“%(name)s” has the wrong type.") % {"name": name})
    if _holds_nul(data.get("variables")):
        raise BadRequest("BAD_REQUEST", _("A text cannot hold the sign U+0000."))
    return Asked(data["query"], data.get("variables"), data.get("operationName") or None)


def _holds_nul(value: Any) -> bool:
    # Without recursion: a thousand lists may stand inside each other.
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and "\0" in one:
            return True
        waiting.extend(one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
    return False


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig as error:
        raise BadRequest("TOO_LARGE", _("This request is too large."), 413) from error


def _json(raw: str | bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise BadRequest("BAD_REQUEST", _("This is not valid JSON.")) from error


def _negotiate(request: HttpRequest) -> str | None:
    accept = request.headers.get("Accept") or "*/*"
    # Asked in the order of the header: whoever names the new type first means it.
    wanted = [part.partition(";")[0].strip() for part in accept.split(",")]
    for one in wanted:
        if one in (RESPONSE_TYPE, JSON):
            return one
        if one in ("*/*", "application/*"):
            return JSON
    return None


def _respond(payload: dict[str, Any], media: str, status: int, *, allow: str = "POST") -> HttpResponse:
    response = HttpResponse(orjson.dumps(payload, default=str), content_type=f"{media}; charset=utf-8", status=status)
    for name, value in {405: {"Allow": allow}, 401: _CHALLENGE, 429: {"Retry-After": "60"}}.get(status, {}).items():
        response[name] = value
    return response
