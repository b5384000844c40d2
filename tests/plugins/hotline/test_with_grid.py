"""Hotline and grid together, though neither knows the other: a case lands with A, else with B, and comes back without them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.lifecycle.activation import disable_plugin
from civicnet_grid.models import Post
from civicnet_grid.roster import RosterRow
from civicnet_grid.services import apply_roster, link_user, record_absence
from civicnet_hotline.listening import SCHEDULES
from civicnet_hotline.routing import dispatch_targets
from civicnet_hotline.services import Place, sign_for_case

COMMUNITY = "222403001001"


@pytest.fixture
def pair(city, staff):
    """A pair at level 3 of the community's only grid: posts A and B, each with an account."""
    rows = [
        RosterRow(
            row=number,
            organisation_code=COMMUNITY,
            grid_code=f"{COMMUNITY}001",
            level=3,
            duty=duty,
            name=f"演示{duty}",
            sex="F",
            id_number=f"22240319900101{number:03d}X",
            phone=f"100{number:08d}",
            political_status="群众",
            since=date(2023, 6, 30),
        )
        for number, duty in enumerate("AB", start=1)
    ]
    apply_roster(rows=rows, actor=SYSTEM)
    posts = list(Post.objects.select_related("worker", "grid").order_by("worker__number"))
    for number, post in enumerate(posts):
        link_user(worker=post.worker, user=staff([], COMMUNITY, username=f"duty{number}"), actor=SYSTEM)
    return list(Post.objects.select_related("worker", "grid").order_by("worker__number"))


def test_a_case_lands_with_the_primary_on_duty(pair, submit):
    case = submit(place=Place(address="红旗社区第1网格2号楼"))

    assert (case.state, case.assignee_id) == ("DISPATCHED", pair[0].worker.user_id)
    assert (case.grid_code, case.post_key) == (f"{COMMUNITY}001", f"grid.post:{pair[0].pk}")
    assert case.organisation.code == COMMUNITY
    assert "演示" not in case.post_label


def test_it_lands_with_the_backup_while_the_primary_is_away(pair, submit):
    today = timezone.localdate()
    record_absence(post=pair[0], first_day=today, last_day=today, actor=SYSTEM)

    case = submit(place=Place(address_id=f"{COMMUNITY}001"))

    assert (case.state, case.assignee_id) == ("DISPATCHED", pair[1].worker.user_id)


def test_without_the_grid_plugin_new_cases_wait_and_dispatched_ones_stay(pair, submit, fresh):
    before = submit("甲")
    disable_plugin(slug="assessment", actor=SYSTEM, reason="test")
    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    after = submit("乙")

    assert after.state == "TO_DISPATCH"
    assert (fresh(before).state, fresh(before).assignee_id) == ("DISPATCHED", pair[0].worker.user_id)


def test_a_dispatcher_is_offered_the_post_on_duty(pair, actor):
    dispatcher = actor(["civicnet_grid.view_grid", "civicnet_grid.view_post", "civicnet_hotline.dispatch_case"])

    assert [post.key for post in dispatch_targets(actor=dispatcher, search="红旗社区")] == [f"grid.post:{pair[0].pk}"]
    assert dispatch_targets(actor=dispatcher, search="北苑社区") == []


def test_what_the_primary_has_not_signed_for_goes_to_the_backup_when_they_fall_ill(
    pair, submit, django_capture_on_commit_callbacks
):
    waiting = submit(place=Place(address="红旗社区第1网格2号楼"))
    promised = submit(place=Place(address="红旗社区第1网格3号楼"), description="演示：另一件事")
    sign_for_case(case=promised, actor=staff_actor(pair[0].worker.user))
    today = timezone.localdate()

    with django_capture_on_commit_callbacks(execute=True):
        record_absence(post=pair[0], first_day=today, last_day=today, actor=SYSTEM)

    waiting.refresh_from_db()
    promised.refresh_from_db()
    assert (waiting.state, waiting.assignee_id) == ("DISPATCHED", pair[1].worker.user_id)
    assert waiting.steps.order_by("pk").last().action == "HAND_OVER"
    assert (promised.state, promised.assignee_id) == ("SIGNED_FOR", pair[0].worker.user_id)


def test_an_absence_of_next_week_moves_nothing_today(pair, submit, django_capture_on_commit_callbacks):
    case = submit(place=Place(address="红旗社区第1网格2号楼"))
    later = timezone.localdate() + timedelta(days=7)

    with django_capture_on_commit_callbacks(execute=True):
        record_absence(post=pair[0], first_day=later, last_day=later, actor=SYSTEM)

    case.refresh_from_db()
    assert case.assignee_id == pair[0].worker.user_id


def test_when_the_day_of_an_absence_comes_unsigned_cases_go_to_the_backup(pair, submit):
    waiting = submit(place=Place(address="红旗社区第1网格2号楼"))
    # Recorded ahead: nobody hears of it again on the day itself.
    record_absence(post=pair[0], first_day=timezone.localdate(), last_day=timezone.localdate(), actor=SYSTEM)

    SCHEDULES[0].run()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.assignee_id) == ("DISPATCHED", pair[1].worker.user_id)
    assert waiting.steps.order_by("pk").last().action == "HAND_OVER"


def test_a_day_without_absences_moves_nothing(pair, submit):
    waiting = submit(place=Place(address="红旗社区第1网格2号楼"))
    steps = waiting.steps.count()

    SCHEDULES[0].run()

    waiting.refresh_from_db()
    assert (waiting.assignee_id, waiting.steps.count()) == (pair[0].worker.user_id, steps)
