"""The demo's rosters: nobody is meant, everybody is distinct, and the faults are as many as promised."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest

from civicnet.access.actors import SYSTEM
from civicnet.access.organisations import Division, load_divisions
from civicnet.exchange.checking import run_check
from civicnet.exchange.marked import workbook_to_mend
from civicnet.exchange.services import upload_file
from civicnet_site.demo import roster

DIVISIONS = Path(roster.__file__).parent / "data" / "divisions.csv"


@pytest.fixture(scope="module")
def divisions() -> list[Division]:
    """The demo city."""
    with DIVISIONS.open(encoding="utf-8") as file:
        return [Division(one["code"], one["name"], one["parent"]) for one in csv.DictReader(file)]


@pytest.fixture(scope="module")
def communities(divisions) -> list[roster.Community]:
    """Its communities and villages, each with its township."""
    names = {one.code: one.name for one in divisions}
    return [(one.code, one.name, names[one.parent]) for one in divisions if len(one.code) == 12]


def test_a_roster_has_a_citys_size_and_pairs_at_levels_2_and_3(communities):
    rows = list(roster.rows(communities))

    posts = {(row[roster.POST], row[roster.POST + 1]) for row in rows}
    assert 3000 <= len(rows) <= 3800
    assert posts == {("一级网格长", "")} | {(post, duty) for post in ("二级网格员", "三级网格员") for duty in "AB"}


def test_nobody_is_meant_and_nobody_comes_twice(communities):
    rows = list(roster.rows(communities))

    assert all(row[roster.NAME].startswith("演示") for row in rows)
    assert all(re.fullmatch(r"999999\d{11}[\dX]", row[roster.ID]) for row in rows)
    assert all(re.fullmatch(r"1400\d{7}", row[roster.PHONE]) for row in rows)
    assert len({row[roster.ID] for row in rows}) == len({row[roster.PHONE] for row in rows}) == len(rows)


def test_the_same_city_always_gets_the_same_people(communities):
    assert list(roster.rows(communities)) == list(roster.rows(communities))


@pytest.mark.parametrize("messy", [False, True], ids=["clean", "messy"])
def test_the_workbooks_hold_as_many_faults_as_promised(db, divisions, communities, tmp_path, messy):
    load_divisions(divisions=divisions, actor=SYSTEM)
    path = tmp_path / "roster.xlsx"
    told = roster.write_messy_roster(path, communities) if messy else roster.write_roster(path, communities)

    with path.open("rb") as file:
        job = upload_file(resource="grid.roster", file=file, name=path.name, actor=SYSTEM)
    run_check(job.pk)

    job.refresh_from_db()
    if messy:
        assert (told, job.counts) == (20, {"OK": 44, "NORMALISED": 16, "FAULT": 20, "SKIPPED": 3})
        sheet = openpyxl.load_workbook(io.BytesIO(workbook_to_mend(job=job, actor=SYSTEM).read())).active
        marked = [(cell.row, cell.comment.text) for row in sheet.iter_rows() for cell in row if cell.comment]
        assert len(marked) == told
        assert marked[0] == (15, "单元格是数值格式，末几位已丢失。请把该列设为文本后重新填写。")
    else:
        assert job.counts == {"OK": told}
