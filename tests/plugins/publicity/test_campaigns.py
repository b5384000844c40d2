"""Campaign boards: phase by phase what is planned, who sees to it, by which day, and what is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import staff_actor
from civicnet.contract import InvalidInput
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.campaigns import Campaign, campaign_board
from civicnet_publicity.models import ColumnPage, Phase, PlannedArticle, PlanState
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.services import plan_article

DAY = timedelta(days=1)


@pytest.fixture
def campaign(office: Any, sites: Any) -> ColumnPage:
    """The news of the government site as a campaign that is pushed now."""
    ColumnPage.objects.filter(pk=sites["gov/news"].pk).update(phase=Phase.PUSH)
    return sites["gov/news"]


def plan(office: Any, column: ColumnPage, topic: str, **facts: Any) -> PlannedArticle:
    actor = staff_actor(office.editor)
    wanted = {"due_on": timezone.localdate() + DAY, "owner": office.editor} | facts
    return plan_article(actor=actor, desk=Desk(actor), column=column, topic=topic, **wanted)


def board(column: ColumnPage) -> Campaign:
    [found] = campaign_board(visible={column.pk})
    return found


def test_each_phase_shows_how_far_it_has_come_and_what_is_late_stands_on_top(campaign, office, write) -> None:
    late, later = plan(office, campaign, "late"), plan(office, campaign, "later", phase="STEADY")
    PlannedArticle.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - DAY)
    plan(office, campaign, "next")
    draft = write("gov/news", "draft", publish=False)
    done = plan(office, campaign, "with an article", article=draft)

    draft.get_latest_revision().publish()

    lanes = {lane.phase: lane for lane in board(campaign).lanes}
    assert [(phase.value, lane.done, len(lane.entries), lane.late, lane.percent) for phase, lane in lanes.items()] == [
        ("LAUNCH", 0, 0, 0, 0), ("PUSH", 1, 3, 1, 33), ("STEADY", 0, 1, 0, 0)
    ]  # fmt: skip
    assert [one.plan.topic for one in lanes[Phase.PUSH].entries] == ["late", "next", "with an article"]
    assert [lane.phase for lane in board(campaign).lanes if lane.is_now] == [Phase.PUSH]
    kept = PlannedArticle.objects.get(pk=done.pk)
    assert (kept.state, kept.done_at is not None, kept.reason) == (PlanState.DONE, True, "")
    assert AuditRecord.objects.filter(action="publicity.close_plan", object_id=str(done.pk)).count() == 1
    # Taken down later, it was done all the same.
    draft.refresh_from_db()
    draft.unpublish()
    assert PlannedArticle.objects.get(pk=done.pk).state == PlanState.DONE
    assert later.phase == "STEADY"


def test_an_article_that_readers_see_makes_a_plan_done_at_once_and_one_of_another_column_none(
    campaign, office, write
) -> None:
    live, elsewhere = write("gov/news", "live"), write("gov/notices", "elsewhere")

    assert plan(office, campaign, "there", article=live).state == PlanState.DONE
    for facts in ({"article": elsewhere}, {"phase": "SOON"}):
        with pytest.raises(InvalidInput):
            plan(office, campaign, "refused", **facts)

    assert [one.topic for one in PlannedArticle.objects.all()] == ["there"]


def test_the_board_asks_as_often_for_forty_plans_as_for_one(campaign, office, sites) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            campaign_board(visible={column.pk for column in ColumnPage.objects.all()})
        return len(caught)

    plan(office, campaign, "one")
    few = statements()
    PlannedArticle.objects.bulk_create(
        PlannedArticle(column=sites[name], topic="x", due_on=timezone.localdate(), phase="LAUNCH")
        for name in ("gov/news", "gov/notices", "party/news", "party/experience") * 10
    )

    assert statements() == few == 7


def test_an_editor_sees_the_campaigns_of_their_own_columns_and_closes_a_plan_with_a_reason(
    campaign, office, sites, client, enabled
) -> None:
    enabled("publicity")
    ColumnPage.objects.filter(pk=sites["party/news"].pk).update(phase=Phase.PUSH)
    PlannedArticle.objects.create(
        column=sites["party/news"], topic="Elsewhere", due_on=timezone.localdate(), phase="PUSH"
    )
    planned = plan(office, campaign, "Mine")
    client.force_login(office.editor)

    text = client.get("/admin/publicity/board/campaigns/").text
    assert ("Mine" in text, "Elsewhere" in text) == (True, False)
    answer = client.post(f"/admin/publicity/board/plan/{planned.pk}/done/", {"reason": ""}, follow=True)
    assert PlannedArticle.objects.get(pk=planned.pk).state == PlanState.OPEN
    assert "请用1到200个字说明原因" in answer.text
    client.post(f"/admin/publicity/board/plan/{planned.pk}/done/", {"reason": "In the newspaper"})
    kept = PlannedArticle.objects.get(pk=planned.pk)
    assert (kept.state, kept.reason) == (PlanState.DONE, "In the newspaper")
