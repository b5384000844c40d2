"""Taking an article down everywhere, with a reason, without Wagtail's right to publish."""

from __future__ import annotations

from typing import Any

import pytest
from channels_told import standing

from civicnet.access.models import User
from civicnet.contract import Actor, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.errors import AlreadyDown
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.permissions import PLACE
from civicnet_publicity.services import take_down
from civicnet_publicity.services.delivering import deliver_due


def test_an_article_is_taken_down_everywhere_with_a_reason_by_whoever_places_articles(
    write: Any, into: Any, folder: Any
) -> None:
    into("gov/news", folder)
    article = write("gov/news", "one", also_in=("party/news",))
    deliver_due()
    # Who holds the right and no right of Wagtail's to publish.
    person = User.objects.create_user(username="chief", password=None, full_name="演示主编")
    chief = Actor(kind="staff", id=str(person.pk), permissions=frozenset({PLACE}))

    for who, reason, refusal in (
        (Actor(kind="staff", id="0"), "内容有误", Refused),
        (chief, " ", InvalidInput),
        (chief, "x" * 201, InvalidInput),
    ):
        with pytest.raises(refusal):
            take_down(article=article.pk, actor=who, reason=reason)
    assert ArticlePage.objects.get(pk=article.pk).live

    take_down(article=article.pk, actor=chief, reason="内容有误")

    deliver_due()
    assert standing(article) == {"演示文件夹": ("WITHDRAW", "ARRIVED")}
    assert {one.state for one in article.placements.all()} == {"WITHDRAWN"}
    assert AuditRecord.objects.get(action="publicity.take_down").reason == "内容有误"
    with pytest.raises(AlreadyDown):
        take_down(article=article.pk, actor=chief, reason="内容有误")
