"""The way of a request through the gateway: who, what, with which document, then ``deliver``."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from graphql import GraphQLError, OperationType

from civicnet.contract import CivicNetError
from civicnet.contract.addresses import client_address
from civicnet.gateway.cache.keeping import deliver_kept
from civicnet.gateway.composer import compose
from civicnet.gateway.deadline import TimeLimit
from civicnet.gateway.documents import DocumentRefused, document, operation
from civicnet.gateway.errors import format_error, plain_error
from civicnet.gateway.http.calls import Call
from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.execution import run
from civicnet.gateway.http.negotiation import JSON, RESPONSE_TYPE, negotiate
from civicnet.gateway.http.reading import Asked, read
from civicnet.gateway.http.responding import Answer, answer_of
from civicnet.gateway.http.source import source_of
from civicnet.gateway.http.statuses import Stage, status_of
from civicnet.gateway.http.who import who
from civicnet.gateway.introspection import IntrospectionRefused, may_introspect
from civicnet.gateway.persisted.services import remember
from civicnet.gateway.traffic import count_answer, count_refused, note_if_slow
from civicnet.gateway.usage import operation_key


def answer(request: HttpRequest) -> Answer:
    """The answer to a GET or POST; whatever is wrong with it, a coded error and never an exception."""
    media = negotiate(request)
    try:
        if media is None:
            told = {"type": RESPONSE_TYPE}
            raise BadRequest("NOT_ACCEPTABLE", _("Accept %(type)s or application/json.") % told, 406)
        request.actor = who(request)  # type: ignore[attr-defined]
        return deliver_kept(prepare(request, media, read(request)), deliver)
    except DocumentRefused as refusal:
        count_refused(request.actor, refusal.code)  # type: ignore[attr-defined]
        return _refused(request, refusal, media or JSON)
    except CivicNetError as error:
        count_refused(getattr(request, "actor", None), error.code)
        return answer_of({"errors": [plain_error(error.code, error)]}, media or JSON, error.status, **error.headers)


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
    """The answer to an admitted call. Around this function stands what admits it, and answers without running the document."""
    began = time.perf_counter()
    result = run(call)
    _count(call, (time.perf_counter() - began) * 1000)
    payload: dict[str, Any] = {}
    if result.errors:
        code = "REQUEST_FAILED" if result.data is None else "FIELD_FAILED"
        payload["errors"] = _told(call.request, result.errors, code)
    before_execution = bool(result.errors) and result.data is None and not any(one.path for one in result.errors or ())
    if not before_execution:
        payload["data"] = result.data
    stage = Stage.REQUEST if before_execution else Stage.PARTIAL if result.errors else Stage.DONE
    status = status_of(stage, call.media)
    if result.data is None and any(isinstance(one.original_error, TimeLimit) for one in result.errors or ()):
        # Nothing is left to be answered with: whoever asks again later may have more luck.
        status = TimeLimit.status
    return answer_of(payload, call.media, status)


def _count(call: Call, ms: float) -> None:
    count_answer(call.actor, cost=call.costs.cost, ms=ms)
    name = operation_key(call.operation)
    note_if_slow(call.actor, call.document.tree, name, ms=ms, statements=call.costs.statements)


def _refused(request: HttpRequest, refusal: DocumentRefused, media: str) -> Answer:
    stage = Stage.PARSE if refusal.code == "PARSE_FAILED" else Stage.REQUEST
    return answer_of({"errors": _told(request, refusal.errors, refusal.code)}, media, status_of(stage, media))


def _told(request: HttpRequest, errors: Iterable[GraphQLError], code: str) -> list[dict[str, Any]]:
    snapshot = request.snapshot  # type: ignore[attr-defined]
    suggest = may_introspect(request.actor)  # type: ignore[attr-defined]
    return [format_error(one, code=code, snapshot=snapshot, suggest=suggest) for one in errors]
