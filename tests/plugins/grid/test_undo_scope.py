"""An undo reaches as far as the area of whoever undoes reaches today, and takes nothing that others have put to use."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Position, User
from civicnet.contract import hookimpl, require
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, ImportJob
from civicnet.exchange.selectors import kinds
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.spool import CHUNKS
from civicnet.exchange.undoing import run_undo
from civicnet.ledger.models import AuditRecord, ChangeRecord
from civicnet_assessment.models import Assessment, Method
from civicnet_assessment.services import NewItem, open_form
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.resources import RosterResource
from civicnet_grid.roster import RosterRow
from civicnet_grid.services import apply_roster
from civicnet_hotline.models import Case, Group, Source
from civicnet_hotline.services import Place, open_category, submit_case

from .test_roster_resource import HEADINGS, id_number, line

RIGHTS = ["civicnet_exchange.add_importjob", "civicnet_grid.import_roster", "civicnet_grid.add_grid"]
OUTSIDE = "该行不在您目前负责的辖区内，或者与辖区外的数据属于同一行，保留不动。"
GRIDS = "网格编号,网格名称,户数\n"


def text_of(lines: list[list]) -> str:
    return "\n".join(",".join(str(cell).replace("\n", "") for cell in cells) for cells in [HEADINGS, *lines])


def at(person: int, grid: str) -> list:
    return line(person, grid_code=grid, community_code=grid[:12])


def check(text: str, *, resource: str = "grid.roster", actor=SYSTEM) -> ImportJob:
    job = upload_file(resource=resource, file=io.BytesIO(text.encode()), name="rows.csv", actor=actor)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def apply(text: str, *, actor=SYSTEM, **options) -> ImportJob:
    job = confirm_job(job=check(text, actor=actor, **options), actor=actor)
    run_apply(job.pk)
    job.refresh_from_db()
    return job


def undo(job: ImportJob, actor=SYSTEM) -> ImportJob:
    undo_job(job=job, actor=actor)
    run_undo(job.pk)
    job.refresh_from_db()
    return job


def held() -> tuple[list, list, list]:
    return (
        list(Worker.objects.order_by("pk").values_list("name", "organisation__code")),
        list(Post.objects.order_by("pk").values_list("worker__name", "grid__code", "valid_to")),
        list(Grid.objects.order_by("pk").values_list("code", "name", "households")),
    )


def left(job: ImportJob) -> list[tuple[int, str, str]]:
    found = Finding.objects.filter(job=job, outcome="LEFT").order_by("row", "pk")
    return [(one.row, one.code, one.params["label"]) for one in found]


@pytest.fixture
def moved(city, staff):
    """A clerk who is sent to other places: ``moved("222403100")`` returns who they are there."""
    user = staff(RIGHTS, "222403", username="clerk")

    def to(code: str):
        Position.objects.filter(person=user).update(organisation=city[code])
        return staff_actor(User.objects.get(pk=user.pk))

    return to


def test_what_lies_outside_the_area_of_today_stays_and_is_named(moved):
    roster = apply(text_of([line(1), at(2, "222403100200001")]), actor=moved("222403"))
    apply(GRIDS + "222403001001002,旧名,10\n", resource="grid.grids")
    grids = apply(
        GRIDS + "222403001001002,新名,20\n222403100200002,另一格,5\n", resource="grid.grids", actor=moved("222403")
    )
    clerk, before = moved("222403100"), {*ChangeRecord.objects.values_list("pk", flat=True)}

    undo(grids, clerk)
    undo(roster, clerk)

    assert [job.undone for job in (grids, roster)] == [{"restored": 0, "removed": 1, "left": 1}] * 2
    assert held() == (
        [("演示1", "222403001001")],
        [("演示1", "222403001001001", None)],
        [("222403001001001", "红旗社区第1网格", None), ("222403001001002", "新名", 20)],
    )
    assert left(grids) == [(2, "outside_by_now", "")]
    assert left(roster) == [(2, "outside_by_now", "")] * 3
    assert [one.sentence for one in kinds(roster) if one.outcome == "LEFT"] == [OUTSIDE]
    told = ChangeRecord.objects.exclude(pk__in=before).filter(object_type__startswith="civicnet_grid").order_by("pk")
    assert list(told.values_list("object_type", "operation")) == [
        (f"civicnet_grid.{model}", "DELETE") for model in ("grid", "post", "worker", "grid")
    ]


def test_where_a_row_would_go_back_to_counts_as_well(city, moved):
    apply(text_of([line(1)]))
    job = apply(text_of([at(1, "222403001002001")]), actor=moved("222403"))
    before = held()
    assert before[0] == [("演示1", "222403001002")]

    undo(job, moved("222403001002"))

    # Neither the person, who would be in another community again, nor the new post and grid, which lie in the clerk's own.
    assert held() == before
    assert job.undone == {"restored": 0, "removed": 0, "left": 1}
    assert {code for _row, code, _label in left(job)} == {"outside_by_now"}


def test_all_rows_or_none_holds_whatever_its_clerk_may_do_by_then(moved, monkeypatch):
    for vendor in CHUNKS:
        monkeypatch.setitem(CHUNKS, vendor, 1)
    clerk = moved("222403")
    job = confirm_job(job=check(text_of([line(1), line(2)]), actor=clerk), actor=clerk, all_or_nothing=True)
    write = RosterResource.apply
    monkeypatch.setattr(
        RosterResource, "apply", lambda *given: write(*given) if not Worker.objects.exists() else require(allowed=False)
    )
    run_apply(job.pk)
    assert Worker.objects.count() == 1
    moved("222403100")

    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.undone, held()) == ("UNDONE", {"restored": 0, "removed": 1, "left": 0}, ([], [], []))
    # Nobody took it back: the platform kept what it had promised.
    assert AuditRecord.objects.get(action="exchange.undo").actor_kind == "system"


class Ledger:
    """A plugin that answers as it is told, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[frozenset[str]] = []
        self.error: Exception | None = None

    @hookimpl
    def refers_to(self, subjects: frozenset[str]) -> list[str]:
        self.asked.append(subjects)
        if self.error is not None:
            raise self.error
        return ["somebody.else:1"]


