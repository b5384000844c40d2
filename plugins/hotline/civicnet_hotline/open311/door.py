"""The door: keys, jurisdictions, and every error in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from civicnet.access.callers import caller
from civicnet.contract import Actor, CivicNetError, InvalidInput, NotFound, Refused
from civicnet_hotline.open311.answers import respond
from civicnet_hotline.open311.reading import given
from civicnet_hotline.selectors import is_jurisdiction

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# GeoReport v2: 404 for what does not exist, 403 for keys, 400 for anything else; RFC 6585: 429 for too many.
_STATUS = {401: 403, 403: 403, 404: 404, 405: 405, 429: 429, 503: 503}
View = Callable[..., tuple[str, Any]]


class MethodNotAllowed(CivicNetError):
    """The address is right, the method is not."""

    status = 405

    def __init__(self, methods: tuple[str, ...]) -> None:
        super().__init__(_("Use %(methods)s here.") % {"methods": ", ".join(methods)})


def geo_report(*methods: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make an endpoint of a function that gives a root element and its content.

    No cookie identifies anybody here, so there is nothing for a forged page to misuse and no CSRF check.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @never_cache
        @wraps(view)
        def endpoint(request: HttpRequest, fmt: str, **named: str) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise MethodNotAllowed(methods)
                check_jurisdiction(sent(request))
                root, content = view(request, **named)
            except CivicNetError as error:
                return _refusal(error, fmt, methods)
            return respond(root, content, fmt)

        return endpoint

    return decorate


def sent(request: HttpRequest) -> QueryDict:
    """The arguments: of the address, or of the form in the body.

    Raises:
        InvalidInput: the body is no form.
    """
    if request.method != "POST":
        return request.GET
    if request.content_type not in FORMS:
        raise InvalidInput(_("Send the request as %(type)s.") % {"type": FORMS[0]})
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError) as error:
        raise InvalidInput(_("The form in the body cannot be read. Send it as UTF-8.")) from error


def portal(request: HttpRequest) -> Actor:
    """The portal whose key or token came with the request, in ``api_key`` or as a bearer.

    Raises:
        CivicNetError: there is none, or it is not valid.
    """
    scheme, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    key = given(sent(request), "api_key") or (bearer.strip() if scheme.lower() == "bearer" else "")
    if not key:
        raise Refused(_("An api_key is needed. Ask the platform's administrator for one."))
    return caller(request, key)


def check_jurisdiction(arguments: QueryDict) -> None:
    """Refuse requests that are meant for another place.

    Raises:
        NotFound: the jurisdiction_id is not ours.
    """
    code = given(arguments, "jurisdiction_id")
    if code and not is_jurisdiction(code):
        raise NotFound(_("This endpoint does not serve the jurisdiction_id that was given."))


def _refusal(error: CivicNetError, fmt: str, methods: tuple[str, ...]) -> HttpResponse:
    status = _STATUS.get(error.status, 400)
    response = respond("errors", [{"code": status, "description": str(error)}], fmt, status=status)
    if status == 405:
        response["Allow"] = ", ".join(methods)
    if status == 429:
        response["Retry-After"] = "60"
    return response
