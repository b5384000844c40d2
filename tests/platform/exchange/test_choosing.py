"""Choosing columns: a file is read as its owner says, and the next one as they said before."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import xlsxwriter
from django.contrib.auth.models import Group
from django.core.management import call_command

from civicnet.access.actors import staff_actor
from civicnet.contract import Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.choosing import candidates_of, choose_columns, remember_mapping, remembered_mapping
from civicnet.exchange.errors import AlreadyImported, WrongState
from civicnet.exchange.mapping import ColumnMap, MappingRefused
from civicnet.exchange.models import ColumnMapping, ImportJob
from civicnet.exchange.preview import preview_rows
from civicnet.exchange.services import cancel_job, confirm_job, upload_file
from civicnet.exchange.stops import error_sentence

STRANGE = ["队伍", "号码", "起始"]


def book(**sheets: list[list]) -> io.BytesIO:
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file)
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    made.close()
    file.seek(0)
    return file


@pytest.fixture
def strange(checked, workbook):
    """A file whose headings nobody knows; refused for that."""
    return checked([], file=workbook([["甲队", "14000000001", "2023-06-30"]], headings=STRANGE))


def chosen(job, actor, fields) -> ColumnMap:
    offered = candidates_of(job=job, actor=actor)[0]
    return ColumnMap(offered.sheet, offered.row, tuple(one.heading for one in offered.suggestions), fields)


def test_a_file_with_strange_headings_goes_in_once_its_owner_says_which_column_is_which(strange, clerk):
    assert (strange.state, strange.error_code) == ("REFUSED", "HEADINGS_NOT_FOUND")

    choose_columns(job=strange, columns=chosen(strange, clerk, {0: "name", 1: "phone"}), actor=clerk)
    run_check(strange.pk)
    strange.refresh_from_db()

    assert (strange.state, strange.counts, strange.error_code) == ("CHECKED", {"OK": 1}, "")
    assert strange.headings == [["队伍", "name"], ["号码", "phone"], ["起始", None]]
    confirm_job(job=strange, actor=clerk)
    run_apply(strange.pk)
    assert Group.objects.filter(name="甲队").exists()


def test_the_choice_is_remembered_for_the_next_file_of_the_same_person_only(strange, clerk, checked, workbook, staff):
    choose_columns(job=strange, columns=chosen(strange, clerk, {0: "name", 1: "phone"}), actor=clerk)
    assert remembered_mapping(resource="team.list", actor=clerk) == {"队伍": "name", "号码": "phone"}

    shuffled = workbook([["14000000002", "", "乙队"]], headings=["号码", "备注", "队伍"])
    assert checked([], file=shuffled).counts == {"OK": 1}

    rights = ["civicnet_exchange.add_importjob", "auth.add_group"]
    other = staff_actor(staff(rights, username="other"))
    shuffled = workbook([["14000000003", "", "丙队"]], headings=["号码", "备注", "队伍"])
    assert checked([], file=shuffled, actor=other).state == "REFUSED"
    assert remembered_mapping(resource="team.list", actor=other) == {}


def test_a_later_choice_takes_the_place_of_an_earlier_one(strange, clerk):
    for fields in ({0: "name", 1: "phone"}, {0: "name", 1: "phone", 2: "since"}):
        remember_mapping(resource="team.list", columns=chosen(strange, clerk, fields), actor=clerk)

    assert ColumnMapping.objects.get().fields == {"队伍": "name", "号码": "phone", "起始": "since"}


def test_a_checked_file_is_checked_anew_with_other_columns(checked, clerk):
    job = checked([[1, "甲队", "14000000001", "2023-06-30"], [2, "乙队", "1400", "soon"]])
    assert job.counts == {"OK": 1, "FAULT": 1}

    choose_columns(job=job, columns=chosen(job, clerk, {1: "name", 2: "phone"}), actor=clerk)
    run_check(job.pk)

    assert [one.code for one in job.findings.all()] == ["phone_length"]


def test_an_upload_may_wait_for_its_columns(clerk, workbook):
    job = upload_file(
        resource="team.list",
        file=workbook([["甲队", "14000000001"]], headings=["名称", "电话号"]),
        name="a.xlsx",
        actor=clerk,
        check=False,
    )

    (offered,) = candidates_of(job=job, actor=clerk)

    assert [(one.field, one.confidence.value) for one in offered.suggestions] == [("name", "exact"), ("phone", "near")]
    assert (offered.lacking, offered.samples) == (("phone",), ((2, ["甲队", "14000000001"]),))
    assert offered.columns().fields == {0: "name"}


def test_a_choice_that_lacks_a_column_changes_nothing(strange, clerk):
    with pytest.raises(MappingRefused):
        choose_columns(job=strange, columns=chosen(strange, clerk, {0: "name"}), actor=clerk)

    strange.refresh_from_db()
    assert (strange.state, strange.columns, ColumnMapping.objects.count()) == ("REFUSED", None, 0)


def test_nobody_else_chooses_and_nothing_is_chosen_once_a_job_is_over(checked, clerk, neighbour, teams):
    job = checked(teams(1))
    columns = chosen(job, clerk, {1: "name", 2: "phone"})

    for act in (
        lambda: candidates_of(job=job, actor=neighbour),
        lambda: choose_columns(job=job, columns=columns, actor=neighbour),
    ):
        with pytest.raises(Refused):
            act()
    cancel_job(job=job, actor=clerk)
    job.refresh_from_db()
    for act in (
        lambda: candidates_of(job=job, actor=clerk),
        lambda: choose_columns(job=job, columns=columns, actor=clerk),
    ):
        with pytest.raises(WrongState):
            act()


def test_of_several_sheets_the_one_that_fits_best_is_read_and_named(checked):
    file = book(
        说明=[["名称", "怎样填写"], ["电话", "11 位"]],
        旧表=[["名称", "电话"], ["旧队", "14000000001"]],
        名册=[["序号", "名称", "电话"], [1, "甲队", "14000000002"]],
        空=[],
    )

    job = checked([], file=file)

    assert (job.sheet, job.other_sheets, job.counts) == ("名册", ["说明", "旧表"], {"OK": 1})


def test_another_sheet_of_a_file_that_is_in_may_follow_and_the_same_one_may_not(
    checked, applied, clerk, capsys, tmp_path
):
    path = tmp_path / "two.xlsx"
    heading = ["名称", "电话", "备注"]
    file = book(红旗=[heading, ["甲队", "14000000001", "乙队"]], 北苑=[heading, ["丙队", "14000000002", ""]])
    path.write_bytes(file.getvalue())
    first = applied([], file=file)

    again = checked([], file=file)
    assert (first.sheet, again.state, again.error_code, again.counts) == ("红旗", "REFUSED", "ALREADY_IMPORTED", {})
    assert f"{first.finished_at.year}" in error_sentence(again)
    red, north = candidates_of(job=again, actor=clerk)
    with pytest.raises(AlreadyImported):
        choose_columns(job=again, columns=red.columns(), actor=clerk)
    with pytest.raises(SystemExit):
        call_command("import", "team.list", str(path), "--sheet", "南苑")
    assert "红旗、北苑" in capsys.readouterr().err
    call_command("import", "team.list", str(path), "--sheet", "北苑")
    assert Group.objects.filter(name__contains="队").count() == 1
    # The same sheet is another matter with other columns, and another sheet is anyway.
    for columns, team in ((replace(red.columns(), fields={2: "name", 1: "phone"}), "乙队"), (north.columns(), "丙队")):
        choose_columns(job=again, columns=columns, actor=clerk)
        run_check(again.pk)
        assert [one.cells["name"] for one in preview_rows(ImportJob.objects.get(pk=again.pk))] == [team]
    run_apply(confirm_job(job=again, actor=clerk).pk)
    assert Group.objects.filter(name="丙队").exists()


def test_two_columns_for_one_of_ours_are_told_not_guessed(checked, workbook):
    job = checked([], file=workbook([["甲队", "14000000001", "x"]], headings=["名称", "电话", "电话"]))

    assert (job.state, job.error_code) == ("REFUSED", "COLUMN_TWICE")
    assert "电话 (B)、电话 (C)" in error_sentence(job)