@pytest.fixture
def used(city) -> tuple[ImportJob, dict[str, str]]:
    """Four imported people: one assessed, one with a case on their post, one in the grid of a case without a post, one free."""
    job = apply(text_of([line(1), *[at(number, f"22240300100100{number}") for number in (2, 3, 4)]]))
    posts = {one.worker.name: one for one in Post.objects.select_related("worker", "grid")}
    keys = {
        "assessed": f"grid.worker:{posts['演示1'].worker_id}",
        "case": f"grid.post:{posts['演示2'].pk}",
        "grid": f"grid.grid:{posts['演示3'].grid.code}",
    }
    Assessment.objects.create(
        form=open_form(
            year=2026,
            title="考核",
            organisation=city["222403"],
            opens=timezone.localdate(),
            closes=timezone.localdate(),
            items=[NewItem("visits", "入户走访", Decimal(40), Method.ON_SITE_CHECK)],
            actor=SYSTEM,
        ),
        subject_key=keys["assessed"],
        subject_label="演示1",
        organisation=city["222403001001"],
        assessor=User.objects.create_user(username="assessor", password=None),
        total=Decimal(30),
    )
    open_category(actor=SYSTEM, code="street-light", name="路灯", group=Group.HELP)
    for key, code in (("case", ""), ("", "222403001001003")):
        case = submit_case(
            actor=SYSTEM, source=Source.PHONE, category="street-light", description="不亮", place=Place(address="路口")
        )
        Case.objects.filter(pk=case.pk).update(post_key=keys.get(key, ""), grid_code=code)
    return job, keys


def test_what_others_know_by_its_key_stays_also_where_they_are_off(used, plug, toggle):
    job, keys = used
    ledger = Ledger()
    plug("ledger", ledger, on=False)
    toggle("assessment", False)

    undo(job)

    assert (job.undone, len(ledger.asked)) == ({"restored": 0, "removed": 1, "left": 3}, 1)
    assert set(keys.values()) <= ledger.asked[0]
    workers, posts, grids = held()
    assert [name for name, _place in workers] == ["演示1", "演示2"]
    assert [(name, grid) for name, grid, _end in posts] == [("演示2", "222403001001002")]
    assert [code for code, _name, _households in grids] == ["222403001001002", "222403001001003"]
    assert {code for _row, code, _label in left(job)} == {"referred_to"}


def test_while_a_plugin_cannot_say_what_it_refers_to_nothing_is_taken_back(city, plug):
    job, ledger = apply(text_of([line(1)])), Ledger()
    plug("ledger", ledger)
    ledger.error, before = ValueError("broken on purpose"), held()

    undo(job)

    assert (job.state, job.error_code, job.rows_done, held()) == ("FAILED", "PLUGIN_FAILED", 1, before)

    ledger.error = None
    undo(job)
    assert (job.state, held()) == ("UNDONE", ([], [], []))


def test_nobody_ends_a_post_outside_the_area_before_the_day_announced_there(moved):
    apply(text_of([at(1, "222403100200001")]))
    coming = (timezone.localdate() + timedelta(days=20)).isoformat()
    apply(text_of([line(1, since=coming)]))
    before = held()

    job = check(text_of([line(1, since="2026-01-01")]), actor=moved("222403001"))
    with pytest.raises(RosterFault) as refused:
        where = {"organisation_code": "222403001001", "grid_code": "222403001001001", "level": 3, "duty": None}
        who = {
            "name": "演示1",
            "sex": "F",
            "id_number": id_number(1),
            "phone": "14000000001",
            "political_status": "群众",
        }
        apply_roster(rows=[RosterRow(row=2, since=date(2026, 1, 1), **where, **who)], actor=moved("222403001"))

    assert [(one.row, one.code) for one in Finding.objects.filter(job=job)] == [(2, "worker_elsewhere")]
    assert (refused.value.code, held()) == ("WORKER_ELSEWHERE", before)
