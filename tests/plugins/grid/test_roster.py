"""Rosters: many rows in one act, by people who may, and all of them or none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.cipher import blind_index
from civicnet.contract import Refused
from civicnet.ledger.models import AuditRecord, ChangeRecord
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.roster import Displaced, RosterResult
from civicnet_grid.services import apply_roster, end_post

GRID = "222403001001001"
IMPORT = "civicnet_grid.import_roster"


def posts() -> list[tuple[int, int, str, str]]:
    """Who holds what now: level, pair, half, name."""
    current = Post.objects.filter(valid_to__isnull=True).order_by("grid__code", "level", "seat", "-duty")
    return list(current.values_list("level", "seat", "duty", "worker__name"))


def counts() -> tuple[int, ...]:
    """How much there is of everything a roster writes."""
    return tuple(model.objects.count() for model in (Grid, Worker, Post, AuditRecord, ChangeRecord))


def test_a_roster_opens_grids_and_gives_posts_in_order_of_appearance(city, row):
    rows = [row(1, level=1), *(row(person, level=2) for person in (2, 3)), *(row(person) for person in (4, 5, 6))]

    result = apply_roster(rows=rows, actor=SYSTEM)

    assert result == RosterResult(created=6, changed=0, unchanged=0)
    grid = Grid.objects.get()
    assert (grid.code, grid.name, grid.organisation.code) == (GRID, "红旗社区第1网格", "222403001001")
    assert posts() == [
        (1, 1, "PRIMARY", "演示1"),
        (2, 1, "PRIMARY", "演示2"),
        (2, 1, "BACKUP", "演示3"),
        (3, 1, "PRIMARY", "演示4"),
        (3, 1, "BACKUP", "演示5"),
        (3, 2, "PRIMARY", "演示6"),
    ]


def test_workers_are_numbered_by_city_in_order(city, row):
    apply_roster(rows=[row(1), row(2)], actor=SYSTEM)
    apply_roster(rows=[row(3)], actor=SYSTEM)

    assert list(Worker.objects.order_by("number").values_list("number", "name")) == [
        ("222403-000001", "演示1"),
        ("222403-000002", "演示2"),
        ("222403-000003", "演示3"),
    ]


def test_numbers_that_identify_a_person_are_sealed_in_the_database_and_found_by_index(city, row):
    given = row(1)
    apply_roster(rows=[given], actor=SYSTEM)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM civicnet_grid_worker")
        stored = cursor.fetchone()
    worker = Worker.objects.get(id_index=blind_index(given.id_number))

    assert given.id_number not in stored[0] and given.phone not in stored[1]
    assert (worker.id_number, worker.phone) == (given.id_number, given.phone)
    assert worker.masked_phone == "100****0001"


def test_the_same_roster_again_changes_nothing(team, row):
    rows = [row(1, level=1), row(2, level=2), row(3, level=2), row(4), row(5)]
    before = list(Worker.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())

    result = apply_roster(rows=rows, actor=SYSTEM)

    assert result == RosterResult(created=0, changed=0, unchanged=5)
    assert (list(Worker.objects.order_by("pk").values()), list(Post.objects.order_by("pk").values())) == before


def test_a_grid_that_is_split_between_two_chunks_gets_the_same_posts(city, row):
    apply_roster(rows=[row(1)], actor=SYSTEM)
    apply_roster(rows=[row(2), row(3)], actor=SYSTEM)

    assert posts() == [(3, 1, "PRIMARY", "演示1"), (3, 1, "BACKUP", "演示2"), (3, 2, "PRIMARY", "演示3")]


def test_a_person_whose_row_comes_alone_later_keeps_everybody_elses_post(team, row):
    result = apply_roster(rows=[row(6)], actor=SYSTEM)

    assert result == RosterResult(created=1, changed=0, unchanged=0)
    assert posts()[3:] == [(3, 1, "PRIMARY", "演示4"), (3, 1, "BACKUP", "演示5"), (3, 2, "PRIMARY", "演示6")]


def test_the_duty_of_the_file_is_kept(city, row):
    apply_roster(rows=[row(1, duty="B"), row(2, duty="A"), row(3, duty="B")], actor=SYSTEM)

    assert posts() == [(3, 1, "PRIMARY", "演示2"), (3, 1, "BACKUP", "演示1"), (3, 2, "BACKUP", "演示3")]


def test_a_known_person_with_other_data_is_changed_and_keeps_the_number(team, row):
    number = Worker.objects.get(name="演示4").number

    result = apply_roster(rows=[row(4, phone="10099999999", name="演示改名"), row(5)], actor=SYSTEM)

    assert result == RosterResult(created=0, changed=1, unchanged=1)
    worker = Worker.objects.get(number=number)
    assert (worker.name, worker.phone, worker.phone_index) == ("演示改名", "10099999999", blind_index("10099999999"))


def test_a_new_lead_ends_the_one_before_on_the_day_before(team, row):
    before = Post.objects.get(worker__name="演示1")

    apply_roster(rows=[row(7, level=1, since=date(2026, 9, 1))], actor=SYSTEM)

    before.refresh_from_db()
    assert before.valid_to == date(2026, 8, 31)
    assert Post.objects.get(level=1, valid_to__isnull=True).worker.name == "演示7"


def test_a_row_that_names_pair_and_half_takes_that_post_over(team, row):
    before = Post.objects.get(worker__name="演示4")

    apply_roster(rows=[row(7, duty="A", seat=1, since=date(2026, 9, 1))], actor=SYSTEM)

    before.refresh_from_db()
    assert (before.worker.name, before.valid_to) == ("演示4", date(2026, 8, 31))
    assert posts()[3:] == [(3, 1, "PRIMARY", "演示7"), (3, 1, "BACKUP", "演示5")]


def test_two_people_can_change_places(team, row):
    apply_roster(
        rows=[row(4, duty="B", since=date(2026, 9, 1)), row(5, duty="A", since=date(2026, 9, 1))], actor=SYSTEM
    )

    assert posts()[3:] == [(3, 1, "PRIMARY", "演示5"), (3, 1, "BACKUP", "演示4")]
    assert sorted(Post.objects.filter(valid_to=date(2026, 8, 31)).values_list("worker__name", flat=True)) == [
        "演示4",
        "演示5",
    ]


def test_a_person_who_moves_leaves_the_old_post_free(team, row):
    elsewhere = {"organisation_code": "222403001002", "grid_code": "222403001002001"}

    result = apply_roster(
        rows=[row(4, since=date(2026, 9, 1), **elsewhere), row(8, since=date(2026, 9, 1))], actor=SYSTEM
    )

    assert result == RosterResult(created=1, changed=1, unchanged=0)
    moved = Worker.objects.get(name="演示4")
    assert moved.organisation.code == "222403001002"
    assert list(moved.posts.order_by("pk").values_list("grid__code", "valid_to")) == [
        (GRID, date(2026, 8, 31)),
        ("222403001002001", None),
    ]
    assert posts()[3:5] == [(3, 1, "PRIMARY", "演示8"), (3, 1, "BACKUP", "演示5")]


def test_a_successor_dated_before_the_holder_leaves_the_holder_one_day(team, row):
    apply_roster(rows=[row(7, level=1, since=date(2020, 1, 1))], actor=SYSTEM)

    before = Post.objects.get(worker__name="演示1")
    assert (before.valid_from, before.valid_to) == (date(2023, 6, 30), date(2023, 6, 30))


def later(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def every_post() -> list[tuple[str, int, int, str, date, date | None]]:
    rows = Post.objects.order_by("worker__number", "pk")
    return list(rows.values_list("worker__name", "level", "seat", "duty", "valid_from", "valid_to"))


def test_who_serves_to_an_announced_day_stays_to_it_and_nobody_gets_the_post_before(team, row):
    end_post(post=Post.objects.get(worker__name="演示4"), last_day=later(30), actor=SYSTEM, reason="测试")
    before = every_post()

    again = apply_roster(rows=[row(4), row(5), row(1, level=1)], actor=SYSTEM)
    apply_roster(rows=[row(7)], actor=SYSTEM)

    assert again == RosterResult(created=0, changed=0, unchanged=3)
    assert every_post() == [*before, ("演示7", 3, 2, "PRIMARY", date(2023, 6, 30), None)]


def test_an_announced_successor_keeps_the_post_and_whoever_serves_until_then_too(team, row):
    announced = apply_roster(rows=[row(7, level=1, since=later(20))], actor=SYSTEM)
    before = every_post()

    again = apply_roster(rows=[row(1, level=1), row(2, level=2)], actor=SYSTEM)
    moved = apply_roster(rows=[row(1, level=1, since=date(2023, 7, 1))], actor=SYSTEM)
    with pytest.raises(RosterFault) as refused:
        apply_roster(rows=[row(8, level=1, since=later(5))], actor=SYSTEM)

    assert announced.displaced == (Displaced(7, Worker.objects.get(name="演示1").pk),)
    assert again == RosterResult(created=0, changed=0, unchanged=2)
    assert moved == RosterResult(created=0, changed=1, unchanged=0)
    assert (refused.value.code, refused.value.field) == ("SUCCESSOR_ANNOUNCED", "level")
    assert before[0] == ("演示1", 1, 1, "PRIMARY", date(2023, 6, 30), later(19))
    assert every_post() == [(*before[0][:4], date(2023, 7, 1), later(19)), *before[1:]]


def test_a_post_with_two_holders_one_after_the_other_is_given_to_nobody_else(city, row):
    elsewhere = {"organisation_code": "222403001002", "grid_code": "222403001002001"}
    apply_roster(rows=[row(1)], actor=SYSTEM)
    apply_roster(rows=[row(1, since=later(31), **elsewhere), row(2, since=later(31))], actor=SYSTEM)

    apply_roster(rows=[row(1, grid_code=f"{GRID[:-1]}2"), row(3)], actor=SYSTEM)

    here = Post.objects.filter(grid__code=GRID, valid_to=None).order_by("worker__number")
    assert list(here.values_list("worker__name", "seat", "duty")) == [("演示2", 1, "PRIMARY"), ("演示3", 1, "BACKUP")]


def test_an_announced_lead_who_comes_earlier_ends_the_one_before_on_the_day_before(team, row):
    apply_roster(rows=[row(7, level=1, since=later(20))], actor=SYSTEM)

    done = apply_roster(rows=[row(7, level=1, since=date(2024, 5, 1))], actor=SYSTEM)

    leads = [(name, since, until) for name, level, _seat, _duty, since, until in every_post() if level == 1]
    assert leads == [("演示1", date(2023, 6, 30), date(2024, 4, 30)), ("演示7", date(2024, 5, 1), None)]
    assert done.displaced == (Displaced(7, Worker.objects.get(name="演示1").pk),)


def test_who_serves_to_an_announced_day_can_be_given_the_post_again_from_then_on(team, row):
    end_post(post=Post.objects.get(worker__name="演示1"), last_day=later(9), actor=SYSTEM, reason="测试")

    apply_roster(rows=[row(1, level=1, since=later(10))], actor=SYSTEM)

    own = [(since, until) for name, *_place, since, until in every_post() if name == "演示1"]
    assert own == [(date(2023, 6, 30), later(9)), (later(10), None)]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"level": 4}, "level", "ROSTER_ROW_INVALID"),
        ({"duty": "C"}, "duty", "ROSTER_ROW_INVALID"),
        ({"level": 1, "duty": "B"}, "duty", "ROSTER_ROW_INVALID"),
        ({"seat": 1}, "seat", "ROSTER_ROW_INVALID"),
        ({"level": 1, "duty": "A", "seat": 2}, "seat", "ROSTER_ROW_INVALID"),
        ({"name": "  "}, "name", "ROSTER_ROW_INVALID"),
        ({"sex": "?"}, "sex", "ROSTER_ROW_INVALID"),
        ({"id_number": "12"}, "id_number", "ROSTER_ROW_INVALID"),
        ({"phone": ""}, "phone", "ROSTER_ROW_INVALID"),
        ({"political_status": "长" * 21}, "political_status", "ROSTER_ROW_INVALID"),
        ({"grid_code": "222403001002001"}, "grid_code", "GRID_CODE_INVALID"),
        ({"organisation_code": "222403001999"}, "organisation_code", "ORGANISATION_UNKNOWN"),
        ({"organisation_code": "222403001"}, "organisation_code", "ORGANISATION_UNKNOWN"),
        ({"id_number": "22240319900101001X"}, "id_number", "WORKER_TWICE"),
        ({"duty": "A", "seat": 1, "row": 9}, "duty", "POST_TWICE"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_and_nothing_is_applied(city, row, given, field, code):
    before = counts()
    first = row(1, duty="A", seat=1) if code == "POST_TWICE" else row(1)

    with pytest.raises(RosterFault) as fault:
        apply_roster(rows=[first, row(2, **given)], actor=SYSTEM)

    assert (fault.value.field, fault.value.code, fault.value.row) == (field, code, given.get("row", 2))
    assert counts() == before


def test_nobody_imports_into_a_neighbouring_subdistrict(city, row, actor):
    clerk = actor([IMPORT], "222403100")
    before = counts()

    with pytest.raises(Refused):
        apply_roster(rows=[row(1)], actor=clerk)

    assert counts() == before


def test_nobody_takes_a_person_over_from_a_neighbouring_subdistrict(team, row, actor):
    clerk = actor([IMPORT], "222403100")
    there = {"organisation_code": "222403100200", "grid_code": "222403100200001"}
    before = counts()

    with pytest.raises(RosterFault) as fault:
        apply_roster(rows=[row(9, **there), row(4, **there)], actor=clerk)

    assert (fault.value.row, fault.value.code) == (4, "WORKER_ELSEWHERE")
    assert counts() == before
    assert Worker.objects.get(name="演示4").organisation.code == "222403001001"


def test_a_call_leaves_one_audit_record_and_a_change_for_every_row_it_wrote(city, row, actor):
    clerk = actor([IMPORT], "222403001")
    audits, changes = AuditRecord.objects.count(), ChangeRecord.objects.count()

    apply_roster(rows=[row(1, level=1), row(2)], actor=clerk)

    assert AuditRecord.objects.count() == audits + 1
    written = AuditRecord.objects.first()
    assert (written.action, written.object_label, written.actor_id) == (
        "grid.apply_roster",
        "红旗社区第1网格",
        clerk.id,
    )
    assert written.after == {
        "first_row": 1,
        "last_row": 2,
        "grids_opened": 1,
        "created": 2,
        "changed": 0,
        "unchanged": 0,
    }
    kinds = list(ChangeRecord.objects.order_by("pk").values_list("object_type", flat=True)[changes:])
    assert sorted(kinds) == ["civicnet_grid.grid"] * 2 + ["civicnet_grid.post"] * 2 + ["civicnet_grid.worker"] * 2


def test_no_rows_are_no_deed(city):
    before = counts()

    assert apply_roster(rows=[], actor=SYSTEM) == RosterResult(created=0, changed=0, unchanged=0)
    assert counts() == before


def test_more_rows_do_not_take_more_statements(city, row):
    with CaptureQueriesContext(connection) as few:
        apply_roster(rows=[row(person) for person in range(2)], actor=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        apply_roster(rows=[row(person) for person in range(2, 62)], actor=SYSTEM)

    # The second call opens no grid; sixty rows still fit one statement of every kind.
    assert len(many) <= len(few)


@pytest.mark.parametrize(("person", "place"), [(2, (2, 1, "PRIMARY")), (3, (2, 1, "BACKUP"))])
def test_a_post_that_is_free_between_others_is_given_first(team, row, person, place):
    apply_roster(rows=[row(6, level=2)], actor=SYSTEM)
    Post.objects.filter(worker__name=f"演示{person}").update(valid_to=date(2026, 8, 31))

    apply_roster(rows=[row(7, level=2), row(8, level=2)], actor=SYSTEM)

    assert (*place, "演示7") in posts()
    assert (2, 2, "BACKUP", "演示8") in posts()


def test_a_half_that_is_asked_for_goes_behind_the_pairs_that_are_full(team, row):
    apply_roster(rows=[row(7, duty="B"), row(8, duty="A")], actor=SYSTEM)

    assert posts()[-2:] == [(3, 2, "PRIMARY", "演示8"), (3, 2, "BACKUP", "演示7")]
