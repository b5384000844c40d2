"""The burden page: who asks what, how often, of how many rows, and what it costs in minutes."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.exchange.burden import Borne, burden_since
from civicnet.exchange.permissions import VIEW_BURDEN
from civicnet.exchange.tables import harmless
from civicnet.lifecycle.labels import plugin_label

DAYS = 365
# So many askers have a bar of their own; the table below has all.
_BARS = 12


@never_cache
@require_safe
@open_to(VIEW_BURDEN)
def burden_page(request: HttpRequest) -> HttpResponse:
    """The last twelve months: a chart by asker, what is asked more than once, and every form and kind of file."""
    burden = burden_since(_since(), actor=actor_of(request))
    bars = [{"name": name, "minutes": round(spent)} for name, spent in burden.by_asker[:_BARS]]
    context = {
        "burden": burden,
        "lines": [(one, *_apart(one, {again.key for again in burden.repeated})) for one in burden.lines],
        "kept": [(one, element, reason) for one in burden.lines for element, reason in one.kept],
        "failed": [plugin_label(slug) for slug in burden.failed],
        "seconds": {"field": settings.CIVICNET_SECONDS_PER_FIELD, "cell": settings.CIVICNET_SECONDS_PER_CELL},
        "figures": {"minutes": [one for one in bars if one["minutes"]]},
    }
    return render(request, "console/burden/index.html", context)


@never_cache
@require_safe
@open_to(VIEW_BURDEN)
def burden_file(request: HttpRequest) -> HttpResponse:
    """The same lines as CSV that spreadsheets open."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="burden.csv"'
    file = csv.writer(response)
    file.writerow(
        [_("Asked by"), _("Form or file"), _("Data elements"), _("Times"), _("Rows"), _("Fields a row"), _("Minutes"),
         _("Asked for although held")]
    )  # fmt: skip
    for one in burden_since(_since(), actor=actor_of(request)).lines:
        elements = ", ".join(key for key, _label in one.elements)
        kept = "; ".join(f"{element}: {reason}" for element, reason in one.kept)
        texts = [harmless(text) for text in (one.asker, one.what, elements)]
        file.writerow([*texts, one.times, one.rows, one.fields, round(one.minutes), harmless(kept)])
    return response


def _apart(line: Borne, repeated: set[str]) -> tuple[list[str], list[str]]:
    """The elements of a line: those that are asked for elsewhere, too, and the others."""
    twice = [label for key, label in line.elements if key in repeated]
    return twice, [label for key, label in line.elements if key not in repeated]


def _since() -> datetime:
    return timezone.now() - timedelta(days=DAYS)


class BurdenMenuItem(PostMenuItem):
    """For whoever may see burdens."""

    permissions = (VIEW_BURDEN,)


class BurdenViewSet(ViewSet):
    """Burdens, beside import and export."""

    name = "burden"
    url_prefix = "burden"
    icon = "history"
    menu_label = gettext_lazy("Who asks what")
    menu_name = "burden"
    menu_order = 510
    menu_item_class = BurdenMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """The page, and its file."""
        return [path("", burden_page, name="index"), path("file/", burden_file, name="file")]
