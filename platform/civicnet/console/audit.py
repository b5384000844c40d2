"""The audit screen: who did what, when, from where and why, for those whose post is to look; nothing to change."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet

from civicnet.access.actors import actor_of
from civicnet.console.audit_facts import compared
from civicnet.console.audit_told import NAMELESS, kinds, place, thing, who
from civicnet.console.audit_words import in_words, known_actions
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.lists import ListView, LookingPolicy
from civicnet.ledger.models import AuditRecord
from civicnet.ledger.selectors import VIEW, last_seal, visible_records
from civicnet.ledger.verify_database import verify_database

# What is looked at while somebody waits; for more there is the command.
MOST_AT_ONCE = 200_000


def _actions() -> list[tuple[str, str]]:
    return sorted(known_actions().items(), key=lambda one: one[1])


class AuditFilters(WagtailFilterSet):
    """By time, person, deed and kind of thing; words in the object and the reason are found by the search."""

    at = django_filters.DateFromToRangeFilter(label=_("Time"), widget=DateRangePickerWidget)
    actor_label = django_filters.CharFilter(label=_("Who"), method="by_who")
    action = django_filters.ChoiceFilter(label=pgettext_lazy("audit", "Action"), choices=_actions)
    object_type = django_filters.ChoiceFilter(label=_("Kind of object"), choices=kinds)

    class Meta:
        model = AuditRecord
        fields = ["at", "actor_label", "action", "object_type"]

    def by_who(self, records: QuerySet[AuditRecord], name: str, asked: str) -> QuerySet[AuditRecord]:
        """By a part of the name, or of the word that stands for it in the list."""
        nameless = [kind for kind, word in NAMELESS.items() if asked in str(word)]
        return records.filter(Q(actor_label__icontains=asked) | Q(actor_kind__in=nameless))


class AuditView(ListView):
    """Newest first."""

    model = AuditRecord
    permission_policy = LookingPolicy(VIEW)
    template_name = "console/audit/index.html"
    page_title = _("Audit")
    header_icon = "history"
    index_url_name = "audit:index"
    index_results_url_name = "audit:index_results"
    filterset_class = AuditFilters
    search_fields = ["object_label", "reason"]
    default_ordering = "-id"
    empty = _("Nothing has happened yet. Every deed of a person, a portal or the system appears here by itself.")
    columns = [
        TitleColumn(
            "at",
            label=_("Time"),
            accessor=lambda one: f"{localtime(one.at):%Y-%m-%d %H:%M:%S}",
            get_url=lambda one: reverse("audit:record", args=[one.pk]),
        ),
        Column("actor_label", label=_("Who"), accessor=who),
        Column("action", label=pgettext_lazy("audit", "Action"), accessor=lambda one: in_words(one.action)),
        Column("object_label", label=_("Object"), accessor=thing),
        Column("reason", label=_("Reason"), classname="cn-wide"),
        Column("origin", label=_("From where"), accessor=place, classname="cn-wide"),
    ]

    def get_base_queryset(self) -> QuerySet[AuditRecord]:
        """Through the one door, without the facts that a list does not show."""
        return visible_records(actor_of(self.request)).defer("before", "after")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, with how far it is sealed on top."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"seal": last_seal(actor_of(self.request))}


@require_safe
@open_to(VIEW)
def record_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: every field in words, and what was before beside what came after."""
    record = get_object_or_404(visible_records(actor_of(request)), pk=pk)
    context = {
        "record": record,
        "action": in_words(record.action),
        "who": who(record),
        "thing": thing(record),
        "place": place(record),
        "facts": compared(record.before, record.after),
    }
    return render(request, "console/audit/record.html", context)


@require_POST
@open_to(VIEW)
def verification(request: HttpRequest) -> HttpResponse:
    """Look at every record, seal and line of the witness now, unless there are too many to wait for."""
    count = visible_records(actor_of(request)).count()
    report = verify_database() if count <= MOST_AT_ONCE else None
    return render(request, "console/audit/verification.html", {"report": report, "count": count})


class AuditMenuItem(PostMenuItem):
    """For auditors."""

    permissions = (VIEW,)


class AuditViewSet(ViewSet):
    """The audit as part of Wagtail's admin."""

    url_namespace = "audit"
    url_prefix = "audit"
    menu_label = _("Audit")
    menu_icon = "history"
    menu_order = 800
    menu_item_class = AuditMenuItem
    add_to_admin_menu = True

    @property
    def menu_url(self) -> str:
        """Where the menu item leads."""
        return reverse("audit:index")

    def get_urlpatterns(self) -> list[Any]:
        """The list, one record, and the verification."""
        return [
            path("", AuditView.as_view(), name="index"),
            path("results/", AuditView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", record_page, name="record"),
            path("verification/", verification, name="verification"),
        ]
