"""The hotline as sheets: its categories in and out, its cases out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.contract import Actor
from civicnet.exchange.cells import CellWidget, ChoiceWidget, Fault, Reading, TextWidget, plain_text
from civicnet.exchange.identity import PhoneWidget
from civicnet.exchange.quantities import DecimalWidget, WholeNumberWidget
from civicnet.exchange.resource import Column, ImportResource, TypedRow
from civicnet.exchange.words import WordsWidget
from civicnet_hotline.models import Case, CaseState, Category, Group, Source
from civicnet_hotline.permissions import CATEGORIES, VIEW
from civicnet_hotline.selectors import open_categories, visible_cases
from civicnet_hotline.services import CategoryRow, keep_categories

GROUPS = {
    "咨询": Group.CONSULTATION.value,
    "求助": Group.HELP.value,
    "投诉": Group.COMPLAINT.value,
    "举报": Group.REPORT.value,
    "建议": Group.SUGGESTION.value,
    "表扬": Group.PRAISE.value,
    "网站纠错": Group.CORRECTION.value,
    "其他": Group.OTHER.value,
}
STATES = {
    "已受理": CaseState.ACCEPTED.value,
    "待派单": CaseState.TO_DISPATCH.value,
    "已派单": CaseState.DISPATCHED.value,
    "已签收": CaseState.SIGNED_FOR.value,
    "已答复": CaseState.REPLIED.value,
    "已办结": CaseState.COMPLETED.value,
    "已退单": CaseState.RETURNED.value,
    "已撤回": CaseState.WITHDRAWN.value,
}
SOURCES = {
    "Open311 接口": Source.OPEN311.value,
    "其他平台": Source.PORTAL.value,
    "网站": Source.WEB.value,
    "电话": Source.PHONE.value,
}


class CodeWidget(TextWidget):
    """A code that can stand in an address: letters without accents, digits and hyphens."""

    def read(self, cell: Any) -> Reading:
        """The code."""
        code = plain_text(cell).strip()
        if not code.isascii() or not code.replace("-", "").isalnum():
            raise Fault("category_code")
        return super().read(code)


class MomentWidget(CellWidget):
    """A moment in local time, to the minute."""

    def render(self, value: datetime | None, obj: Any = None, **kwargs: Any) -> str:
        """Year, month, day, hour and minute."""
        return f"{localtime(value):%Y-%m-%d %H:%M}" if value else ""


class CategoryResource(ImportResource):
    """Open categories, recognised by their code. One that was closed is open again once a sheet names it."""

    key = "hotline.categories"
    label = pgettext_lazy("hotline", "Categories of requests")
    permission = CATEGORIES
    export_permission = CATEGORIES
    natural_key = ("code",)
    held_columns = {name: name for name in ("code", "name", "group", "description", "keywords")}
    # Categories are the same for the whole city.
    lies_under = {"civicnet_hotline.category": ()}
    sentences = {"category_code": _("A code has letters a to z, digits and hyphens only.")}

    code = Column(
        column_name="类别代码",
        label=_("Code of the category"),
        widget=CodeWidget(most=40),
        aliases=["代码", "诉求类别代码"],
        required=True,
        example="street-light",
    )
    name = Column(
        column_name="类别名称",
        label=_("Name of the category"),
        widget=WordsWidget(most=80),
        aliases=["名称", "诉求类别", "类别"],
        required=True,
        example="路灯不亮",
    )
    group = Column(
        column_name="诉求类型",
        label=_("Kind of request"),
        widget=ChoiceWidget(GROUPS),
        aliases=["类型"],
        required=True,
        example="求助",
    )
    description = Column(column_name="类别说明", label=_("What belongs here"), widget=WordsWidget(most=300))
    keywords = Column(column_name="检索词", label=_("Keywords"), widget=WordsWidget(most=200), aliases=["关键词"])

    def held_rows(self) -> QuerySet[Category]:
        """The open ones."""
        return open_categories()

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, so that the sheet can be taken back."""
        return keep_categories(rows=[_category(row) for row in rows], actor=actor)

    def rows_to_export(self, actor: Actor) -> Iterator[Category]:
        """The open ones, by code."""
        yield from open_categories().order_by("code")


def _category(row: TypedRow) -> CategoryRow:
    texts = {name: row.values[name] or "" for name in ("code", "name", "description", "keywords")}
    return CategoryRow(row=row.row, group=Group(row.values["group"]), **texts)


def _words() -> WordsWidget:
    # People leave their numbers in them, and those of others.
    return WordsWidget(most=10_000, masks_numbers=True)


class CaseResource(ImportResource):
    """Cases, newest first, for those who may view them. They only go out.

    A case comes in by the hotline's own doors, numbered, dated and dispatched as it arrives; a sheet could say none of that.
    """

    key = "hotline.cases"
    label = pgettext_lazy("hotline", "Request cases")
    export_permission = VIEW
    listed_by = {"civicnet_hotline.case": "pk"}
    point = ("longitude", "latitude")

    number = Column(column_name="编号", label=pgettext_lazy("hotline", "Number"), widget=TextWidget())
    category = Column(column_name="诉求类别", label=_("Category"), widget=TextWidget(), attribute="category__name")
    state = Column(column_name="状态", label=_("State"), widget=ChoiceWidget(STATES))
    description = Column(column_name="诉求内容", label=_("Description"), widget=_words())
    address = Column(column_name="地址", label=_("Place"), widget=_words())
    longitude = Column(column_name="经度", label=_("Longitude"), widget=DecimalWidget(least=-180, most=180))
    latitude = Column(column_name="纬度", label=_("Latitude"), widget=DecimalWidget(least=-90, most=90))
    community = Column(
        column_name="社区（村）", label=_("Community"), widget=TextWidget(), attribute="organisation__name"
    )
    grid_code = Column(column_name="网格编号", label=_("Grid code"), widget=TextWidget())
    post = Column(
        column_name="承办岗位", label=pgettext_lazy("hotline", "Post"), widget=TextWidget(), attribute="post_label"
    )
    source = Column(column_name="来源", label=_("Came in by"), widget=ChoiceWidget(SOURCES))
    caller_phone = Column(column_name="来电人电话", label=_("Caller's phone"), widget=PhoneWidget())
    requested_at = Column(column_name="受理时间", label=pgettext_lazy("hotline", "Asked"), widget=MomentWidget())
    due_at = Column(column_name="办理期限", label=pgettext_lazy("hotline", "Due"), widget=MomentWidget())
    updated_at = Column(column_name="最近办理时间", label=_("Last step"), widget=MomentWidget())
    reply = Column(column_name="答复内容", label=pgettext_lazy("hotline", "Reply"), widget=_words())
    satisfaction = Column(column_name="满意度", label=_("Satisfaction"), widget=WholeNumberWidget(most=5))

    def rows_to_export(self, actor: Actor) -> Iterator[Case]:
        """What the actor may see."""
        cases = self.narrowed(visible_cases(actor)).select_related("category", "organisation")
        # The caller's name is for whoever answers them, in the case's file.
        yield from cases.defer("caller_name").order_by("-requested_at", "-id").iterator(chunk_size=2000)

    def count_to_export(self, actor: Actor) -> int:
        """Counted by the database: no number is decrypted for it."""
        return visible_cases(actor).count()
