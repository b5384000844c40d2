"""Use of the open interface: who asks how much, what of this hour's budgets is spent, what is slow, and what was refused."""

from __future__ import annotations

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from civicnet.access.actors import actor_of
from civicnet.access.clients import VIEW, visible_clients
from civicnet.console.doors import open_to
from civicnet.contract import Actor
from civicnet.gateway.selectors import (
    budgets_of_this_hour,
    callers_of_days,
    cost_by_day,
    field_callers,
    plugins_used,
    refusals_by_code,
    slow_documents,
)
from civicnet.lifecycle.labels import plugin_label

DAYS = 30
# So many callers have a colour of their own; the others are one.
_SERIES = 7
_SLOW_SHOWN = 50
_FIELDS_SHOWN = 200


@require_safe
@open_to(VIEW)
def interface_use(request: HttpRequest) -> HttpResponse:
    """The last 30 days in charts and tables."""
    actor = actor_of(request)
    callers = callers_of_days(actor, days=DAYS)
    days, by_client = cost_by_day(actor, days=DAYS)
    series = [(one.label, by_client.get(one.client, {})) for one in callers[:_SERIES]]
    if others := [by_client.get(one.client, {}) for one in callers[_SERIES:]]:
        series.append((_("all others"), _together(others)))
    refused = refusals_by_code(actor, days=DAYS)
    budgets = budgets_of_this_hour(actor)
    plugins = plugins_used(actor, days=DAYS)
    plugin = request.GET.get("plugin", "")
    plugin = plugin if plugin in plugins else ""
    context = {
        "days": DAYS,
        "plugin": plugin,
        "plugins": [(slug, plugin_label(slug)) for slug in plugins],
        "fields": field_callers(actor, days=DAYS, plugin=plugin, most=_FIELDS_SHOWN),
        "most_fields": _FIELDS_SHOWN,
        "callers": callers,
        "budgets": budgets,
        "refused": refused,
        "slow": slow_documents(actor)[:_SLOW_SHOWN],
        "figures": {
            "days": [f"{day:%m-%d}" for day in days],
            "callers": [
                {"name": name, "requests": _column(found, days, 0), "cost": _column(found, days, 1)}
                for name, found in series
            ],
            "budgets": [{"name": one.label, "percent": one.percent} for one in budgets],
            "refused": [{"name": code, "times": times} for code, times in refused],
        },
    }
    return render(request, "console/clients/use.html", context)


@require_safe
@open_to(VIEW)
def interface_use_file(request: HttpRequest) -> HttpResponse:
    """The same sums by day and caller, as CSV that spreadsheets open."""
    actor = actor_of(request)
    labels = {one.client: one.label for one in callers_of_days(actor, days=DAYS)}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="interface-use.csv"'
    file = csv.writer(response)
    file.writerow([_("Day"), _("Caller"), _("Requests"), _("Cost")])
    for client, found in sorted(cost_by_day(actor, days=DAYS)[1].items(), key=lambda one: labels[one[0]]):
        # A name that begins like a formula stays a name.
        name = "'" + labels[client] if labels[client].startswith(("=", "+", "-", "@")) else labels[client]
        file.writerows([day.isoformat(), name, *amounts] for day, amounts in found.items())
    return response


@require_safe
@open_to(VIEW)
def slow_query(request: HttpRequest, pk: int) -> HttpResponse:
    """One slow query: its text without values, how often and how long."""
    actor = actor_of(request)
    found = slow_documents(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    context = {"slow": found, "mean_ms": round(found.total_ms / max(found.times, 1)), "last": _last(found, actor)}
    return render(request, "console/clients/slow.html", context)


def _last(found: Any, actor: Actor) -> str:
    if found.last_client in ("anonymous", "staff"):
        return {"anonymous": _("a caller without a key"), "staff": _("somebody who was signed in")}[found.last_client]
    is_known = visible_clients(actor).filter(name=found.last_client).exists()
    return str(found.last_client) if is_known else _("a client of another organisation")


def _column(found: dict[Any, tuple[int, int]], days: list[Any], place: int) -> list[int]:
    return [found.get(day, (0, 0))[place] for day in days]


def _together(others: list[dict[Any, tuple[int, int]]]) -> dict[Any, tuple[int, int]]:
    found: dict[Any, tuple[int, int]] = {}
    for one in others:
        for day, (asked, spent) in one.items():
            before = found.get(day, (0, 0))
            found[day] = before[0] + asked, before[1] + spent
    return found


PATHS = [
    path("use/", interface_use, name="use"),
    path("use/file/", interface_use_file, name="use_file"),
    path("use/slow/<int:pk>/", slow_query, name="slow_query"),
]
