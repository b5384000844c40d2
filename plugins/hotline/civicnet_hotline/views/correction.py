"""Error reports: a form of its own for every page of our sites, without a script and never from a cache."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import Site

from civicnet.access.refusals import budget_left
from civicnet.contract import CivicNetError
from civicnet.contract.addresses import client_address, neighbourhood
from civicnet_hotline.acts import tell
from civicnet_hotline.errors import TooManyReports
from civicnet_hotline.forms import MOST_PATH, ErrorForm
from civicnet_hotline.hookspecs import DutyPost, ReportedPage
from civicnet_hotline.models import Case
from civicnet_hotline.routing import page_at
from civicnet_hotline.services import Caller, Fault, report_error
from civicnet_hotline.services.callers import retention_days

# More than people write, fewer than a program would.
PER_MINUTE = 6


@dataclass(frozen=True, slots=True)
class _Address:
    """A page of which nothing but its address is known."""

    address: str
    key: str = ""
    title: str = ""
    desk: DutyPost | None = None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what was sent with it; a report that was taken in leads to its number."""
    given = request.POST if request.method == "POST" else request.GET
    path = _path(given.get("page", ""))
    page = _page(request, path)
    form = ErrorForm(request.POST) if request.method == "POST" else ErrorForm(initial={"page": path})
    case = _submit(request, form, page) if form.is_bound and form.is_valid() else None
    if case is not None:
        return HttpResponseRedirect(reverse("hotline:received", args=[case.token]))
    context = {"form": form, "page_reported": page, "path": path, "retention_days": retention_days()}
    response = render(request, "hotline/resident/report.html", context, status=_status(form))
    # One form for each page of the site is nothing to be found by searching.
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _submit(request: HttpRequest, form: ErrorForm, page: ReportedPage) -> Case | None:
    given = form.cleaned_data
    try:
        # Counted for a minute, and kept nowhere.
        if not budget_left(f"reports.{neighbourhood(client_address(request))}", PER_MINUTE):
            raise TooManyReports()
        return report_error(
            page=page,
            fault=Fault(given["fault"]),
            words=given["words"],
            caller=Caller(name=given["caller_name"], phone=given["caller_phone"]),
            once=given["once"],
        )
    except CivicNetError as error:
        tell(form, error)
        form.status = error.status
        return None


def _status(form: ErrorForm) -> int:
    return form.status if form.is_bound else 200


def _page(request: HttpRequest, path: str) -> ReportedPage:
    site = Site.find_for_request(request)
    found = page_at(site_id=site.pk if site else None, path=path)
    return found or _Address(request.build_absolute_uri(path))


def _path(text: str) -> str:
    """The path of a page of this site; the home page's for whatever is none."""
    plain = text.replace("\0", "").strip()
    # To a browser a backslash is a slash, a tab is nothing, and two slashes are another host.
    if not plain.startswith("/") or len(plain) > MOST_PATH or not url_has_allowed_host_and_scheme(plain, None):
        return "/"
    asks = reverse("hotline:ask")
    # Whoever knows the address of a case may follow it: it is told to nobody else.
    return asks if plain.startswith(asks) else plain
