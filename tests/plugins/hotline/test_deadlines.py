"""Deadlines: working days from the day after, holidays and days made up for them as they are; how many, each kind says."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import InvalidInput
from civicnet.lifecycle.activation import change_settings
from civicnet_hotline.deadlines import due_at
from civicnet_hotline.models import Group

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("group", "accepted", "due"),
    [
        # 2026-11-23 is a Monday.
        (Group.CONSULTATION, "2026-11-23T08:00", "2026-11-24T23:59:59"),
        (Group.CONSULTATION, "2026-11-27T08:00", "2026-11-30T23:59:59"),
        (Group.CONSULTATION, "2026-11-28T08:00", "2026-11-30T23:59:59"),
        (Group.SUGGESTION, "2026-11-23T23:59", "2026-11-24T23:59:59"),
        (Group.HELP, "2026-11-23T08:00", "2026-11-30T23:59:59"),
        (Group.COMPLAINT, "2026-11-29T08:00", "2026-12-04T23:59:59"),
        (Group.OTHER, "2026-11-23T08:00", "2026-11-30T23:59:59"),
        (Group.CORRECTION, "2026-11-27T08:00", "2026-12-02T23:59:59"),
        # Three working days around National Day of 2026: the 8th, the 9th, and Saturday the 10th, which is made up for it.
        (Group.CORRECTION, "2026-09-30T08:00", "2026-10-10T23:59:59"),
        # Sunday, 26 January 2025 was made up for Spring Festival.
        (Group.CONSULTATION, "2025-01-25T08:00", "2025-01-26T23:59:59"),
        (Group.CONSULTATION, "2026-02-14T08:00", "2026-02-24T23:59:59"),
    ],
)
def test_a_case_is_due_at_the_end_of_a_working_day(group, accepted, due):
    at = datetime.fromisoformat(accepted).replace(tzinfo=HERE)

    assert due_at(group, accepted_at=at) == datetime.fromisoformat(due).replace(tzinfo=HERE)


def test_the_day_is_ours_not_greenwichs():
    # 17:00 in Greenwich on Friday is already Saturday here.
    at = datetime(2026, 11, 27, 17, 0, tzinfo=ZoneInfo("UTC"))

    assert due_at(Group.CONSULTATION, accepted_at=at) == datetime(2026, 11, 30, 23, 59, 59, tzinfo=HERE)


@pytest.mark.parametrize("group", Group.values)
def test_each_kind_has_a_deadline_of_its_own_to_set(group):
    monday = datetime(2026, 11, 23, 8, tzinfo=HERE)

    change_settings(slug="hotline", values={f"days_{group.lower()}": 4}, actor=SYSTEM, reason="演示")

    assert due_at(group, accepted_at=monday) == datetime(2026, 11, 27, 23, 59, 59, tzinfo=HERE)
    assert [due_at(other, accepted_at=monday).day == 27 for other in Group.values].count(True) == 1


@pytest.mark.parametrize("days", [0, 61, "soon", 1.5])
def test_a_deadline_is_a_whole_number_of_days_from_one_to_sixty(days):
    with pytest.raises(InvalidInput) as refusal:
        change_settings(slug="hotline", values={"days_help": days}, actor=SYSTEM, reason="演示")

    assert refusal.value.field == "days_help"
    assert due_at(Group.HELP, accepted_at=datetime(2026, 11, 23, 8, tzinfo=HERE)).day == 30
