"""An undo reaches as far as the area of whoever undoes reaches today, and takes nothing that others have put to use."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

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
from civicnet_assessment.models import Method
from civicnet_assessment.services import NewItem, file_assessment, open_form
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.resources import RosterResource
from civicnet_hotline.models import Group
from civicnet_hotline.services import Place, open_category, submit_case

from .test_roster_resource import HEADINGS, line

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
