"""Reading: the same rows come out, whatever the file was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from civicnet.exchange.errors import FileRefused
from civicnet.exchange.files import Format
from civicnet.exchange.headings import find_headings
from civicnet.exchange.reading import opened

ROWS = [(1, ["名称", "电话"]), (2, ["甲队", "14000000001"]), (4, ["乙,队", "14000000002"])]
TEXT = '名称,电话\n甲队,14000000001\n,\n"乙,队",14000000002\n'


def everything(path: Path, kind: Format):
    with opened(path, kind) as sheets:
        return [(sheet.name, list(sheet.rows)) for sheet in sheets]


def text(tmp_path, content: bytes):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    return everything(path, Format.TEXT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_read_in_the_encodings_offices_use(tmp_path, encoding):
    assert text(tmp_path, TEXT.encode(encoding)) == [("", ROWS)]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_text_is_read_with_the_delimiter_it_has(tmp_path, delimiter):
    content = f"名称{delimiter}电话\n甲队{delimiter}14000000001\n".encode()

    assert text(tmp_path, content) == [("", ROWS[:2])]


@pytest.mark.parametrize("content", [b"\x81\x20\xff\xff", b'"' + b"x" * 200_000 + b'"'])
def test_a_text_that_cannot_be_read_is_refused(tmp_path, content):
    with pytest.raises(FileRefused) as caught:
        text(tmp_path, content)

    assert caught.value.code == "BROKEN_FILE"


def test_a_workbook_keeps_row_numbers_dates_and_shows_hidden_sheets_last(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    hidden, seen = book.add_worksheet("Hidden"), book.add_worksheet("Seen")
    seen.activate()
    seen.set_first_sheet()
    hidden.hide()
    hidden.write(0, 0, "x")
    seen.write(2, 0, "甲队")
    seen.write(4, 0, date(2023, 6, 30))
    seen.write(4, 1, 12.5)
    book.close()

    found = everything(path, Format.XLSX)

    assert [name for name, _rows in found] == ["Seen", "Hidden"]
    assert [number for number, _cells in found[0][1]] == [3, 5]
    assert found[0][1][1][1] == [date(2023, 6, 30), 12.5]


def test_a_later_sheet_can_be_read_after_leaving_one_half_way(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("One", "Two"):
        book.add_worksheet(name).write_column(0, 0, [f"{name} {number}" for number in range(50)])
    book.close()

    with opened(path, Format.XLSX) as sheets:
        next(next(sheets).rows)
        second = next(sheets)
        assert (second.name, next(second.rows)) == ("Two", (1, ["Two 0"]))


def test_a_workbook_that_asks_for_more_memory_than_there_is_does_no_harm(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "x")
    sheet.write(1_048_575, 16_383, "x")
    book.close()

    with pytest.raises(FileRefused) as caught:
        everything(path, Format.XLSX)

    assert caught.value.code == "BROKEN_FILE"


def test_headings_are_found_below_a_title_and_through_line_breaks_and_brackets():
    rows = [
        (1, ["网格员名册"]),
        (2, ["填报单位：", "", "2023年6月"]),
        (3, ["街道\n(乡镇)", "姓　名 *", "ＩＤ"]),
        (4, ["渤海街道", "甲", "1"]),
    ]

    found = find_headings(rows, {"township": ["街道（乡镇）"], "name": ["姓名"], "number": ["id", "编号"]})

    assert (found.row, dict(found.positions)) == (3, {"township": 0, "name": 1, "number": 2})


def test_rows_without_our_headings_have_none():
    assert find_headings([(1, ["a", "b"])], {"name": ["姓名"], "phone": ["电话"]}) is None
