"""Reading: the same rows come out, whatever the file was."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from civicnet.exchange.errors import FileRefused
from civicnet.exchange.files import Format
from civicnet.exchange.headings import find_headings
from civicnet.exchange.reading import opened
from civicnet.exchange.tables import harmless
from civicnet.exchange.texts import LONGEST_ROW, MOST_BLANK_ROWS

ROWS = [(1, ["名称", "电话"]), (2, ["甲队", "14000000001"]), (4, ["乙,队", "14000000002"])]
TEXT = '名称,电话\n甲队,14000000001\n,\n"乙,队",14000000002\n'


def everything(path: Path, kind: Format):
    with opened(path, kind) as book:
        return [(sheet.name, list(book.rows(at))) for at, sheet in enumerate(book.sheets)]


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


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x81\x20\xff\xff", "UNKNOWN_ENCODING"),
        ("nombre,población\n".encode("latin-1") + b"\xf1,1\n", "UNKNOWN_ENCODING"),
        (b"a,b\n" * 3000 + b"x\0,y\n", "BROKEN_FILE"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(tmp_path, content, code):
    with pytest.raises(FileRefused) as caught:
        text(tmp_path, content)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "row"),
    [
        # Closed by the opening quote of a later cell, by nothing until the end, by nothing in the last row, or not in time.
        ('a,b\n1,"x\n2,y\n3,"z"\n4,w\n', 2),
        ('a,b\n1,x\n"2\t,y\n3,z\n', 3),
        ('a,b\n1,"x\ny"\n2,"z', 3),
        ('a,b\n1,"x' + "\n2,y" * 40_000, 2),
    ],
)
def test_a_quote_that_nobody_closed_is_named_and_swallows_no_row(tmp_path, content, row):
    with pytest.raises(FileRefused) as caught:
        text(tmp_path, content.encode())

    assert (caught.value.code, caught.value.params) == ("OPEN_QUOTE", {"row": row})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_a_cell_of_a_whole_text_is_read_and_an_endless_line_is_named(tmp_path, end):
    longest = "甲" * (LONGEST_ROW - 4)

    assert text(tmp_path, f'a,b\n1,"{longest}"{end}'.encode()) == [("", [(1, ["a", "b"]), (2, ["1", longest])])]
    with pytest.raises(FileRefused) as caught:
        text(tmp_path, f'a,b\n1,"{longest}乙"{end}'.encode())

    assert (caught.value.code, caught.value.params) == ("LINE_TOO_LONG", {"line": 2, "limit": LONGEST_ROW})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('"' + "a" * 3_000_000, "LINE_TOO_LONG"),
        ("a,b\n" + '"",' * 1_000_000, "LINE_TOO_LONG"),
        ("a,b\n" + '"\n",' * 600_000, "OPEN_QUOTE"),
        ("a,b\n" + '"x\n' + "y\n" * 1_000_000, "OPEN_QUOTE"),
    ],
)
def test_a_text_takes_no_more_memory_than_a_few_of_its_rows(tmp_path, content, code):
    (path := tmp_path / "a.csv").write_text(content)
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused) as caught:
            everything(path, Format.TEXT)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert caught.value.code == code
    assert most < 20_000_000


def test_blank_rows_are_passed_over_as_long_as_a_sheet_may_have_them(tmp_path):
    blank = "\n" * MOST_BLANK_ROWS

    assert text(tmp_path, f"a,b\n{blank}1,2\n".encode()) == [("", [(1, ["a", "b"]), (MOST_BLANK_ROWS + 2, ["1", "2"])])]
    with pytest.raises(FileRefused) as caught:
        text(tmp_path, f"a,b\n\n{blank}1,2\n".encode())

    assert (caught.value.code, caught.value.params) == ("BLANK_ROWS", {"limit": MOST_BLANK_ROWS})


def test_quotes_that_writers_mean_are_read(tmp_path):
    content = 'a,b\r\n1,"x\r\n""y"", z"\r\n2,5" 管\r\n3,"甲"队\r\n4,"w"'

    [(_name, rows)] = text(tmp_path, content.encode())

    assert rows[1:] == [(2, ["1", 'x\r\n"y", z']), (3, ["2", '5" 管']), (4, ["3", "甲队"]), (5, ["4", "w"])]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("名册，样例，虚构\n名称,电话\n甲，乙,1\n", ","),
        ("名称，电话，日期\n甲队，14000000001，2023年6月\n", "，"),
        ("编号;面积\n1,5;2,5\n2,5;3,5\n", ";"),
        ("sep=|\nA,B|C\n1,2|3\n", "|"),
        ("名称\n甲队\n", None),
    ],
)
def test_the_delimiter_is_the_sign_that_takes_most_lines_apart_in_the_same_way(tmp_path, content, delimiter):
    lines = [line for line in content.splitlines() if not line.startswith("sep=")]

    [(_name, rows)] = text(tmp_path, content.encode())

    assert [cells for _number, cells in rows] == [line.split(delimiter) if delimiter else [line] for line in lines]


def test_a_cell_that_an_export_has_made_harmless_is_read_as_it_was_meant(tmp_path):
    lines = [["名称", "电话"], ["- 甲队", "x"], ["'甲队'", "+86"], ["'", "y"]]
    content = "\n".join(",".join(harmless(cell) for cell in line) for line in lines)

    [(_name, rows)] = text(tmp_path, content.encode())

    assert [cells for _number, cells in rows] == lines


def test_a_workbook_keeps_row_numbers_and_dates_and_leaves_hidden_sheets_out(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    hidden, seen, deep = book.add_worksheet("Hidden"), book.add_worksheet("Seen"), book.add_worksheet("Deep")
    seen.activate()
    seen.set_first_sheet()
    hidden.hide()
    deep.very_hidden()
    hidden.write(0, 0, "x")
    deep.write(0, 0, "x")
    seen.write(2, 0, "甲队")
    seen.write(4, 0, date(2023, 6, 30))
    seen.write(4, 1, 12.5)
    seen.write(4, 5, " ")
    seen.write_blank(6, 9, None, book.add_format({"bold": True}))
    book.close()

    assert everything(path, Format.XLSX) == [("Seen", [(3, ["甲队"]), (5, [date(2023, 6, 30), 12.5, "", "", "", " "])])]


def test_a_sign_that_no_database_keeps_is_taken_out_of_a_workbook(tmp_path):
    file, path = io.BytesIO(), tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(file)
    book.add_worksheet().write_row(0, 0, ["甲NUL队", "\\u0000", 1])
    book.close()
    # A spreadsheet program writes it like this, and xlsxwriter never does.
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(path, "w") as archive:
        for one in source.infolist():
            archive.writestr(one.filename, source.read(one.filename).replace(b"NUL", b"_x0000_"))

    assert everything(path, Format.XLSX) == [("Sheet1", [(1, ["甲队", "\\u0000", 1])])]


def test_every_sheet_shows_its_head_and_any_of_them_can_be_read(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    for name, height in (("One", 60), ("Two", 50)):
        book.add_worksheet(name).write_column(0, 0, [f"{name} {number}" for number in range(height)])
    book.close()

    assert [len(rows) for _name, rows in everything(path, Format.XLSX)] == [60, 50]
    with opened(path, Format.XLSX) as book:
        assert [(sheet.name, len(sheet.head)) for sheet in book.sheets] == [("One", 20), ("Two", 20)]
        assert next(book.rows(1)) == (1, ["Two 0"])


def test_a_workbook_that_asks_for_more_memory_than_there_is_does_no_harm(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write(0, 0, "x")
    sheet.write(1_048_575, 16_383, "x")
    book.close()

    with pytest.raises(FileRefused) as caught:
        everything(path, Format.XLSX)

    assert caught.value.code == "FILE_TOO_HEAVY"


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
