"""Pages: the public list, and the forms in the admin."""

from __future__ import annotations

from collections.abc import Callable

from civicnet.access.actors import actor_of
from civicnet.contract import CivicNetError
from civicnet.lifecycle.snapshot import plugin_settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from acme_station.charting import chart
from acme_station.distances import read_place
from acme_station.forms import CloseForm, StationForm
from acme_station.listing import listed
from acme_station.permissions import KEEP
from acme_station.selectors import stations_to_close
from acme_station.services import close_station, keep_station


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All open stations with a map, for residents; with ``?near=longitude,latitude`` the nearest first.

    Whoever is signed in sees the same here.
    """
    settings = plugin_settings("station")
    lines = listed(read_place(request.GET.get("near", "")))
    drawn = chart([one["row"] for one in lines], circle_metres=settings["circle_metres"])
    context = {"lines": lines, "chart": drawn, "notice": settings["notice"], "circle": settings["circle_metres"]}
    return render(request, "station/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Put a station on file, or correct it under its code."""
    actor = actor_of(request)
    if not actor.may(KEEP):
        raise Http404
    form = StationForm(request.POST or None, actor=actor)

    def act() -> str:
        return _("“%(station)s” is on file.") % {"station": keep_station(actor=actor, **form.cleaned_data)}

    return _filled_in(request, form, act, title=_("Keep a service station"), submit=_("Save the service station"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a station of one's area, with a day and a reason."""
    actor = actor_of(request)
    station = get_object_or_404(stations_to_close(actor), pk=pk)
    form = CloseForm(request.POST or None)

    def act() -> str:
        return _("“%(station)s” is closed.") % {
            "station": close_station(actor=actor, station=station, **form.cleaned_data)
        }

    title = _("Close “%(station)s”") % {"station": station}
    return _filled_in(request, form, act, title=title, submit=_("Close the service station"))


def _filled_in(request: HttpRequest, form: Form, act: Callable[[], str], *, title: str, submit: str) -> HttpResponse:
    """The form; or, once it is filled in, what came of the act: its message on the list, or its refusal in the form."""
    status = 400 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            messages.success(request, act())
        except CivicNetError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = error.status
        else:
            return HttpResponseRedirect(reverse("station_stations:index"))
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("station_stations:index"), "label": _("Service stations")},
        {"url": "", "label": title},
    ]
    context = {"form": form, "breadcrumbs_items": crumbs, "header_icon": "home", "header_title": title}
    return render(request, "station/form.html", context | {"submit": submit}, status=status)
