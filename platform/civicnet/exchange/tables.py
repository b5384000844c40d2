"""Tables as streams: CSV and plain .xlsx written row by row into anything that takes bytes, with nothing kept on disk.

xlsxwriter keeps rows in a temporary file until the workbook is closed; full values must never lie about unsealed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Any, cast
from xml.sax.saxutils import escape

# Behind signs that are set before such a cell, too: else one that somebody wrote would be taken for ours.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
# Signs that XML 1.0 cannot carry.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        "<bookViews><workbookView/></bookViews>"
        '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_LINKS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # All cells are text, also those that are filled in later; the second style is coloured.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '<fill><patternFill patternType="solid"><fgColor rgb="FFFFC7CE"/></patternFill></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
# Headings stay in sight, and columns are wide enough for a number of 18 digits.
_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultColWidth="20" defaultRowHeight="15"/><sheetData>'
)

Lines = Iterable[Sequence[str]]


class Marked(str):
    """The text of a cell that is coloured in a workbook."""

    __slots__ = ()


def write_table(file: Any, lines: Lines, format: str) -> None:  # noqa: A002 - the word people use
    """Write all lines, the headings first."""
    if format == "xlsx":
        _write_workbook(file, lines)
    else:
        _write_text(file, lines)


def harmless(value: Any) -> str:
    """A cell of a CSV that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if _DANGEROUS.match(text) else text


def as_meant(text: str) -> str:
    """A cell of a CSV without the sign that ``harmless`` set before it."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text, 1) else text


def letters(at: int) -> str:
    """How a spreadsheet names the column at this place: A for 0, AA for 26."""
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def _write_text(file: Any, lines: Lines) -> None:
    # With the mark in front, Excel takes the file for what it is.
    wrapper = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    csv.writer(wrapper).writerows([harmless(value) for value in line] for line in lines)
    wrapper.flush()
    wrapper.detach()


def _write_workbook(file: Any, lines: Lines) -> None:
    with zipfile.ZipFile(cast(IO[bytes], file), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _HEAD + content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f"{_HEAD}{_SHEET}".encode())
            for number, line in enumerate(lines, start=1):
                sheet.write(_row(number, line).encode())
            sheet.write(b"</sheetData></worksheet>")


def _row(number: int, line: Sequence[str]) -> str:
    # Everything is text: an ID number stays whole, and nothing that looks like a formula becomes one.
    cells = "".join(
        f'<c r="{letters(at)}{number}" s="{int(isinstance(value, Marked))}" t="inlineStr">'
        f'<is><t xml:space="preserve">{_text(value)}</t></is></c>'
        for at, value in enumerate(line)
        if value != "" or isinstance(value, Marked)
    )
    return f'<row r="{number}">{cells}</row>'


def _text(value: str) -> str:
    return escape(_FORBIDDEN.sub("", value))
