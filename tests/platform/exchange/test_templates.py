"""Templates: what a clerk fills in imports again, and nothing in it leads astray."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.exchange.checking import run_check
from civicnet.exchange.offers import offered
from civicnet.exchange.preview import preview_rows
from civicnet.exchange.services import upload_file
from civicnet.exchange.templates import MOST_REFERENCES, template
from civicnet.lifecycle.hooks import everyone


def opened(file) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(file.read()))


def given_back(book: openpyxl.Workbook, key: str, actor=SYSTEM):
    file = io.BytesIO()
    book.save(file)
    job = upload_file(resource=key, file=file, name="template.xlsx", actor=actor)
    run_check(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_resources_template_is_understood_and_its_example_is_skipped(db, resource, language):
    assert len(offered()) >= 2
    for key, kind in offered().items():
        if not kind.permission:
            continue
        with translation.override(language):
            book = opened(template(kind, SYSTEM))
            job = given_back(book, key)

        assert (job.state, job.counts, job.error) == ("CHECKED", {"SKIPPED": 1}, ""), key
        assert [one.code for one in job.findings.all()] == ["example_row"]
        assert {name for _theirs, name in job.headings} == set(kind.columns()), key


def test_the_table_of_what_there_is_to_exchange_names_every_resource():
    page = Path(__file__).parents[3] / "docs/howto/import-and-export.md"
    brought = {one.key for answer in everyone("resources") for one in answer.value}

    assert set(re.findall(r"^\| `([a-z]+\.[a-z]+)` \| .* \| .* \| .* \|$", page.read_text(), re.MULTILINE)) == {
        "platform.organisations",
        "platform.calendar",
        *brought,
    }


def test_rows_below_the_example_are_imported_and_the_example_may_be_written_over(clerk):
    book = opened(template(offered()["team.list"], clerk))
    for at, text in enumerate(["1", "甲队", "14000000001", "2024.1.5"], start=1):
        book.worksheets[0].cell(3, at, text)
    assert given_back(book, "team.list", clerk).counts == {"SKIPPED": 1, "NORMALISED": 1}

    for at, text in enumerate(["2", "乙队", "14000000002", "2024-01-05"], start=1):
        book.worksheets[0].cell(2, at, text)
    assert given_back(book, "team.list", clerk).counts == {"OK": 1, "NORMALISED": 1}


def test_a_first_row_written_over_the_example_is_a_row_though_its_first_cell_still_says_example(clerk, checked):
    book = opened(template(offered()["team.list"], clerk))
    for at, text in enumerate(["乙队", "14000000002", "2023-06-30"], start=2):
        book.worksheets[0].cell(2, at, text)

    job = given_back(book, "team.list", clerk)

    assert [(one.column, one.code) for one in job.findings.all()] == [("序号", "example_word")]
    assert [one.cells["name"] for one in preview_rows(job)] == ["乙队"]
    rows = [["名称", "电话"], ["示例：甲队", ""], ["示例：甲队", "14000000002"]]
    without = checked([], file=io.BytesIO("\n".join(map(",".join, rows)).encode()), name="foreign.csv")
    found = [(one.row, one.column, one.code) for one in without.findings.all()]
    assert found == [(2, "", "example_row"), (3, "名称", "example_left")]


def test_required_headings_have_a_star_columns_hold_text_and_each_says_how_it_is_filled_in(clerk, resource):
    with translation.override("en"):
        sheet, explained = opened(template(resource, clerk)).worksheets

    assert [cell.value for cell in sheet[1]] == ["No.", "Team *", "Phone *", "Since"]
    assert {column.number_format for column in sheet[2]} == {"@"}
    assert all(cell.comment and cell.comment.text for cell in sheet[1][1:])
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]] == ["Example", "甲队", None, "2023-06-30"]
    assert "not imported" in sheet["A2"].comment.text
    assert [row[0].value for row in explained.iter_rows(min_row=2)] == ["No.", "Team", "Phone", "Since"]


def test_choices_and_the_codes_of_the_clerks_own_area_are_offered_as_lists(staff):
    near = staff_actor(staff(["civicnet_grid.import_roster"], "222403001", username="near"))

    book = opened(template(offered()["grid.roster"], near))

    lists = book["lists"]
    columns = {column[0].value: [cell.value for cell in column if cell.value] for column in lists.iter_cols()}
    assert lists.sheet_state == "hidden"
    assert columns["一级网格长"] == ["一级网格长", "二级网格员", "三级网格员"]
    assert columns["222403001001"] == ["222403001001", "222403001002"]
    sheet = book.worksheets[0]
    assert len(sheet.data_validations.dataValidation) == 4
    assert [cell.value for cell in book.worksheets[2][2]] == ["222403001001", "红旗社区"]


def test_a_list_too_long_to_choose_from_is_left_out(resource, clerk, monkeypatch):
    given = [(f"{number}", "x") for number in range(MOST_REFERENCES + 1)]
    monkeypatch.setattr(resource, "references", lambda self, actor, most: {"name": given}, raising=False)

    assert len(opened(template(resource, clerk)).worksheets) == 2


def test_what_looks_like_a_formula_in_a_resource_stays_text(resource, clerk, monkeypatch):
    monkeypatch.setattr(resource.columns()["name"], "example", "=1+1")
    monkeypatch.setattr(resource.columns()["name"], "label", "+名称")

    sheet = opened(template(resource, clerk)).worksheets[0]

    assert [(sheet[cell].value, sheet[cell].data_type) for cell in ("B1", "B2")] == [("+名称 *", "s"), ("=1+1", "s")]
