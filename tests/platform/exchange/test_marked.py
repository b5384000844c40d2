"""What comes back to be mended: the own workbook with marks, else the faulty rows; to its owner alone, and only for a while."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlsxwriter

from civicnet.access.actors import staff_actor
from civicnet.exchange import marked
from civicnet.exchange.checking import run_check
from civicnet.exchange.marked import workbook_to_mend
from civicnet.exchange.marking import COLOUR
from civicnet.exchange.services import cancel_job, confirm_job, upload_file
from civicnet.ledger.models import AuditRecord

HEADINGS = ["序号", "名称", "电话", "日期", "合计"]


@pytest.fixture
def faulty(checked):
    """A workbook with a title, a merged cell, a formula, a formula as text, a hidden row and a hidden column, and faulty
    rows; and its checked job."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    book.add_worksheet("说明").write_string(0, 0, "请勿删除")
    sheet = book.add_worksheet("名册")
    sheet.merge_range(0, 0, 0, 4, "队伍名册")
    sheet.write_row(1, 0, HEADINGS)
    sheet.write_row(2, 0, [1, "甲队", "14000000001", "2023-06-30"])
    sheet.write_formula(2, 4, "=1+1", value=2)
    sheet.write_row(3, 0, [2, "乙队", "1400", "someday"])
    sheet.write_string(4, 1, '=HYPERLINK("http://example.invalid")')
    sheet.write_string(4, 2, "14000000003")
    sheet.write_formula(4, 4, "=SUM(A1)", value="")
    sheet.merge_range(5, 1, 6, 1, "丁队")
    sheet.write_row(6, 2, ["14000000004"])
    sheet.set_column(2, 2, None, None, {"hidden": True})
    sheet.set_row(3, None, None, {"hidden": True})
    book.close()
    file.seek(0)
    return checked([], file=file)


def opened(file) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(file.read()))


def coloured(sheet) -> list[str]:
    return [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == COLOUR]


def test_the_owner_has_the_own_workbook_back_with_faulty_cells_in_colour_and_commented(faulty, clerk):
    book = opened(workbook_to_mend(job=faulty, actor=clerk))

    sheet = book["名册"]
    assert coloured(sheet) == ["C4", "D4", "B5", "B6", "C6"]
    assert sheet["C4"].comment.text == "手机号应为 11 位，这里是 4 位。"
    # What is marked is in sight, and a number typed there again stays whole.
    assert not (sheet.row_dimensions[4].hidden or sheet.column_dimensions["C"].hidden)
    assert (sheet["C4"].number_format, sheet["C3"].number_format) == ("@", "General")
    assert (sheet["A1"].value, sheet["B3"].value, sheet["B3"].comment) == ("队伍名册", "甲队", None)
    assert {str(one) for one in sheet.merged_cells.ranges} == {"A1:E1", "B6:B7"}
    assert book.sheetnames == ["说明", "名册"] and book.active.title == "名册"
    assert AuditRecord.objects.filter(action="exchange.fetch_marked", actor_id=clerk.id).count() == 1


def test_no_cell_of_it_runs(faulty, clerk):
    sheet = opened(workbook_to_mend(job=faulty, actor=clerk))["名册"]

    kept = {cell: (sheet[cell].value, sheet[cell].data_type) for cell in ("E3", "B5", "E5")}
    assert kept["E3"] == (2, "n")
    assert kept["B5"] == ('=HYPERLINK("http://example.invalid")', "s")
    assert kept["E5"][1] != "f"


def test_of_a_long_or_other_file_the_faulty_rows_come_back_and_import_again_once_mended(checked, clerk):
    text = "名册\n名称,电话,日期\n甲队,14000000001,\n=乙队,1400,2023-06-30\n丙队,14000000003,\n丁队,,x\n"
    job = checked([], file=io.BytesIO(text.encode()), name="teams.csv")

    book = opened(workbook_to_mend(job=job, actor=clerk))

    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][1:4] == ["名称", "电话", "日期"]
    assert [row[:4] for row in rows[1:]] == [["4", "=乙队", "1400", "2023-06-30"], ["6", "丁队", "", "x"]]
    assert all(row[4] for row in rows)
    assert rows[2][4] == "电话：此格必填。 日期：这不是日期。请写成 2023-06-30 的样子。"
    assert coloured(sheet) == ["B2", "C2", "C3", "D3"]
    assert sheet["B2"].data_type != "f"
    for cell, value in {"B2": "乙队", "C2": "14000000002", "C3": "14000000004", "D3": "2024年1月5日"}.items():
        sheet[cell] = value
    mended = io.BytesIO()
    book.save(mended)
    assert checked([], file=mended).counts == {"OK": 1, "NORMALISED": 1}


def test_a_workbook_beyond_the_limit_gives_its_faulty_rows(faulty, clerk, monkeypatch):
    monkeypatch.setattr(marked, "MOST_MARKED_ROWS", 3)

    sheet = opened(workbook_to_mend(job=faulty, actor=clerk)).active

    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["4", "5", "6", "7"]


def test_a_number_that_was_cut_is_no_whole_number_in_the_faulty_rows(checked, clerk, monkeypatch):
    monkeypatch.setattr(marked, "MOST_MARKED_ROWS", 0)
    job = checked([["甲队", 999999197503030016]])

    assert opened(workbook_to_mend(job=job, actor=clerk)).active["C2"].value == "9.99999197503030E+17"


def test_a_workbook_the_marking_cannot_cope_with_gives_its_faulty_rows(faulty, clerk, monkeypatch):
    monkeypatch.setattr(marked, "SECONDS", 0)

    assert opened(workbook_to_mend(job=faulty, actor=clerk)).active["A2"].value == "4"


def test_a_colleague_gets_a_list_without_values(faulty, staff):
    colleague = staff_actor(staff(["civicnet_exchange.view_importjob"], username="colleague"))

    rows = [[cell.value for cell in row] for row in opened(workbook_to_mend(job=faulty, actor=colleague)).active]

    assert [row[:2] for row in rows[1:3]] == [["4", "电话"], ["4", "日期"]]
    assert "乙队" not in str(rows)
    assert not AuditRecord.objects.filter(action="exchange.fetch_marked").exists()


@pytest.mark.parametrize("act", [confirm_job, cancel_job])
def test_when_the_job_is_confirmed_or_cancelled_only_the_list_is_left(faulty, clerk, act):
    act(job=faulty, actor=clerk)
    faulty.refresh_from_db()

    assert "乙队" not in str(list(opened(workbook_to_mend(job=faulty, actor=clerk)).active.values))


def test_a_file_without_faults_comes_back_as_it_was(clerk, workbook, teams):
    job = upload_file(resource="team.list", file=workbook(teams(2)), name="a.xlsx", actor=clerk)
    run_check(job.pk)
    job.refresh_from_db()

    assert coloured(opened(workbook_to_mend(job=job, actor=clerk)).active) == []
