"""Registered GraphQL documents in Wagtail's admin: which there are, who asks for them, and one page for each."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton

from civicnet.access.actors import actor_of
from civicnet.console import graphql_document_acts as acts
from civicnet.console.client_state import State
from civicnet.console.clients import StateColumn
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.lists import DayColumn, ListView, LookingPolicy
from civicnet.gateway.models import TrustedDocument
from civicnet.gateway.trusted.selectors import CHANGE, VIEW, visible_documents


def state_of(document: TrustedDocument) -> State:
    """Whether it is answered."""
    if document.ended_at:
        return State("ended", "cross", pgettext("GraphQL document", "ended"))
    return State("valid", "check", pgettext("GraphQL document", "registered"))


def _audience(document: TrustedDocument) -> str:
    return str(document.client or _("everybody"))


class DocumentStateColumn(StateColumn):
    """Registered or ended: by icon, colour and word."""

    def get_value(self, instance: Any) -> State:
        """Of the row alone."""
        return state_of(instance)


class DocumentListView(ListView):
    """All documents; searched by name, or by what a caller sent as hash."""

    model = TrustedDocument
    permission_policy = LookingPolicy(VIEW, CHANGE)
    page_title = gettext_lazy("GraphQL documents")
    header_icon = "doc-full"
    index_url_name = "graphql_documents:index"
    index_results_url_name = "graphql_documents:index_results"
    search_fields = ["name", "digest", "client__name"]
    default_ordering = "name"
    empty = gettext_lazy(
        "No document is registered. Add one with the button above; portals then ask for it by its hash."
    )
    columns = [
        TitleColumn(
            "name",
            label=pgettext_lazy("GraphQL document", "Name"),
            sort_key="name",
            get_url=lambda one: reverse("graphql_documents:document", args=[one.pk]),
        ),
        DocumentStateColumn("state", label=gettext_lazy("State")),
        Column(
            "client",
            label=pgettext_lazy("GraphQL document", "For"),
            accessor=lambda one: str(one.client or _("everybody")),
        ),
        Column("digest", label=gettext_lazy("Hash"), accessor=lambda one: f"{one.digest[:12]}…"),
        DayColumn("used_on", label=gettext_lazy("Last used"), sort_key="used_on"),
    ]

    @cached_property
    def search_query(self) -> str:
        """What is looked for; a hash also as callers write it."""
        given: str = super().search_query
        return given.strip().lower().removeprefix("sha256:") if given.strip().lower().startswith("sha256:") else given

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Registering, for those who may."""
        if not actor_of(self.request).may(CHANGE):
            return []
        url = reverse("graphql_documents:new")
        return [HeaderButton(gettext_lazy("Register a document"), url=url, icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[TrustedDocument]:
        """Through the one door, without the texts."""
        return visible_documents(actor_of(self.request)).defer("text")


@require_safe
@open_to(VIEW, CHANGE)
def document_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: its text, its hash as callers send it, when it was last asked for."""
    document = acts.document_for(request, pk)
    can_end = actor_of(request).may(CHANGE) and not document.ended_at
    context = {"document": document, "state": state_of(document), "can_end": can_end}
    return render(request, "console/graphql_documents/document.html", context)


class DocumentMenuItem(PostMenuItem):
    """For whoever looks after documents."""

    permissions = (VIEW, CHANGE)


class GraphQLDocumentViewSet(ViewSet):
    """Registered documents as part of Wagtail's admin."""

    name = "graphql_documents"
    url_prefix = "graphql-documents"
    icon = "doc-full"
    menu_label = gettext_lazy("GraphQL documents")
    menu_name = "graphql-documents"
    menu_order = 715
    menu_item_class = DocumentMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", DocumentListView.as_view(), name="index"),
            path("results/", DocumentListView.as_view(results_only=True), name="index_results"),
            path("new/", acts.new, name="new"),
            path("<int:pk>/", document_page, name="document"),
            path("<int:pk>/end/", acts.end, name="end"),
        ]
