"""The calendar as a sheet: the holidays of a year and the weekend days made up for them, in and out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor
from civicnet.exchange.cells import ChoiceWidget, DateWidget, TextWidget
from civicnet.exchange.resource import Column, ImportResource, TypedRow
from civicnet.lifecycle.generation import bump
from civicnet.workdays.models import LONGEST_NAME, CalendarDay, DayKind
from civicnet.workdays.permissions import KEEP
from civicnet.workdays.selectors import all_days, kept_days
from civicnet.workdays.services import DayRow, keep_days

KINDS = {
    "放假": DayKind.OFF.value,
    "休": DayKind.OFF.value,
    "上班": DayKind.WORKED.value,
    "班": DayKind.WORKED.value,
    "调休上班": DayKind.WORKED.value,
}


class CalendarDayResource(ImportResource):
    """Days that were entered, each recognised by its date. A sheet takes none out that it does not name."""

    key = "platform.calendar"
    label = _("Working days and holidays")
    permission = KEEP
    export_permission = KEEP
    natural_key = ("day",)
    held_columns = {name: name for name in ("day", "kind", "name")}
    # Days are the same for everybody.
    lies_under = {"civicnet_workdays.calendarday": ()}
    listed_by = {"civicnet_workdays.calendarday": "pk"}

    day = Column(
        column_name="日期",
        label=_("Day"),
        widget=DateWidget(),
        aliases=["公历日期"],
        required=True,
        example="2027-10-01",
    )
    kind = Column(
        column_name="安排",
        label=pgettext_lazy("calendar day", "Kind"),
        widget=ChoiceWidget(KINDS),
        aliases=["类型", "放假或上班"],
        required=True,
        example="放假",
    )
    name = Column(
        column_name="名称",
        label=pgettext_lazy("calendar day", "Name"),
        widget=TextWidget(most=LONGEST_NAME),
        aliases=["节日", "节日名称", "说明"],
        required=True,
        example="国庆节",
    )

    def held_rows(self) -> QuerySet[CalendarDay]:
        """All of them."""
        return all_days()

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, so that the sheet can be taken back."""
        return keep_days(rows=[_row(one) for one in rows], actor=actor)

    def undone(self, touched: Mapping[str, Sequence[Any]], actor: Actor) -> None:
        """Deadlines are counted without them at once."""
        bump()

    def rows_to_export(self, actor: Actor) -> Iterator[CalendarDay]:
        """By date."""
        yield from self.narrowed(kept_days(actor)).order_by("day").iterator(chunk_size=2000)


def _row(one: TypedRow) -> DayRow:
    return DayRow(one.values["day"], DayKind(one.values["kind"]), one.values["name"], one.row)
