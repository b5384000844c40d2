"""Rosters beside what is held: what changes field by field, what stays, and taking it all back."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.exchange import spool
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, SpoolChunk
from civicnet.exchange.preview import changes_by_column, kind_counts, preview_rows
from civicnet.exchange.selectors import named_rows
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.writing import whole_lines
from civicnet.ledger.models import ChangeRecord
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.resources import RosterResource
from civicnet_grid.services import end_post, record_absence

from .conftest import GRID
from .test_roster_resource import HEADINGS, id_number, line


def check(lines: list[list], name: str = "roster.csv"):
    text = "\n".join(",".join(str(cell).replace("\n", "") for cell in cells) for cells in [HEADINGS, *lines])
    job = upload_file(resource="grid.roster", file=io.BytesIO(text.encode()), name=name, actor=SYSTEM)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def apply(lines: list[list]):
    job = confirm_job(job=check(lines), actor=SYSTEM)
    run_apply(job.pk)
    job.refresh_from_db()
    return job


def undo(job):
    undo_job(job=job, actor=SYSTEM)
    run_undo(job.pk)
    job.refresh_from_db()
    return job


def state() -> tuple:
    workers = [(one.number, one.name, one.phone, one.organisation_id) for one in Worker.objects.order_by("pk")]
    posts = list(
        Post.objects.order_by("pk").values_list("worker__name", "level", "seat", "duty", "valid_from", "valid_to")
    )
    return workers, posts, list(Grid.objects.order_by("pk").values_list("code", flat=True))


FIRST = [line(1, post="一级网格长"), line(2), line(3), line(4)]


def test_each_row_says_what_it_changes_field_by_field_with_numbers_masked(city):
    apply(FIRST)

    job = check([line(1, post="一级网格长"), line(2, phone="14000009999", name="演示改"), line(3, duty="A"), line(5)])

    assert kind_counts(job) == {"NEW": 1, "CHANGED": 2, "UNCHANGED": 1, "FAULT": 0}
    assert [(one.row, one.kind, one.before) for one in preview_rows(job)] == [
        (2, "UNCHANGED", {}),
        (3, "CHANGED", {"name": "演示2", "phone": "140****0002"}),
        (4, "CHANGED", {"duty": "B"}),
        (5, "NEW", {}),
    ]
    assert [(one.column, one.rows) for one in changes_by_column(job)] == [("duty", 1), ("name", 1), ("phone", 1)]
    assert [one.row for one in preview_rows(job, column="phone")] == [3]


def test_unchanged_rows_write_nothing(city):
    apply(FIRST)
    before, changes = state(), ChangeRecord.objects.filter(object_type__startswith="civicnet_grid").count()

    job = apply([*FIRST, ["小计", 4]])

    assert (job.result, state()) == ({"unchanged": 4}, before)
    assert ChangeRecord.objects.filter(object_type__startswith="civicnet_grid").count() == changes


def test_what_was_changed_after_the_preview_is_left_and_named(city):
    apply(FIRST)
    job = confirm_job(job=check([line(2, phone="14000009999"), line(3, phone="14000008888")]), actor=SYSTEM)
    Worker.objects.filter(name="演示2").update(name="别人改的")

    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result) == ("APPLIED", {"created": 0, "changed": 1, "unchanged": 0, "left": 1})
    assert [(one.row, one.outcome, one.code) for one in Finding.objects.filter(job=job)] == [
        (2, "LEFT", "changed_meanwhile")
    ]
    assert list(Worker.objects.order_by("number").values_list("name", flat=True))[1:3] == ["别人改的", "演示3"]
    assert Worker.objects.get(name="别人改的").phone == "14000000002"


def test_an_all_or_nothing_import_stops_when_somebody_came_between(city):
    apply(FIRST)
    before = state()
    job = confirm_job(job=check([line(2, phone="14000009999"), line(5)]), actor=SYSTEM, all_or_nothing=True)
    Worker.objects.filter(name="演示2").update(political_status="党员")

    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code, state()) == ("FAILED", "ROWS_CHANGED", before)


@pytest.mark.parametrize("all_or_nothing", [True, False])
def test_who_loses_a_post_to_one_row_gets_what_a_row_chunks_later_says(city, monkeypatch, all_or_nothing):
    apply(FIRST)
    monkeypatch.setattr(spool, "CHUNKS", {"sqlite": 1, "postgresql": 1})
    lines = [line(5, post="一级网格长", since="2024-05-01"), line(6), line(1, since="2024-05-01")]
    job = confirm_job(job=check(lines), actor=SYSTEM, all_or_nothing=all_or_nothing)

    run_apply(job.pk)

    job.refresh_from_db()
    counts = {"created": 2, "changed": 1, "unchanged": 0, "taken_over": 1}
    assert (job.state, job.result, named_rows(job, "taken_over", 9)) == ("APPLIED", counts, [GRID])
    mine = Post.objects.filter(worker__name="演示1").order_by("pk").values_list("level", "valid_from", "valid_to")
    assert list(mine) == [(1, date(2023, 6, 30), date(2024, 4, 30)), (3, date(2024, 5, 1), None)]


def test_what_somebody_else_changed_of_whom_a_row_displaced_is_not_written_over(city, monkeypatch):
    apply(FIRST)
    monkeypatch.setattr(spool, "CHUNKS", {"sqlite": 1, "postgresql": 1})
    lines = [line(5, post="一级网格长", since="2024-05-01"), line(1, since="2024-05-01")]
    job = confirm_job(job=check(lines), actor=SYSTEM)
    Worker.objects.filter(name="演示1").update(name="别人改的")

    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.result["created"], job.result["left"]) == (1, 1)
    assert Worker.objects.filter(name="别人改的").exists()


def test_a_lead_who_was_announced_and_ended_again_blocks_nobody(city):
    apply(FIRST)
    coming = timezone.localdate() + timedelta(days=20)
    apply([line(5, post="一级网格长", since=coming.isoformat())])
    end_post(post=Post.objects.get(worker__name="演示5"), last_day=coming, reason="测试", actor=SYSTEM)

    job = apply([line(6, post="一级网格长", since="2024-05-01")])

    assert job.result == {"created": 1, "changed": 0, "unchanged": 0, "taken_over": 1}
    assert Post.objects.get(level=1, valid_to=None).worker.name == "演示6"


def test_a_new_lead_is_told_before_and_after_and_none_comes_before_an_announced_one(city):
    apply(FIRST)
    coming = (timezone.localdate() + timedelta(days=20)).isoformat()

    job = apply([line(5, post="一级网格长", since=coming)])
    refused = check([line(6, post="一级网格长"), line(1, post="一级网格长"), line(2)])

    assert [(one.column, one.code, one.params["label"]) for one in Finding.objects.filter(job=job).order_by("pk")] == [
        ("岗位", "replaces_lead", GRID),
        ("", "taken_over", GRID),
    ]
    assert [(one.row, one.code, one.params) for one in Finding.objects.filter(job=refused, outcome="FAULT")] == [
        (2, "successor_announced", {"day": coming})
    ]
    # Whoever leads the grid until then may stand in the file as they are.
    assert kind_counts(refused) == {"NEW": 0, "CHANGED": 0, "UNCHANGED": 2, "FAULT": 1}


def test_posts_that_end_on_an_announced_day_come_back_from_an_export_unchanged(city):
    apply(FIRST)
    end_post(post=Post.objects.get(worker__name="演示2"), last_day=date(2200, 1, 1), reason="测试", actor=SYSTEM)
    apply([line(5, post="一级网格长", since=(timezone.localdate() + timedelta(days=20)).isoformat())])
    before = state()

    job = apply([line(2), line(1, post="一级网格长"), line(3), line(4)])

    assert (job.result, state()) == ({"unchanged": 4}, before)


@pytest.mark.parametrize(
    ("since", "code"), [("0001-01-01", "date"), ("9999-05-01", "date"), ("2203-05-01", "too_far_ahead")]
)
def test_a_day_out_of_all_reach_is_a_fault_of_its_row_alone(city, since, code):
    apply(FIRST)

    job = apply([line(5, post="一级网格长", since=since), line(6)])

    assert job.result == {"created": 1, "changed": 0, "unchanged": 0}
    assert [(one.row, one.code) for one in Finding.objects.filter(job=job, outcome="FAULT")] == [(2, code)]


def test_undo_brings_back_values_posts_and_holders(city):
    apply(FIRST)
    before = state()
    job = apply(
        [
            line(2, phone="14000009999", since="2024-01-01"),
            line(5, post="一级网格长", since="2024-05-01"),
            line(6, grid_code="222403001001002"),
        ]
    )
    assert state() != before

    undo(job)

    # Rows of the file, whatever each had written: a changed worker, a new lead in another's place, and one in a new grid.
    assert (job.state, job.undone) == ("UNDONE", {"restored": 1, "removed": 2, "left": 0})
    assert state() == before
    assert not SpoolChunk.objects.filter(job=job).exclude(image="").exists()


def test_undo_gives_nobody_a_second_post(city):
    apply(FIRST)
    job = apply([line(5, post="一级网格长", since="2024-05-01")])
    apply([line(1, grid_code="222403001001002", since="2024-05-01")])

    undo(job)

    assert job.undone == {"restored": 0, "removed": 0, "left": 1}
    assert [(one.row, one.code) for one in Finding.objects.filter(job=job, outcome="LEFT")] == [(2, "serves_elsewhere")]
    now = Post.objects.filter(worker__name__in=["演示1", "演示5"], valid_to=None).values_list(
        "worker__name", "grid__code"
    )
    assert list(now) == [("演示1", "222403001001002")]


def test_undo_leaves_a_person_whose_post_was_touched_since(city):
    apply(FIRST)
    job = apply([line(5), line(6)])
    end_post(post=Post.objects.get(worker__name="演示5"), last_day=date(2026, 12, 31), reason="测试", actor=SYSTEM)

    undo(job)

    assert job.undone == {"restored": 0, "removed": 1, "left": 1}
    assert set(Worker.objects.values_list("name", flat=True)) == {"演示1", "演示2", "演示3", "演示4", "演示5"}
    left = Finding.objects.filter(job=job, outcome="LEFT").order_by("code")
    assert [(one.row, one.code) for one in left] == [(2, "changed_since"), (2, "referred_to")]


def test_a_code_nobody_knows_comes_with_what_may_be_meant(city):
    job = check([line(1, community="红旗社", community_code="222403001991")])

    finding = Finding.objects.get(job=job)
    assert (finding.code, finding.params) == ("unknown_code", {"like": "红旗社区 222403001001"})


@pytest.mark.parametrize("rows", [2, 60])
def test_matching_takes_one_statement_however_many_rows(city, rows, assert_statements):
    from civicnet.exchange.resource import Draft
    from civicnet_grid.roster_held import held_roster

    apply(FIRST)
    drafts = [Draft(at, {"id_number": id_number(at), "grid_code": "1", "post": 3}) for at in range(1, rows + 1)]
    with assert_statements(1):
        found = held_roster(drafts)
    assert sorted(found) == list(range(1, min(rows, 4) + 1))


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def test_a_lead_row_that_says_a_changes_nothing(city):
    apply(FIRST)

    assert kind_counts(check([line(1, post="一级网格长", duty="A")]))["UNCHANGED"] == 1


def test_a_person_who_comes_twice_is_compared_with_the_post_that_each_row_means(city):
    apply([line(1, grid_code="222403001001002", since=day(-1))])
    apply([line(1, since=day(1))])

    job = check([line(1, since=day(1)), line(1, grid_code="222403001001002", since=day(-1))])

    assert kind_counts(job) == {"NEW": 0, "CHANGED": 0, "UNCHANGED": 1, "FAULT": 1}


def test_a_lead_who_moves_before_the_successor_comes_holds_one_post(city):
    apply([line(1, post="一级网格长"), line(2)])

    apply([line(2, post="一级网格长", since=day(10)), line(1, since=day(0))])

    mine = Post.objects.filter(worker__name="演示1").order_by("pk").values_list("level", "valid_to")
    assert list(mine) == [(1, timezone.localdate() - timedelta(days=1)), (3, None)]


def test_a_post_given_up_before_it_began_is_held_by_nobody_and_comes_anew(city):
    apply([line(1, post="一级网格长", since=day(300))])
    apply([line(1, post="一级网格长", grid_code="222403001001002", since=day(40))])
    apply([line(2, duty="A", since=day(300))])
    apply([line(2, duty="A", grid_code="222403001001002", since=day(40))])

    apply([line(1, post="一级网格长", since=day(40)), line(3, duty="A")])

    open_posts = (
        Post.objects.filter(valid_to=None)
        .order_by("worker")
        .values_list("worker__name", "grid__code", "level", "seat", "valid_from")
    )
    assert list(open_posts) == [
        ("演示1", GRID, 1, 1, date.fromisoformat(day(40))),
        ("演示2", "222403001001002", 3, 1, date.fromisoformat(day(40))),
        ("演示3", GRID, 3, 1, date(2023, 6, 30)),
    ]


def test_who_was_put_elsewhere_on_the_first_day_is_exported_once_and_a_lead_replaced_on_it_not_at_all(city):
    apply([line(1, since=day(0)), line(2, post="一级网格长", since=day(0))])
    apply([line(1, grid_code="222403001001002", since=day(0)), line(3, post="一级网格长", since=day(0))])

    lines = [*whole_lines(RosterResource(), SYSTEM)]

    assert [(cells[7], cells[4]) for cells in lines[1:]] == [("演示3", GRID), ("演示1", "222403001001002")]


def test_who_leaves_for_another_community_on_an_announced_day_comes_back_from_an_export_unchanged(city):
    apply([line(1)])
    apply([line(1, community_code="222403001002", grid_code="222403001002001", since=day(10))])
    before = state()

    job = apply([line(1, phone="14000009999")])

    assert [one.column for one in changes_by_column(job)] == ["phone"]
    assert job.result == {"created": 0, "changed": 1, "unchanged": 0}
    assert (state()[0][0][3], state()[1:]) == (before[0][0][3], before[1:])


def test_undo_brings_back_a_post_beside_one_that_was_given_up_on_its_first_day(city):
    apply([line(1, since=day(0))])
    apply([line(1, post="一级网格长", since=day(0))])
    before = state()
    job = apply([line(2, post="一级网格长", since=day(0))])

    undo(job)

    assert (job.undone["left"], state()) == (0, before)


def test_undo_leaves_a_person_in_the_post_that_stays_and_gives_no_former_one_beside_it(city):
    apply([line(1), line(2)])
    job = apply([line(1, grid_code="222403001001002"), line(2, post="一级网格长")])
    away = Post.objects.get(grid__code="222403001001002")
    record_absence(post=away, first_day=date(2026, 1, 1), last_day=date(2026, 1, 2), actor=SYSTEM)
    end_post(post=Post.objects.get(level=1), last_day=date(2200, 1, 1), reason="测试", actor=SYSTEM)
    before = state()

    undo(job)

    assert (job.undone, state()) == ({"restored": 0, "removed": 0, "left": 2}, before)
    left = Finding.objects.filter(job=job, outcome="LEFT").order_by("row", "code")
    assert [(one.row, one.code) for one in left] == [
        (2, "referred_to"),
        (2, "referred_to"),
        (2, "stays_together"),
        (3, "changed_since"),
        (3, "serves_elsewhere"),
    ]


def test_undo_of_a_move_to_another_community_leaves_the_post_where_the_person_stays(city):
    apply([line(1)])
    there = {"community_code": "222403001002", "grid_code": "222403001002001"}
    job = apply([line(1, **there)])
    apply([line(1, **there, political_status="党员")])
    before = state()

    undo(job)

    assert (job.undone["left"], state()) == (1, before)


def test_who_goes_back_on_the_same_day_to_a_post_of_that_day_holds_it_from_then_on(city):
    apply([line(1, post="二级网格员", duty="A", since=day(0))])
    apply([line(1, post="一级网格长", since=day(-100))])

    apply([line(2, post="一级网格长", since=day(0)), line(1, post="二级网格员", since=day(0))])

    now = Post.objects.filter(valid_to=None).order_by("level").values_list("worker__name", "level", "seat", "duty")
    assert list(now) == [("演示2", 1, 1, "PRIMARY"), ("演示1", 2, 1, "PRIMARY")]


def test_undo_brings_back_a_post_until_the_day_that_the_same_row_had_moved_forward(city):
    apply([line(1)])
    apply([line(1, grid_code="222403001001002", since=day(1))])
    before = state()
    job = apply([line(1, grid_code="222403001001002", since=day(-30))])
    assert state() != before

    undo(job)

    assert (job.undone, state()) == ({"restored": 1, "removed": 0, "left": 0}, before)
