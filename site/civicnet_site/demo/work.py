"""What the city's offices have opened before the day begins: categories of requests, and a form of assessment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from civicnet.access.models import Organisation
from civicnet.contract import Actor
from civicnet_assessment.models import AssessmentForm, Method
from civicnet_assessment.services import NewItem, open_form
from civicnet_hotline.models import Group
from civicnet_hotline.services import open_category

CATEGORIES = (
    ("public-lighting", "照明与用电", Group.HELP, "楼道灯、路灯、公共用电"),
    ("property", "物业与环境", Group.COMPLAINT, "保洁、绿化、噪声、停车"),
    ("water-heating", "供水与供热", Group.HELP, "停水、漏水、室温不足"),
    ("certificates", "办事咨询", Group.CONSULTATION, "证明、补贴、社保等办理"),
    ("suggestion", "意见建议", Group.SUGGESTION, "对社区和网格工作的建议"),
)
ITEMS = (
    NewItem("visits", "入户走访", Decimal(20), Method.ON_SITE_CHECK),
    NewItem("cases", "诉求办理", Decimal(30), Method.ON_SITE_CHECK),
    NewItem("safety", "隐患排查", Decimal(20), Method.ON_SITE_CHECK),
    NewItem("review", "居民评价", Decimal(20), Method.DEMOCRATIC_REVIEW),
    NewItem("report", "年度述职", Decimal(10), Method.SELF_REPORT),
)


def open_categories(*, actor: Actor) -> None:
    """Categories from which residents choose."""
    for code, name, group, description in CATEGORIES:
        open_category(actor=actor, code=code, name=name, group=group, description=description)


def open_assessment(*, city: Organisation, actor: Actor) -> None:
    """This year's form, open until the year ends."""
    year = timezone.localdate().year
    if AssessmentForm.objects.filter(year=year).exists():
        return
    open_form(
        year=year,
        title=f"{year}年度网格员考核（演示）",
        organisation=city,
        opens=date(year, 1, 1),
        closes=date(year, 12, 31),
        items=ITEMS,
        actor=actor,
    )
