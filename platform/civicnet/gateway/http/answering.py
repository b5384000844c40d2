"""The way of a request through the gateway: who, what, with which document, then ``deliver``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from graphql import OperationType

from civicnet.contract import CivicNetError
from civicnet.contract.addresses import client_address
from civicnet.gateway.composer import compose
from civicnet.gateway.documents import DocumentRefused, document, operation
from civicnet.gateway.errors import format_error, plain_error
from civicnet.gateway.http.calls import Call
from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.execution import admit, run
from civicnet.gateway.http.negotiation import JSON, RESPONSE_TYPE, negotiate
from civicnet.gateway.http.reading import Asked, read
from civicnet.gateway.http.responding import Answer, answer_of
from civicnet.gateway.http.source import source_of
from civicnet.gateway.http.statuses import Stage, status_of
from civicnet.gateway.http.who import who
from civicnet.gateway.introspection import IntrospectionRefused, may_introspect
from civicnet.gateway.persisted.services import remember


def answer(request: HttpRequest) -> Answer:
    """The answer to a GET or POST; whatever is wrong with it, a coded error and never an exception."""
    media = negotiate(request)
    try:
        if media is None:
            told = {"type": RESPONSE_TYPE}
            raise BadRequest("NOT_ACCEPTABLE", _("Accept %(type)s or application/json.") % told, 406)
        request.actor = who(request)  # type: ignore[attr-defined]
        return deliver(prepare(request, media, read(request)))
    except DocumentRefused as refusal:
        return _refused(request, refusal, media or JSON)
    except CivicNetError as error:
        return answer_of({"errors": [plain_error(error.code, error)]}, media or JSON, error.status)


def prepare(request: HttpRequest, media: str, asked: Asked) -> Call:
    """The call with its document, parsed and validated; nothing has run yet.

    Raises:
        DocumentRefused: the document, or the choice of its operation, does not fit.
        BadRequest: a mutation in an address, or a document named in a way that is none.
        IntrospectionRefused: the caller may not look through the schema.
    """
    actor = request.actor  # type: ignore[attr-defined]
    source = source_of(asked, actor)
    snapshot = request.snapshot  # type: ignore[attr-defined]
    composed = request.composed = compose(snapshot.enabled, snapshot.sunset)  # type: ignore[attr-defined]
    ready = document(composed, source.text)
    meant = operation(ready.tree, asked.operation_name)
    if request.method == "GET" and meant.operation is not OperationType.QUERY:
        raise BadRequest("METHOD_NOT_ALLOWED", _("Send mutations by POST."), 405)
    if ready.introspects and not may_introspect(actor):
        raise IntrospectionRefused
    if source.persist:
        remember(digest=source.persist, text=source.text, actor=actor, address=client_address(request))
    return Call(request, media, actor, asked, source.text, snapshot, composed, ready, meant)


def deliver(call: Call) -> Answer:
    """The answer to a call that is ready. Around this function stands whatever answers without running the document."""
    admit(call)
    result = run(call)
    payload: dict[str, Any] = {}
    if result.errors:
        code = "REQUEST_FAILED" if result.data is None else "FIELD_FAILED"
        payload["errors"] = [format_error(one, code=code, snapshot=call.snapshot) for one in result.errors]
    before_execution = bool(result.errors) and result.data is None and not any(one.path for one in result.errors or ())
    if not before_execution:
        payload["data"] = result.data
    stage = Stage.REQUEST if before_execution else Stage.PARTIAL if result.errors else Stage.DONE
    return answer_of(payload, call.media, status_of(stage, call.media), **call.headers)


def _refused(request: HttpRequest, refusal: DocumentRefused, media: str) -> Answer:
    snapshot = request.snapshot  # type: ignore[attr-defined]
    suggest = may_introspect(request.actor)  # type: ignore[attr-defined]
    errors = [format_error(one, code=refusal.code, snapshot=snapshot, suggest=suggest) for one in refusal.errors]
    stage = Stage.PARSE if refusal.code == "PARSE_FAILED" else Stage.REQUEST
    return answer_of({"errors": errors}, media, status_of(stage, media))
