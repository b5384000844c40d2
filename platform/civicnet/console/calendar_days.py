"""Working days in Wagtail's admin: the holidays and working days that were entered, for whoever keeps the calendar."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from civicnet.access.actors import actor_of
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.doors import PostMenuItem, open_to
from civicnet.console.lists import ListView, LookingPolicy
from civicnet.contract import CivicNetError, NotFound, Refused
from civicnet.workdays.calendar import work_calendar
from civicnet.workdays.models import LONGEST_NAME, CalendarDay, DayKind
from civicnet.workdays.permissions import KEEP
from civicnet.workdays.selectors import kept_days
from civicnet.workdays.services import DayRow, days_between, drop_day, keep_days


class DayForm(forms.Form):
    """What is said of one day."""

    kind = forms.ChoiceField(label=pgettext_lazy("calendar day", "Kind"), choices=DayKind.choices)
    name = forms.CharField(
        label=pgettext_lazy("calendar day", "Name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("The name of the holiday; of a day that is made up for, also that of its holiday."),
    )


class NewDaysForm(DayForm):
    """What is said of a day, or of several in a row."""

    first = forms.DateField(label=gettext_lazy("Day, or first of the days"), widget=AdminDateInput())
    last = forms.DateField(
        label=gettext_lazy("Last of the days"),
        required=False,
        widget=AdminDateInput(),
        help_text=gettext_lazy("Left empty, it is the one day alone."),
    )
    field_order = ["first", "last", "kind", "name"]


class DayFilters(WagtailFilterSet):
    """Holidays, or the days made up for them."""

    class Meta:
        model = CalendarDay
        fields = ["kind"]


class CalendarListView(ListView):
    """The days that were entered, the latest on top."""

    model = CalendarDay
    permission_policy = LookingPolicy(KEEP)
    page_title = gettext_lazy("Working days")
    header_icon = "calendar-alt"
    index_url_name = "calendar_days:index"
    index_results_url_name = "calendar_days:index_results"
    export_resource = "platform.calendar"
    filterset_class = DayFilters
    search_fields = ["name"]
    default_ordering = "-day"
    empty = gettext_lazy(
        "Nothing is entered: holidays are as the installed calendar has them. Enter those of a year that it does not know."
    )
    columns = [
        TitleColumn(
            "day",
            label=gettext_lazy("Day"),
            accessor=lambda one: f"{one.day:%Y-%m-%d}",
            sort_key="day",
            get_url=lambda one: reverse("calendar_days:day", args=[one.pk]),
        ),
        Column("kind", label=pgettext_lazy("calendar day", "Kind"), accessor="get_kind_display", sort_key="kind"),
        Column("name", label=pgettext_lazy("calendar day", "Name"), sort_key="name"),
        Column("entered_by", label=gettext_lazy("Entered by"), classname="cn-wide"),
    ]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Entering days."""
        return [HeaderButton(_("Enter days"), url=reverse("calendar_days:new"), icon_name="plus")]

    def get_page_subtitle(self) -> str:
        """Up to which year holidays are known."""
        calendar, this = work_calendar(), timezone.localdate().year
        last = next((year - 1 for year in (this, this + 1) if not calendar.knows(year)), this + 1)
        return _("holidays known up to %(year)d") % {"year": last}

    def get_base_queryset(self) -> QuerySet[CalendarDay]:
        """Through the one door."""
        return kept_days(actor_of(self.request))


def _closes(error: CivicNetError) -> bool:
    return isinstance(error, NotFound | Refused)


_try = partial(attempt, closes=_closes)
_ask = partial(ask, icon="calendar-alt", sheet="console/clients.css", look="cn-clients cn-clients--act")


@act_view
@open_to(KEEP)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a day, or several in a row."""
    form = NewDaysForm(request.POST or None)
    back = reverse("calendar_days:index")
    if _try(form, lambda: _enter(request, form)):
        return done(request, back, _("It is entered. Deadlines are counted by it from now on."))
    note = _(
        "Enter each holiday, and each weekend day that is made up for one. A whole year can be imported as a sheet under "
        "“Working days and holidays”."
    )
    return _ask(request, form, title=_("Enter days"), note=note, back=back, button=_("Enter them"))


@act_view
@open_to(KEEP)
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something else of a day."""
    found = _found(request, pk)
    form = DayForm(request.POST or None, initial={"kind": found.kind, "name": found.name})
    back = reverse("calendar_days:index")
    if _try(form, lambda: keep_days(rows=[_row(found.day, form)], actor=actor_of(request))):
        return done(request, back, _("It is changed. Deadlines are counted by it from now on."))
    drop_url = reverse("calendar_days:drop", args=[pk])
    return _ask(request, form, title=f"{found.day:%Y-%m-%d}", back=back, button=_("Save"), drop_url=drop_url)


@act_view
@open_to(KEEP)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out what was entered of a day."""
    found = _found(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if _try(form, lambda: drop_day(pk=pk, actor=actor_of(request)) or True):
        return done(request, reverse("calendar_days:index"), _("The day is taken out of the calendar."))
    return _ask(
        request,
        form,
        title=_("Take %(day)s out of the calendar") % {"day": found},
        note=_(
            "The day is then as the installed calendar has it, or as the week has it where that does not know the year."
        ),
        back=reverse("calendar_days:day", args=[pk]),
        button=_("Take it out"),
        serious=True,
    )


def _found(request: HttpRequest, pk: int) -> CalendarDay:
    found = kept_days(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


def _row(one: date, form: DayForm) -> DayRow:
    return DayRow(one, DayKind(form.cleaned_data["kind"]), form.cleaned_data["name"])


def _enter(request: HttpRequest, form: NewDaysForm) -> Any:
    days = days_between(form.cleaned_data["first"], form.cleaned_data["last"])
    return keep_days(rows=[_row(one, form) for one in days], actor=actor_of(request))


class CalendarMenuItem(PostMenuItem):
    """For whoever keeps the calendar."""

    permissions = (KEEP,)


class CalendarViewSet(ViewSet):
    """The calendar as part of Wagtail's admin."""

    name = "calendar_days"
    url_prefix = "calendar-days"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Working days")
    menu_name = "calendar-days"
    menu_order = 730
    menu_item_class = CalendarMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[Any]:
        """List first: the menu leads there."""
        return [
            path("", CalendarListView.as_view(), name="index"),
            path("results/", CalendarListView.as_view(results_only=True), name="index_results"),
            path("new/", new, name="new"),
            path("<int:pk>/", day, name="day"),
            path("<int:pk>/drop/", drop, name="drop"),
        ]
