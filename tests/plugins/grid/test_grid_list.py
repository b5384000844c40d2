"""Lists of grids: what a sheet opens and corrects, what it may not, and the list on the screen as a file."""

from __future__ import annotations

import csv
import io
import json

import pytest

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, ImportJob
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.ledger.models import AuditRecord
from civicnet_grid.models import Grid
from civicnet_grid.services import open_grid

CLERK = ["civicnet_exchange.add_importjob", "civicnet_grid.add_grid", "civicnet_grid.view_grid"]
DESK = ["wagtailadmin.access_admin", "civicnet_grid.view_grid"]
HEAD = ["网格编号", "网格名称", "网格类型", "户数", "设立日期"]


@pytest.fixture
def clerk(enabled, staff):
    """Somebody who opens grids in one community."""
    enabled("grid")
    return staff_actor(staff(CLERK, "222403001001", username="clerk"))


@pytest.fixture
def grid(enabled, city):
    """A grid that is on file."""
    enabled("grid")
    return open_grid(
        organisation=city["222403001001"], code="222403001001001", name="红旗第一网格", households=300, actor=SYSTEM
    )


@pytest.fixture
def check(clerk, settings, tmp_path):
    """Uploads rows as a text and checks them."""
    settings.MEDIA_ROOT = str(tmp_path)

    def run(*rows: list[str], head: list[str] = HEAD) -> ImportJob:
        text = io.StringIO(newline="")
        csv.writer(text).writerows([head, *rows])
        file = io.BytesIO(text.getvalue().encode())
        job = upload_file(resource="grid.grids", file=file, name="grids.csv", actor=clerk)
        run_check(job.pk)
        job.refresh_from_db()
        return job

    return run


@pytest.fixture
def apply(check, clerk):
    """Uploads, checks, confirms and applies."""

    def run(*rows: list[str], **options) -> ImportJob:
        job = confirm_job(job=check(*rows, **options), actor=clerk)
        run_apply(job.pk)
        job.refresh_from_db()
        return job

    return run


def test_a_sheet_opens_what_is_new_and_corrects_what_is_there(grid, apply):
    job = apply(
        ["222403001001001", "红旗第一网格", "综合网格", "1,320", ""],
        ["222403001001002", "红旗第二网格", "专属", "", "2024-01-01"],
    )

    assert job.kinds == {"CHANGED": 1, "NEW": 1}
    assert job.result == {"created": 1, "changed": 1, "unchanged": 0}
    found = Grid.objects.order_by("code").values_list("name", "kind", "households", "valid_from__year")
    assert list(found) == [
        ("红旗第一网格", "COMPREHENSIVE", 1320, None),
        ("红旗第二网格", "DEDICATED", None, 2024),
    ]
    assert AuditRecord.objects.get(action="grid.keep_grids").after["created"] == 1


def test_an_empty_cell_takes_nothing_away(grid, apply):
    job = apply(["222403001001001", "红旗一网格"], head=HEAD[:2])

    assert job.result["changed"] == 1
    assert Grid.objects.values_list("name", "households").get() == ("红旗一网格", 300)


def test_it_is_taken_back_whole(grid, apply, clerk):
    job = apply(["222403001001001", "改名", "", "", ""], ["222403001001002", "新网格", "", "", ""])

    run_undo(undo_job(job=job, actor=clerk).pk)

    assert list(Grid.objects.values_list("code", "name", "households")) == [("222403001001001", "红旗第一网格", 300)]


def test_what_cannot_be_is_a_fault_in_its_row(grid, check):
    Grid.objects.filter(pk=grid.pk).update(valid_to="2024-01-01")
    job = check(
        ["222403001001001", "已撤", "", "", ""],
        ["222403001002001", "别处", "", "", ""],
        ["222403001999001", "没有", "", "", ""],
        ["222403001001003", "几户", "", "三百", ""],
        ["222403001001004", "半户", "", "1.5", ""],
        ["222403001001005", "太多", "", "100001", ""],
    )

    found = Finding.objects.filter(job=job).values_list("row", "column", "code")
    assert list(found) == [
        (2, "网格编号", "grid_ended"),
        (3, "网格编号", "out_of_scope"),
        (4, "网格编号", "unknown_code"),
        (5, "户数", "number"),
        (6, "户数", "whole_number"),
        (7, "户数", "number_limits"),
    ]
    assert job.good_rows == 0


@pytest.fixture
def two(grid, city):
    """A comprehensive grid and a dedicated one, in two communities."""
    place = city["222403001002"]
    open_grid(organisation=place, code="222403001002001", name="=专属", kind="DEDICATED", actor=SYSTEM)


def test_a_list_goes_out_as_it_is_narrowed(client, staff, two):
    client.force_login(staff(DESK))
    address = "/admin/grid/grids/?kind=DEDICATED"

    assert "kind=DEDICATED&amp;export=json" in client.get(address).content.decode()
    told = json.loads(b"".join(client.get(f"{address}&export=json").streaming_content))
    assert [(one["code"], one["posts_held"], one["households"]) for one in told] == [("222403001002001", 0, None)]
    text = b"".join(client.get(f"{address}&export=csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[1:3] for line in text.splitlines()] == [HEAD[:2], ["222403001002001", "'=专属"]]
    everything = b"".join(client.get("/admin/grid/grids/?export=json").streaming_content)
    assert len(json.loads(everything)) == 2
    assert AuditRecord.objects.filter(action="exchange.export").order_by("pk").last().after == {
        "resource": "grid.grids",
        "rows": 2,
        "narrowed": True,
    }


def test_a_list_gives_out_no_more_than_its_reader_may_see(client, staff, two):
    client.force_login(staff(DESK, "222403001001"))

    told = json.loads(b"".join(client.get("/admin/grid/grids/?export=json").streaming_content))
    assert [one["code"] for one in told] == ["222403001001001"]


def test_who_may_not_export_is_offered_and_given_nothing(client, staff, two):
    client.force_login(staff([*DESK, "civicnet_grid.view_post"]))

    assert "export=csv" not in client.get("/admin/grid/posts/").content.decode()
    assert client.get("/admin/grid/posts/?export=csv").url == "/admin/"
    assert not AuditRecord.objects.filter(action="exchange.export").exists()


@pytest.mark.parametrize("asked", ["kind=ANY", "q=%00", "kind=DEDICATED&q=a%00"])
def test_a_filter_or_a_search_that_nobody_understands_gives_out_nothing(client, staff, two, asked):
    client.force_login(staff(DESK))

    assert client.get(f"/admin/grid/grids/?{asked}&export=csv").status_code == 400
    assert not AuditRecord.objects.filter(action="exchange.export").exists()
