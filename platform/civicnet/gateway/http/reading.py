"""Reading a request: from the address or the body to what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.negotiation import JSON

# Variables: values in all, lists and objects inside each other, and characters of all texts.
MOST_VALUES = 10_000
MOST_DEPTH = 20
MOST_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for: a document as text, by its id, or by the hash in ``extensions``."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    document_id: str | None
    extensions: dict[str, Any]


_TOO_LARGE = gettext_lazy(
    "Variables hold at most %(values)s values and %(characters)s characters, at most %(depth)s levels inside each other."
)
_KINDS = {"query": str, "documentId": str, "variables": dict, "extensions": dict, "operationName": str}


def read(request: HttpRequest) -> Asked:
    """What a GET or POST asks for.

    Raises:
        BadRequest: it is not a GraphQL request; nothing of it has been looked up yet.
    """
    data = _from_address(request) if request.method == "GET" else _from_body(request)
    if isinstance(data, list):
        raise BadRequest(
            "BATCH_REFUSED", _("Send one request a call, and several at once on connections of their own.")
        )
    if not isinstance(data, dict):
        raise BadRequest("BAD_REQUEST", _("A request is an object with a “query” string."))
    for name, kind in _KINDS.items():
        if not isinstance(data.get(name), kind | None):
            raise BadRequest("BAD_REQUEST", _("“%(name)s” has the wrong type.") % {"name": name})
    query, document_id, extensions = data.get("query"), data.get("documentId"), data.get("extensions") or {}
    if query is None and document_id is None and "persistedQuery" not in extensions:
        raise BadRequest("BAD_REQUEST", _("A request is an object with a “query” string, or with a “documentId”."))
    _check(data.get("variables"))
    return Asked(query, data.get("variables"), data.get("operationName") or None, document_id, extensions)


def _from_address(request: HttpRequest) -> dict[str, Any]:
    data: dict[str, Any] = dict(request.GET.dict())
    for name in ("variables", "extensions"):
        data[name] = _json(data.get(name) or "null")
    return data


def _from_body(request: HttpRequest) -> Any:
    if request.content_type != JSON:
        raise BadRequest("UNSUPPORTED_MEDIA_TYPE", _("Send a JSON body."), 415)
    return _json(_body(request))


def _check(variables: dict[str, Any] | None) -> None:
    # Without recursion: a thousand lists may stand inside each other.
    waiting: list[tuple[Any, int]] = [(variables, 0)]
    values = characters = 0
    while waiting:
        one, depth = waiting.pop()
        inner = [*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else ()
        values += len(inner)
        characters += len(one) if isinstance(one, str) else 0
        if values > MOST_VALUES or depth > MOST_DEPTH or characters > MOST_CHARACTERS:
            told = {"values": MOST_VALUES, "depth": MOST_DEPTH, "characters": MOST_CHARACTERS}
            raise BadRequest("TOO_LARGE", _TOO_LARGE % told, 413)
        if isinstance(one, str) and "\0" in one:
            raise BadRequest("BAD_REQUEST", _("A text cannot hold the sign U+0000."))
        waiting.extend((value, depth + 1) for value in inner)


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
