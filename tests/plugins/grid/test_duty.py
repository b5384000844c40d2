"""Duty: the primary is there, unless away; then the backup; and one of the two always is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import Conflict, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord, ChangeRecord, Operation
from civicnet_grid import selectors
from civicnet_grid.duty import on_duty
from civicnet_grid.errors import AlreadyAbsent, PairAbsent
from civicnet_grid.models import Absence, Post
from civicnet_grid.selectors import duty_post
from civicnet_grid.services import end_post, link_user, record_absence, withdraw_absence

RECORD = "civicnet_grid.add_absence"


@pytest.fixture
def today() -> date:
    """The day on which all of this happens."""
    return timezone.localdate()


def held(name: str) -> Post:
    """The current post of a person."""
    return Post.objects.select_related("grid__organisation", "worker").get(worker__name=name, valid_to__isnull=True)


def away(name: str, first: date, last: date) -> Absence:
    """Record an absence the plain way."""
    return record_absence(post=held(name), first_day=first, last_day=last, actor=SYSTEM)


def test_the_primary_of_the_lowest_level_is_on_duty(team, today):
    assert duty_post(team, today).worker.name == "演示4"


def test_the_backup_is_on_duty_while_the_primary_is_away(team, today):
    away("演示4", today, today)

    assert duty_post(team, today).worker.name == "演示5"
    assert duty_post(team, today + timedelta(days=1)).worker.name == "演示4"


def test_a_level_without_anybody_is_passed_over(team, today):
    for name in ("演示4", "演示5"):
        end_post(post=held(name), last_day=today - timedelta(days=1), actor=SYSTEM, reason="test")

    assert duty_post(team, today).worker.name == "演示2"


def test_the_lead_is_the_last_resort_and_nobody_comes_after(team, today):
    for name in ("演示2", "演示3", "演示4", "演示5"):
        end_post(post=held(name), last_day=today - timedelta(days=1), actor=SYSTEM, reason="test")

    assert duty_post(team, today).worker.name == "演示1"

    away("演示1", today, today)

    assert duty_post(team, today) is None


def test_one_half_of_every_pair_is_on_duty(team, today):
    away("演示2", today, today)

    posts = list(selectors.team([team.pk], today).select_related("worker"))

    assert sorted(post.worker.name for post in posts if post.pk in on_duty(posts)) == ["演示1", "演示3", "演示4"]


def test_both_halves_of_a_pair_cannot_be_away(team, today):
    away("演示4", today + timedelta(days=1), today + timedelta(days=3))
    records = AuditRecord.objects.count()

    with pytest.raises(PairAbsent) as refused:
        away("演示5", today + timedelta(days=3), today + timedelta(days=9))

    assert (refused.value.code, refused.value.field) == ("PAIR_ABSENT", "first_day")
    assert (Absence.objects.count(), AuditRecord.objects.count()) == (1, records)
    away("演示5", today + timedelta(days=4), today + timedelta(days=9))
    assert Absence.objects.count() == 2


def test_nobody_is_away_twice_on_one_day(team, today):
    away("演示4", today, today + timedelta(days=2))

    with pytest.raises(AlreadyAbsent):
        away("演示4", today + timedelta(days=2), today + timedelta(days=4))

    assert Absence.objects.count() == 1


def test_an_absence_ends_after_it_begins(team, today):
    with pytest.raises(InvalidInput) as refused:
        away("演示4", today, today - timedelta(days=1))

    assert refused.value.field == "last_day"
    assert not Absence.objects.exists()


def test_an_absence_is_recorded_with_its_days_and_no_reason_of_the_person(team, today, actor):
    office = actor([RECORD], "222403001")

    absence = record_absence(post=held("演示4"), first_day=today, last_day=today, actor=office)

    written = AuditRecord.objects.first()
    assert written.action == "grid.record_absence"
    assert written.after == {"post": absence.post_id, "first_day": today.isoformat(), "last_day": today.isoformat()}
    assert {field.name for field in Absence._meta.fields} == {"id", "post", "first_day", "last_day"}


def test_a_neighbouring_town_records_no_absence(team, today, actor):
    neighbour = actor([RECORD], "222403100")

    with pytest.raises(Refused):
        record_absence(post=held("演示4"), first_day=today, last_day=today, actor=neighbour)

    assert not Absence.objects.exists()


def test_workers_record_their_own_absence_and_nobody_elses(team, today, staff):
    person = staff([], "222403001001", username="worker")
    link_user(worker=held("演示4").worker, user=person, actor=SYSTEM)
    me = staff_actor(person)

    record_absence(post=held("演示4"), first_day=today, last_day=today, actor=me)

    with pytest.raises(Refused):
        record_absence(post=held("演示2"), first_day=today, last_day=today, actor=me)
    assert list(Absence.objects.values_list("post__worker__name", flat=True)) == ["演示4"]


def test_an_absence_is_taken_back_with_a_reason(team, today):
    absence = away("演示4", today, today)

    with pytest.raises(InvalidInput):
        withdraw_absence(absence=absence, actor=SYSTEM, reason=" ")
    assert duty_post(team, today).worker.name == "演示5"

    withdraw_absence(absence=absence, actor=SYSTEM, reason="recorded for the wrong person")

    assert duty_post(team, today).worker.name == "演示4"
    written = AuditRecord.objects.first()
    assert (written.action, written.reason) == ("grid.withdraw_absence", "recorded for the wrong person")
    assert written.before["first_day"] == today.isoformat()


def test_a_withdrawal_reaches_the_change_log_as_a_row_that_went(team, today):
    absence = away("演示4", today, today)
    pk = absence.pk

    withdraw_absence(absence=absence, actor=SYSTEM, reason="mistake")

    change = ChangeRecord.objects.first()
    assert (change.object_type, change.object_id, change.operation) == (
        "civicnet_grid.absence",
        str(pk),
        Operation.DELETE,
    )


def test_a_post_that_ended_stays_as_history(team, today, actor):
    office = actor(["civicnet_grid.change_post"], "222403001")

    end_post(post=held("演示4"), last_day=today, actor=office, reason="moved away")

    assert list(Post.objects.filter(worker__name="演示4").values_list("valid_to", flat=True)) == [today]
    with pytest.raises(Conflict):
        end_post(post=Post.objects.get(worker__name="演示4"), last_day=today, actor=office, reason="again")


@pytest.mark.parametrize(("where", "reason", "error"), [("222403100", "x", Refused), ("222403001", " ", InvalidInput)])
def test_a_post_is_not_ended_from_next_door_nor_without_a_reason(team, today, actor, where, reason, error):
    office = actor(["civicnet_grid.change_post"], where)

    with pytest.raises(error):
        end_post(post=held("演示4"), last_day=today, actor=office, reason=reason)

    assert held("演示4").valid_to is None
