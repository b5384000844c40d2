"""Dates that are none, weekdays that do not fit, documents dated ahead, and numbers that are not written by their rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts, Piece
from civicnet_publicity.index_numbers import RULE

_DATE = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s*(?:年|[-/.])\s*(?P<month>\d{1,2})\s*(?:月|[-/.])\s*(?P<day>\d{1,2})(?!\d)\s*日?"
    r"(?:\s*[（(]?\s*(?:星期|周)(?P<weekday>[一二三四五六日天])\s*[）)]?)?"
)
_WEEKDAYS = "一二三四五六日"
# 党政机关公文格式 (GB/T 9704-2012): the year of a document number stands in 〔〕, the number has no 第 and no leading zero.
_NUMBER = re.compile(
    r"(?<=[\u4e00-\u9fff])[\[［【(（〔](?P<year>(?:19|20)\d{2})[\]］】)）〕]\s*第?0*(?P<number>\d{1,4})\s*号"
)
_INDEX = re.compile(r"索引号\s*[:：]\s*(?P<number>[0-9A-Za-z/\-—－]{8,30})")


def dates(parts: Parts, known: Known) -> Iterator[Finding]:
    """All of it."""
    for piece in parts.pieces:
        yield from _in_text(piece)
        yield from _document_numbers(piece)
        yield from _index_numbers(piece)
    yield from _of_the_document(parts, known)


def _in_text(piece: Piece) -> Iterator[Finding]:
    for match in _DATE.finditer(piece.text):
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            # 2026.1.100 is a version, and 1-13 no month that anybody meant: only what says year, month and day is a date.
            if "年" in match[0]:
                said = _("There is no such day: %(date)s.") % {"date": match[0].strip()}
                yield piece.finding("date_impossible", Severity.BLOCKER, said, match.start(), match.end())
            continue
        given = match["weekday"]
        right = _WEEKDAYS[day.weekday()]
        if given and given.replace("天", "日") != right:
            said = _("%(date)s is a %(weekday)s.") % {"date": day.isoformat(), "weekday": date_format(day, "l")}
            yield piece.finding(
                "weekday", Severity.WARNING, said, match.start("weekday"), match.end("weekday"), suggestion=right
            )


def _document_numbers(piece: Piece) -> Iterator[Finding]:
    for match in _NUMBER.finditer(piece.text):
        right = f"〔{match['year']}〕{match['number']}号"
        if match[0] != right:
            said = _("By GB/T 9704 a document number is written “%(right)s”.") % {"right": right}
            yield piece.finding("document_number", Severity.WARNING, said, match.start(), match.end(), suggestion=right)


def _index_numbers(piece: Piece) -> Iterator[Finding]:
    for match in _INDEX.finditer(piece.text):
        if not RULE.fits(match["number"]):
            said = _("An index number has nine signs, “/”, the year, “-” and five digits.")
            yield piece.finding("index_number", Severity.WARNING, said, match.start("number"), match.end("number"))


def _of_the_document(parts: Parts, known: Known) -> Iterator[Finding]:
    day, number = parts.document_date, parts.index_number
    if day and day > max(known.today, parts.goes_live or known.today):
        said = _("The document is dated after the day on which readers see it: correct the date of the document.")
        yield Finding("document_date_ahead", Severity.BLOCKER, said, "document_date", excerpt=day.isoformat())
    if number and not RULE.fits(number):
        said = _("An index number has nine signs, “/”, the year, “-” and five digits.")
        yield Finding("index_number", Severity.BLOCKER, said, "index_number", excerpt=number)
    if parts.disclosed and not number:
        said = _("What is disclosed has an index number: save the article in a column of a site with an issuer code.")
        yield Finding("index_number_missing", Severity.WARNING, said, "index_number")
