"""Endpoints of GeoReport v2, each a few lines over services and selectors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import re_path, reverse
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput, Refused
from civicnet_hotline.models import OPEN_STATES, Source
from civicnet_hotline.open311.answers import CONTENT_TYPES
from civicnet_hotline.open311.door import geo_report, portal, sent
from civicnet_hotline.open311.reading import given, read_caller, read_place, read_wanted
from civicnet_hotline.open311.records import receipt, request_record, service
from civicnet_hotline.permissions import VIEW
from civicnet_hotline.selectors import case_of_token, open_categories, open_category_of, visible_case, visible_cases
from civicnet_hotline.services import submit_case

MOST_REQUESTS = 1000
CHANGESET = "2026-11-23T00:00:00+08:00"
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"


@geo_report("GET", "HEAD")
def discovery(request: HttpRequest) -> tuple[str, Any]:
    """What is served here, and how to get a key."""
    address = request.build_absolute_uri(reverse("hotline:open311_services", args=["json"]))
    endpoint = {
        "specification": SPECIFICATION,
        "url": address.rpartition("/")[0],
        "changeset": CHANGESET,
        "type": "production",
        "formats": [kind.partition(";")[0] for kind in reversed(CONTENT_TYPES.values())],
    }
    return "discovery", {
        "changeset": CHANGESET,
        "contact": _("%(site)s: ask the platform's administrator.") % {"site": settings.WAGTAIL_SITE_NAME},
        "key_service": _("The platform's administrator gives keys to portals, each with its scopes."),
        "endpoints": [endpoint],
    }


@geo_report("GET", "HEAD")
def services(request: HttpRequest) -> tuple[str, Any]:
    """All open categories."""
    return "services", [service(category) for category in open_categories()]


@geo_report("GET", "HEAD")
def service_definition(request: HttpRequest, code: str) -> tuple[str, Any]:
    """One category; none asks for more than the list already says."""
    return "service_definition", {"service_code": open_category_of(code).code, "attributes": []}


@geo_report("GET", "HEAD", "POST")
def requests(request: HttpRequest) -> tuple[str, Any]:
    """Submit a case, or list the key's own."""
    return "service_requests", _submit(request) if request.method == "POST" else _list(request)


@geo_report("GET", "HEAD")
def single_request(request: HttpRequest, number: str) -> tuple[str, Any]:
    """One of the key's own cases."""
    return "service_requests", [request_record(visible_case(portal(request), number))]


@geo_report("GET", "HEAD")
def token(request: HttpRequest, token: str) -> tuple[str, Any]:
    """The number that belongs to a token."""
    return "service_requests", [{"service_request_id": case_of_token(token).number, "token": token}]


def _submit(request: HttpRequest) -> list[dict[str, Any]]:
    actor, arguments = portal(request), sent(request)
    code = given(arguments, "service_code")
    if not code:
        raise InvalidInput(_("service_code is missing. GET services lists them."), field="service_code")
    case = submit_case(
        actor=actor,
        source=Source.OPEN311,
        category=code,
        description=given(arguments, "description"),
        place=read_place(arguments),
        caller=read_caller(arguments),
    )
    return [receipt(case)]


def _list(request: HttpRequest) -> list[dict[str, Any]]:
    actor = portal(request)
    if not actor.may(VIEW):
        raise Refused()
    wanted = read_wanted(request.GET)
    cases = visible_cases(actor).select_related("category", "organisation")
    if wanted.numbers:
        cases = cases.filter(number__in=wanted.numbers)
    else:
        cases = cases.filter(requested_at__gte=wanted.start, requested_at__lte=wanted.end)
        if wanted.codes:
            cases = cases.filter(category__code__in=wanted.codes)
        if set(wanted.statuses) == {"open"}:
            cases = cases.filter(state__in=OPEN_STATES)
        elif set(wanted.statuses) == {"closed"}:
            cases = cases.exclude(state__in=OPEN_STATES)
    return [request_record(case) for case in cases.order_by("-requested_at", "-id")[:MOST_REQUESTS]]


_FMT = r"\.(?P<fmt>json|xml)$"
# Without control signs: PostgreSQL cannot even look for some of them.
_ONE = r"[^/\x00-\x1f]+"
urlpatterns = [
    re_path(rf"^discovery{_FMT}", discovery, name="open311_discovery"),
    re_path(rf"^services{_FMT}", services, name="open311_services"),
    re_path(rf"^services/(?P<code>{_ONE}){_FMT}", service_definition, name="open311_service"),
    re_path(rf"^requests{_FMT}", requests, name="open311_requests"),
    re_path(rf"^requests/(?P<number>{_ONE}){_FMT}", single_request, name="open311_request"),
    re_path(rf"^tokens/(?P<token>{_ONE}){_FMT}", token, name="open311_token"),
]
