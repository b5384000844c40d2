"""Personal data that readers should not read: numbers of people, and children by name.

Nothing that is found is repeated in full: an excerpt shows the ends of a number, and the first sign of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from stdnum import luhn

from civicnet.cipher import mask
from civicnet.exchange.identity import check_digit
from civicnet_publicity.checks.findings import Finding, Severity
from civicnet_publicity.checks.known import Known
from civicnet_publicity.checks.parts import Parts, Piece

_PHONE = re.compile(r"(?<![\d.])(?:\+?86[\s-]?)?(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?![\d.])")
_ID = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{16}[\dXx])(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![\d.])((?:\d[\s-]?){15,18}\d)(?![\d.])")
# Cards of the mainland begin with 62; the international ones with 4 and 51 to 55.
_ISSUERS = re.compile(r"62|4|5[1-5]")
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NAME = rf"(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_CHILD = "小学生|初中生|中学生|留守儿童|困境儿童|孤儿|未成年人|女童|男童|儿童|幼儿"
_AGED = re.compile(rf"{_NAME}\s*[（(，,]\s*(?:[男女]\s*[，,、]\s*)?(?:今年|现年)?\s*(?P<age>\d{{1,2}})\s*(?:周)?岁")
_CALLED = re.compile(rf"(?:{_CHILD}){_NAME}(?=[（(，,。；、\s]|同学|小朋友|$)")
_ADULT, _SENSITIVE = 18, 14
# Words that begin like a name.
_NO_NAME = ("某", "等", "们")


def personal_data(parts: Parts, known: Known) -> Iterator[Finding]:
    """Numbers, then children."""
    for piece in parts.pieces:
        yield from _numbers(piece, known.today)
        yield from _children(piece)


def _numbers(piece: Piece, today: date) -> Iterator[Finding]:
    for match in _ID.finditer(piece.text):
        number = match[1].upper()
        if check_digit(number) == number[-1] and _is_day(number[6:14], today):
            said = _("An ID number stands here: take it out, or leave only its first and last digits.")
            yield _masked(piece, "id_number", Severity.BLOCKER, said, match)
    for match in _CARD.finditer(piece.text):
        number = re.sub(r"\D", "", match[1])
        is_person = len(number) == 18 and check_digit(number) == number[-1] and _is_day(number[6:14], today)
        if _ISSUERS.match(number) and luhn.is_valid(number) and not is_person:
            said = _("A number of a bank card stands here: take it out.")
            yield _masked(piece, "bank_card", Severity.BLOCKER, said, match)
    for match in _PHONE.finditer(piece.text):
        said = _(
            "A mobile number stands here: name the office's own telephone, unless this one is meant for everybody."
        )
        yield _masked(piece, "mobile_number", Severity.WARNING, said, match)


def _children(piece: Piece) -> Iterator[Finding]:
    told = set()
    for match in _AGED.finditer(piece.text):
        age = int(match["age"])
        if age < _ADULT and _is_name(match["name"]):
            severity = Severity.BLOCKER if age < _SENSITIVE else Severity.WARNING
            told.add(match.start("name"))
            yield _child(piece, severity, match)
    for match in _CALLED.finditer(piece.text):
        if match.start("name") not in told and _is_name(match["name"]):
            yield _child(piece, Severity.WARNING, match)


def _child(piece: Piece, severity: Severity, match: re.Match[str]) -> Finding:
    name = match["name"]
    said = _("A child seems to be named: write the surname with 某, and nothing by which the child is known.")
    start, end = match.span("name")
    right = f"{name[0]}某" + "某" * (len(name) - 2)
    return piece.finding(
        "minor_named", severity, said, start, end, excerpt=f"{name[0]}{'*' * (len(name) - 1)}", suggestion=right
    )


def _masked(piece: Piece, code: str, severity: Severity, said: str, match: re.Match[str]) -> Finding:
    return piece.finding(
        code, severity, said, match.start(1), match.end(1), excerpt=mask(re.sub(r"[\s-]", "", match[1]))
    )


def _is_day(digits: str, today: date) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) <= today
    except ValueError:
        return False


def _is_name(name: str) -> bool:
    return not any(sign in name for sign in _NO_NAME)
