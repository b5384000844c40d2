"""The way of a request through the gateway, one line a step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from graphql import OperationType

from civicnet.contract import CivicNetError
from civicnet.gateway.cache.keeping import deliver_kept
from civicnet.gateway.composer import compose
from civicnet.gateway.documents import DocumentRefused, document, operation
from civicnet.gateway.errors import format_error, plain_error
from civicnet.gateway.http.calls import Call
from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.execution import admit, run
from civicnet.gateway.http.negotiation import JSON, RESPONSE_TYPE, negotiate
from civicnet.gateway.http.reading import Asked, read
from civicnet.gateway.http.responding import Answer, answer_of
from civicnet.gateway.http.statuses import Stage, status_of
from civicnet.gateway.http.who import who


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
        return _refused(request, refusal, media or JSON)
    except CivicNetError as error:
        return answer_of({"errors": [plain_error(error.code, error)]}, media or JSON, error.status)


def prepare(request: HttpRequest, media: str, asked: Asked) -> Call:
    """The call with its document, parsed and validated; nothing has run yet.

    Raises:
        DocumentRefused: the document, or the choice of its operation, does not fit.
        BadRequest: a mutation in an address.
    """
    snapshot = request.snapshot  # type: ignore[attr-defined]
    composed = request.composed = compose(snapshot.enabled, snapshot.sunset)  # type: ignore[attr-defined]
    ready = document(composed, asked.query)
    meant = operation(ready.tree, asked.operation_name)
    if request.method == "GET" and meant.operation is not OperationType.QUERY:
        raise BadRequest("METHOD_NOT_ALLOWED", _("Send mutations by POST."), 405)
    actor = request.actor  # type: ignore[attr-defined]
    return Call(request, media, actor, asked, snapshot, composed, ready, meant)


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
    stage = Stage.REQUEST if before_execution else Stage.DONE
    return answer_of(payload, call.media, status_of(stage, call.media))


def _refused(request: HttpRequest, refusal: DocumentRefused, media: str) -> Answer:
    snapshot = request.snapshot  # type: ignore[attr-defined]
    errors = [format_error(one, code=refusal.code, snapshot=snapshot) for one in refusal.errors]
    stage = Stage.PARSE if refusal.code in ("PARSE_FAILED", "TOO_LARGE") else Stage.REQUEST
    return answer_of({"errors": errors}, media, status_of(stage, media))
