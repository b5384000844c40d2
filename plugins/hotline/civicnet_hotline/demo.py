"""Demo data: the usual categories, said to be for a demonstration."""

from __future__ import annotations

from django.db import transaction

from civicnet.contract import Actor
from civicnet_hotline.models import Group
from civicnet_hotline.selectors import known_codes
from civicnet_hotline.services import open_category

CATEGORIES = (
    ("public-lighting", "照明与用电", Group.HELP, "演示：楼道灯、路灯、公共用电"),
    ("property", "物业与环境", Group.COMPLAINT, "演示：保洁、绿化、噪声、停车"),
    ("water-heating", "供水与供热", Group.HELP, "演示：停水、漏水、室温不足"),
    ("certificates", "办事咨询", Group.CONSULTATION, "演示：证明、补贴、社保等办理"),
    ("suggestion", "意见建议", Group.SUGGESTION, "演示：对社区和网格工作的建议"),
)


@transaction.atomic
def open_usual_categories(*, actor: Actor) -> int:
    """Open those of the usual categories that were never there; returns how many. What an office has changed stays so.

    Raises:
        Refused: the actor does not decide on categories.
    """
    missing = {code for code, *_facts in CATEGORIES} - known_codes()
    for code, name, group, description in CATEGORIES:
        if code in missing:
            open_category(actor=actor, code=code, name=name, group=group, description=description)
    return len(missing)
