"""What grids ask of people by forms: what was handed in by hand counts, what came with a sheet or by itself does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet_grid.burden import askings
from civicnet_grid.models import Post
from civicnet_grid.services import end_post, link_user, open_grid, record_absence, withdraw_absence

SINCE = timezone.now() - timedelta(days=365)
BURDEN = "civicnet_exchange.view_burden"
RIGHTS = [f"civicnet_grid.{name}" for name in ("add_grid", "add_absence", "change_post", "change_worker")]


@pytest.fixture
def clerk(staff, plugins_on):
    return staff_actor(staff([*RIGHTS, BURDEN], username="clerk"))


def counted(actor, since=SINCE):
    return {str(one.what): (one.times, one.rows, one.fields) for one in askings(actor=actor, since=since)}


def test_forms_that_people_handed_in_are_counted_once_each(city, team, clerk, staff):
    first, second = Post.objects.order_by("pk")[:2]
    open_grid(organisation=city["222403001001"], code="222403001001009", name="九", actor=clerk)
    record_absence(post=second, first_day=date(2026, 1, 5), last_day=date(2026, 1, 6), actor=clerk)
    gone = record_absence(post=first, first_day=date(2026, 1, 5), last_day=date(2026, 1, 6), actor=clerk)
    withdraw_absence(absence=gone, actor=clerk, reason="记错")
    link_user(worker=second.worker, user=staff([], username="w"), actor=clerk)
    end_post(post=first, last_day=date(2026, 12, 31), reason="调走", actor=clerk)

    assert counted(clerk) == {
        "新开网格": (1, 1, 6),
        "离岗登记": (1, 1, 2),
        "结束任职": (1, 1, 2),
        "关联网格员账号": (1, 1, 1),
    }
    assert counted(clerk, timezone.now() + timedelta(days=1)) == {}


def test_what_nobody_filled_in_is_not_counted(city, team, clerk):
    open_grid(organisation=city["222403001001"], code="222403001001009", name="九", actor=SYSTEM)

    assert counted(clerk) == {}


def test_whoever_looks_elsewhere_sees_none_of_it_and_it_takes_one_statement(
    city, team, clerk, staff, django_assert_num_queries
):
    open_grid(organisation=city["222403001001"], code="222403001001009", name="九", actor=clerk)
    here = staff_actor(staff([BURDEN], "222403001", username="here"))
    elsewhere = staff_actor(staff([BURDEN], "222403100", username="elsewhere"))

    with django_assert_num_queries(1):
        assert [one.times for one in askings(actor=here, since=SINCE)] == [1]
    assert askings(actor=elsewhere, since=SINCE) == []
