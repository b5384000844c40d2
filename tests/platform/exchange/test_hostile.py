"""Files made to do harm: refused in seconds, with bounded memory, and with a sentence."""

from __future__ import annotations

import io
import resource as limits
import struct
import time
import tracemalloc
import zipfile

import openpyxl
import pytest
import xlsxwriter

from civicnet.exchange.checking import run_check
from civicnet.exchange.errors import FileRefused
from civicnet.exchange.services import upload_file
from civicnet.exchange.stops import error_sentence
from civicnet.exchange.workbook import MEMORY

SECONDS = 20
SHEET = "xl/worksheets/sheet1.xml"


def book(*, far: bool = False) -> bytes:
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file)
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["名称", "电话"])
    sheet.write_row(1, 0, ["甲队", "14000000001"])
    if far:
        sheet.write(1_048_575, 16_383, "x")
    made.close()
    return file.getvalue()


def rewritten(change, *, part: str = SHEET) -> bytes:
    """The small workbook with one of its parts changed, block by block."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in source.infolist():
            with archive.open(one.filename, "w", force_zip64=False) as out:
                content = source.read(one.filename)
                for block in change(content) if one.filename == part else [content]:
                    out.write(block)
    return file.getvalue()


def declares_everything(content: bytes):
    changed = content.replace(b'<dimension ref="A1:B2"/>', b'<dimension ref="A1:XFD1048576"/>')
    assert changed != content
    yield changed


def with_zeros(content: bytes):
    yield content.replace(b"</sheetData>", b'<row r="3"><c r="A3" t="inlineStr"><is><t>')
    for _ in range(30):
        yield bytes(1_000_000).replace(b"\0", b"0")
    yield b"</t></is></c></row></sheetData></worksheet>"


def entities(content: bytes):
    doctype = b'<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)
    )
    head, _sign, rest = content.partition(b"?>")
    yield (
        head
        + b"?>"
        + doctype
        + b"]>"
        + rest.replace(b"</sheetData>", b'<row r="3"><c r="A3" t="str"><v>&j;</v></c></row></sheetData>')
    )


def lying(content: bytes) -> bytes:
    """The same archive, whose directory says that the sheet is small."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        real = archive.getinfo(SHEET).file_size
    return content.replace(struct.pack("<I", real), struct.pack("<I", 1000))


@pytest.fixture
def outcome(clerk):
    """What becomes of a file: the code of the refusal, or the state; it must not take long, nor much memory."""

    def judge(content: bytes, name: str) -> str:
        began = time.process_time(), limits.getrusage(limits.RUSAGE_CHILDREN)
        try:
            job = upload_file(resource="team.list", file=io.BytesIO(content), name=name, actor=clerk)
        except FileRefused as error:
            return error.code
        run_check(job.pk)
        job.refresh_from_db()
        used = limits.getrusage(limits.RUSAGE_CHILDREN)
        assert time.process_time() - began[0] + used.ru_utime - began[1].ru_utime < SECONDS
        assert used.ru_maxrss * 1024 <= MEMORY
        assert "%(" not in error_sentence(job)
        return job.error_code or job.state

    return judge


HOSTILE = {
    "a sheet that says it has every cell": (lambda: rewritten(declares_everything), "a.xlsx", "CHECKED"),
    "a cell in the last corner": (lambda: book(far=True), "a.xlsx", "FILE_TOO_HEAVY"),
    "a sheet of zeros that says it is small": (lambda: lying(rewritten(with_zeros)), "a.xlsx", "BROKEN_FILE"),
    "entities within entities": (lambda: rewritten(entities), "a.xlsx", "BROKEN_FILE"),
    "macros": (lambda: rewritten(lambda content: [content]), "a.xlsm", "MACRO_FILE"),
    "a document called a workbook": (lambda: b"%PDF-1.7\n" + bytes(1000), "a.xlsx", "BROKEN_FILE"),
    "a page called an old workbook": (lambda: b"<html><table><tr><td>1", "a.xls", "BROKEN_FILE"),
    "a program called a text": (lambda: b"MZ\x90\x00" + bytes(1000), "a.csv", "BROKEN_FILE"),
    "an endless line": (lambda: b"x" * 3_000_000, "a.csv", "LINE_TOO_LONG"),
    "a line of nothing but commas": (lambda: b"," * 300_000, "a.csv", "HEADINGS_NOT_FOUND"),
    "headings without end": (lambda: ("名称," * 100_000).encode(), "a.csv", "COLUMN_TWICE"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_or_harmless(outcome, name):
    make, file_name, expected = HOSTILE[name]

    assert outcome(make(), file_name) == expected


@pytest.mark.only_on("sqlite")
def test_a_file_of_long_rows_is_never_in_memory_as_a_whole(clerk, resource):
    row = "甲队,14000000001,\U0001f600" + "x" * 100_000 + "\n"
    job = upload_file(
        resource="team.list", file=io.BytesIO(f"名称,电话\n{row * 150}".encode()), name="a.csv", actor=clerk
    )

    tracemalloc.start()
    try:
        run_check(job.pk)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    job.refresh_from_db()
    assert (job.state, job.counts) == ("CHECKED", {"OK": 1, "FAULT": 149})
    assert most < 50_000_000  # all rows at once take 60 of these


class Zeros(io.RawIOBase):
    """A gigabyte of zeros that takes no room."""

    size = 1_000_000_000

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.size if whence else offset

    def readinto(self, buffer) -> int:
        raise AssertionError("nobody needs to read it to refuse it")


def test_a_gigabyte_of_zeros_is_refused_unread(clerk):
    with pytest.raises(FileRefused) as caught:
        upload_file(resource="team.list", file=Zeros(), name="a.csv", actor=clerk)

    assert caught.value.code == "FILE_TOO_LARGE"


def test_formulas_are_faults_and_come_back_as_text(checked, clerk):
    file = io.BytesIO()
    made = openpyxl.Workbook()
    for row in (["名称", "电话"], ["=cmd|' /C calc'!A0", "14000000001"], ["@SUM(1)", "14000000002"]):
        made.active.append(row)
    made.active["A3"].data_type = "s"
    made.save(file)

    job = checked([], file=file)

    assert {(one.row, one.code) for one in job.findings.all()} == {(2, "required"), (3, "formula")}
