"""Files: what is let in, what is refused, with which code."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from civicnet.exchange.errors import FileRefused
from civicnet.exchange.files import MEGABYTE, Format, inspect

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def book(*, extra: dict[str, bytes] | None = None) -> bytes:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    workbook.add_worksheet().write(0, 0, "x")
    workbook.close()
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return file.getvalue()


def bomb() -> bytes:
    return book(extra={"xl/media/zeros": bytes(251 * MEGABYTE)})


def long_table() -> bytes:
    return OLE + bytes(21 * MEGABYTE)


def look(content: bytes, name: str) -> Format:
    return inspect(io.BytesIO(content), name=name, size=len(content))


def test_a_workbook_and_a_text_are_let_in():
    assert look(book(), "teams.XLSX") is Format.XLSX
    assert look("名称,电话\n".encode(), "teams.csv") is Format.TEXT
    assert look("名称\t电话\n".encode("utf-16"), "teams.tsv") is Format.TEXT


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "EMPTY_FILE"),
        (book()[:2000], "a.xlsx", "BROKEN_FILE"),
        (b"%PDF-1.7 and so on", "a.xlsx", "BROKEN_FILE"),
        (b"\x00\x01\x02", "a.csv", "BROKEN_FILE"),
        (b"%PDF-1.7 and so on", "a.csv", "BROKEN_FILE"),
        (b"<html><table>", "a.xls", "BROKEN_FILE"),
        (OLE + b"EncryptedPackage", "a.xlsx", "LOCKED_FILE"),
        (book(), "a.xlsm", "MACRO_FILE"),
        (book(extra={"xl/vbaProject.bin": b"x"}), "a.xlsx", "MACRO_FILE"),
        (book(), "a.docx", "UNKNOWN_FORMAT"),
        (book(), "a.ods", "BROKEN_FILE"),
        (bomb, "a.xlsx", "FILE_TOO_LARGE"),
        (long_table, "a.xls", "FILE_TOO_LARGE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_what_it_says_is_refused_with_a_code_and_a_sentence(content, name, code):
    with pytest.raises(FileRefused) as caught:
        # What is large is made by the process that asks, not by each that collects.
        look(content() if callable(content) else content, name)

    assert caught.value.code == code
    assert caught.value.field == "file"
    assert "%(" not in str(caught.value)


def test_a_text_may_hold_a_million_rows():
    text = b"a,b\n1,2\n"
    assert inspect(io.BytesIO(text), name="a.csv", size=200 * MEGABYTE) is Format.TEXT
    with pytest.raises(FileRefused) as caught:
        inspect(io.BytesIO(text), name="a.csv", size=200 * MEGABYTE + 1)
    assert (caught.value.code, caught.value.params) == ("FILE_TOO_LARGE", {"limit": 200})
