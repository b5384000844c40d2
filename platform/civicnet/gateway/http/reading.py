"""Reading a request: from the address or the body to what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _

from civicnet.gateway.http.errors import BadRequest
from civicnet.gateway.http.negotiation import JSON


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


def read(request: HttpRequest) -> Asked:
    """What a GET or POST asks for.

    Raises:
        BadRequest: it is not a GraphQL request; nothing of it has been looked up yet.
    """
    data = _from_address(request) if request.method == "GET" else _from_body(request)
    if not isinstance(data, dict) or not isinstance(data.get("query"), str):
        raise BadRequest("BAD_REQUEST", _("A request is an object with a “query” string."))
    for name, kind in (("variables", dict), ("extensions", dict), ("operationName", str)):
        if not isinstance(data.get(name), kind | None):
            raise BadRequest("BAD_REQUEST", _("“%(name)s” has the wrong type.") % {"name": name})
    if _holds_nul(data.get("variables")):
        raise BadRequest("BAD_REQUEST", _("A text cannot hold the sign U+0000."))
    return Asked(data["query"], data.get("variables"), data.get("operationName") or None)


def _from_address(request: HttpRequest) -> dict[str, Any]:
    data: dict[str, Any] = dict(request.GET.dict())
    for name in ("variables", "extensions"):
        data[name] = _json(data.get(name) or "null")
    return data


def _from_body(request: HttpRequest) -> Any:
    if request.content_type != JSON:
        raise BadRequest("UNSUPPORTED_MEDIA_TYPE", _("Send a JSON body."), 415)
    return _json(_body(request))


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
