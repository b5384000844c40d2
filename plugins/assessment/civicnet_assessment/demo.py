"""Demo data: a form of this year, said to be for a demonstration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from civicnet.access.models import Organisation
from civicnet.contract import Actor
from civicnet_assessment.models import Method
from civicnet_assessment.selectors import visible_forms
from civicnet_assessment.services import NewItem, open_form

ITEMS = (
    NewItem("visits", "入户走访", Decimal(20), Method.ON_SITE_CHECK),
    NewItem("cases", "诉求办理", Decimal(30), Method.ON_SITE_CHECK),
    NewItem("safety", "隐患排查", Decimal(20), Method.ON_SITE_CHECK),
    NewItem("review", "居民评价", Decimal(20), Method.DEMOCRATIC_REVIEW),
    NewItem("report", "年度述职", Decimal(10), Method.SELF_REPORT),
)


@transaction.atomic
def open_form_of_this_year(*, actor: Actor) -> int:
    """Open one for the city, from the first to the last day of the year; returns how many, none where the year has one.

    Raises:
        Refused: the actor does not open forms for the city.
    """
    year = timezone.localdate().year
    city = Organisation.get_first_root_node()
    if city is None or visible_forms(actor).filter(year=year).exists():
        return 0
    open_form(
        year=year,
        title=f"{year}年度网格员考核（演示）",
        organisation=city,
        opens=date(year, 1, 1),
        closes=date(year, 12, 31),
        items=ITEMS,
        actor=actor,
    )
    return 1
