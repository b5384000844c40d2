"""考核 in Wagtail's admin: forms and what was filed. No list is sorted by points, and none shows them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from civicnet.access.actors import actor_of
from civicnet.console.doors import PostMenuItem
from civicnet.console.lists import DayColumn, ListView, LookingPolicy
from civicnet_assessment import views
from civicnet_assessment.models import Assessment, AssessmentForm
from civicnet_assessment.permissions import ADD_FORM, VIEW, VIEW_FORM
from civicnet_assessment.selectors import visible_assessments, visible_forms


class FormListView(ListView):
    """Forms, latest year first."""

    model = AssessmentForm
    permission_policy = LookingPolicy(VIEW_FORM)
    page_title = _("Assessment forms")
    header_icon = "form"
    index_url_name = "assessment_forms:index"
    index_results_url_name = "assessment_forms:index_results"
    search_fields = ["title", "organisation__name"]
    default_ordering = "-year"
    columns = [
        TitleColumn(
            "title", label=_("Assessment form"), get_url=lambda form: reverse("assessment_forms:form", args=[form.pk])
        ),
        Column("year", label=_("Year"), sort_key="year"),
        Column("organisation", label=_("Organisation"), classname="cn-wide"),
        DayColumn("opens", label=_("Opens"), sort_key="opens", classname="cn-wide"),
        DayColumn("closes", label=_("Closes"), sort_key="closes"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Opening a form, for those who may."""
        if not actor_of(self.request).may(ADD_FORM):
            return []
        return [HeaderButton(_("Open a form"), url=reverse("assessment_forms:open"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[AssessmentForm]:
        """Through the one door."""
        return visible_forms(actor_of(self.request)).select_related("organisation")


def _forms(request: HttpRequest) -> QuerySet[AssessmentForm]:
    return visible_forms(actor_of(request))


class AssessmentFilters(WagtailFilterSet):
    """By form."""

    form = django_filters.ModelChoiceFilter(label=_("Assessment form"), queryset=_forms)

    class Meta:
        model = Assessment
        fields = ["form"]


class AssessmentListView(ListView):
    """What was filed, latest first."""

    model = Assessment
    permission_policy = LookingPolicy(VIEW)
    page_title = _("Assessments filed")
    header_icon = "tasks"
    index_url_name = "assessment_filed:index"
    index_results_url_name = "assessment_filed:index_results"
    export_resource = "assessment.results"
    filterset_class = AssessmentFilters
    search_fields = ["subject_label", "form__title", "organisation__name"]
    default_ordering = "-filed_at"
    columns = [
        TitleColumn(
            "subject_label",
            label=_("Person assessed"),
            get_url=lambda one: reverse("assessment_filed:assessment", args=[one.pk]),
        ),
        Column("form", label=_("Assessment form"), classname="cn-wide"),
        Column("organisation", label=_("Organisation"), classname="cn-wide"),
        Column("assessor", label=_("Assessor")),
        Column("state", label=_("State"), accessor="get_state_display"),
        DateColumn("filed_at", label=_("Filed"), sort_key="filed_at", classname="cn-wide"),
    ]

    def get_base_queryset(self) -> QuerySet[Assessment]:
        """Through the one door."""
        return visible_assessments(actor_of(self.request)).select_related("form", "organisation", "assessor")


class FormViewSet(ViewSet):
    """Forms: looking, opening, filling in."""

    name = "assessment_forms"
    url_prefix = "assessment/forms"
    icon = "form"
    menu_label = _("Assessment forms")
    menu_name = "assessment-forms"
    menu_item_class = type("FormMenuItem", (PostMenuItem,), {"permissions": (VIEW_FORM,)})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", FormListView.as_view(), name="index"),
            path("results/", FormListView.as_view(results_only=True), name="index_results"),
            path("open/", views.open_one, name="open"),
            path("held/", views.held, name="held"),
            path("<int:pk>/", views.form_page, name="form"),
            path("<int:pk>/fill/", views.fill, name="fill"),
        ]


class FiledViewSet(ViewSet):
    """What was filed."""

    name = "assessment_filed"
    url_prefix = "assessment/filed"
    icon = "tasks"
    menu_label = _("Assessments filed")
    menu_name = "assessments-filed"
    menu_item_class = type("FiledMenuItem", (PostMenuItem,), {"permissions": (VIEW,)})

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", AssessmentListView.as_view(), name="index"),
            path("results/", AssessmentListView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", views.assessment_page, name="assessment"),
        ]


class AssessmentGroup(ViewSetGroup):
    """考核: one entry of the menu for all of it."""

    menu_label = _("Assessment")
    menu_name = "assessment"
    menu_icon = "form"
    menu_order = 400
    items = (FormViewSet, FiledViewSet)
