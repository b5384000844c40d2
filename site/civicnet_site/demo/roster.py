"""The demo's rosters: made-up people on the city's real communities, once clean and once as offices send them.

Nobody is meant: names begin with 演示, ID numbers with the region 999999 that no office uses, and phone numbers with
1400, which is set aside for machines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from stdnum.cn import ric

Community = tuple[str, str, str]

HEADINGS = (
    *("序号", "街道（乡镇）", "社区（村）", "社区代码", "网格编号", "岗位", "AB岗", "姓名", "性别", "身份证号"),
    *("联系电话", "政治面貌", "任职时间", "备注"),
)
SERIAL, COMMUNITY, CODE, GRID, POST, NAME, SEX, ID, PHONE, SINCE = 0, 2, 3, 4, 5, 7, 8, 9, 10, 12
SEED = 2023
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN_NAMES = ("晨曦", "明远", "嘉禾", "文博", "思源", "若水", "云起", "知行", "安宁", "乐天", "清和", "向阳")
POLITICAL_STATUS = ("中共党员", "群众", "共青团员", "预备党员")
FIRST_BIRTHDAY, LAST_BIRTHDAY = date(1966, 1, 1), date(2003, 12, 31)
FIRST_DAY, LAST_DAY = date(2023, 7, 1), date(2024, 12, 31)
MESSY_ROWS = 80

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def write_roster(path: Path, communities: Sequence[Community]) -> int:
    """Write the clean workbook: every community's grids with a lead and pairs at levels 2 and 3; returns the rows.

    ``communities`` holds code, name and township of each. The same communities always give the same people.
    """
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("网格员名册")
    sheet.write_row(0, 0, HEADINGS)
    number = 0
    for number, row in enumerate(rows(communities), start=1):
        sheet.write_row(number, 0, row)
    book.close()
    return number


def write_messy_roster(path: Path, communities: Sequence[Community]) -> int:
    """Write the first rows once more, as they come from an office: with a title, subtotals, slips and faults.

    Returns how many rows cannot go in as they are.
    """
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("网格员名册（报送）")
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, "网格员名册（演示，虚构人员）")
    sheet.write(1, 0, "填报单位：")
    sheet.write_row(2, 0, [_untidy(heading) for heading in HEADINGS])
    day = book.add_format({"num_format": "yyyy/m/d"})
    clean = [row for _number, row in zip(range(MESSY_ROWS), rows(communities), strict=False)]
    at, faulty = 3, 0
    for index, row in enumerate(clean):
        mess = MESSES.get(index % 40)
        cells = mess(list(row), clean[index - 1]) if mess else row
        faulty += index % 40 in FAULTY
        for column, cell in enumerate(cells):
            if isinstance(cell, datetime):
                sheet.write_datetime(at, column, cell, day)
            else:
                sheet.write(at, column, cell)
        at += 1
        if index % 40 == 39:
            sheet.write_row(at, 0, ["小计", 40])
            at += 1
    sheet.write(at + 1, 0, "填表人：")
    sheet.write(at + 1, 8, "审核人：")
    book.add_worksheet("填表说明").write(0, 0, "请勿删除表头")
    book.close()
    return faulty


def rows(communities: Sequence[Community]) -> Iterator[list[Any]]:
    """All rows of the roster, in the order of the communities."""
    chance = Random(SEED)
    serial = 0
    for code, name, township in communities:
        urban = township.endswith("街道")
        for grid in range(1, chance.randint(4, 6) + 1 if urban else chance.randint(1, 2) + 1):
            for post, duty in _posts(2 if urban else 1):
                serial += 1
                place = [serial, township, name, code, f"{code}{grid:03d}", post, duty]
                yield [*place, *_person(chance, serial), _day(chance, FIRST_DAY, LAST_DAY).isoformat(), ""]


def _posts(pairs: int) -> Iterator[tuple[str, str]]:
    yield "一级网格长", ""
    for post, count in (("二级网格员", 1), ("三级网格员", pairs)):
        for _pair in range(count):
            yield post, "A"
            yield post, "B"


def _person(chance: Random, serial: int) -> list[str]:
    male = chance.random() < 0.5
    name = f"演示{chance.choice(SURNAMES)}{chance.choice(GIVEN_NAMES)}"
    born = _day(chance, FIRST_BIRTHDAY, LAST_BIRTHDAY)
    # Serial and birthday together keep the numbers apart.
    sequence = (serial * 2 + male) % 1000
    number = f"999999{born:%Y%m%d}{sequence:03d}"
    number += ric.calc_check_digit(f"{number}0")
    return [name, "男" if male else "女", number, f"1400{serial:07d}", chance.choice(POLITICAL_STATUS)]


def _day(chance: Random, first: date, last: date) -> date:
    return first + timedelta(days=chance.randrange((last - first).days + 1))


def _untidy(heading: str) -> str:
    return {
        "街道（乡镇）": "街道\n（乡镇）",
        "社区（村）": "社区(村) ",
        "姓名": "姓　名",
        "身份证号": "身份证号码",
    }.get(heading, heading)


def _with(column: int, change: Callable[[str], Any]) -> Callable[[list[Any], list[Any]], list[Any]]:
    def mess(row: list[Any], before: list[Any]) -> list[Any]:
        row[column] = change(row[column])
        return row

    return mess


def _no_community(row: list[Any], before: list[Any]) -> list[Any]:
    row[COMMUNITY] = row[CODE] = ""
    return row


def _again(row: list[Any], before: list[Any]) -> list[Any]:
    return [row[SERIAL], *before[1:]]


MESSES: dict[int, Callable[[list[Any], list[Any]], list[Any]]] = {
    3: _with(NAME, lambda text: f"{text[:3]}　{text[3:]}"),
    5: _with(PHONE, lambda text: f"{text[:3]}-{text[3:7]}-{text[7:]}"),
    7: _with(PHONE, lambda text: text.translate(_FULL_WIDTH)),
    9: _with(PHONE, int),
    11: _with(ID, lambda text: float(f"{text[:17]}0")),
    13: _with(ID, lambda text: text[:17] + ("0" if text[17] != "0" else "1")),
    15: _with(ID, lambda text: f"{text.lower()} "),
    17: _with(SINCE, datetime.fromisoformat),
    19: _with(SINCE, lambda text: text[:7].replace("-", ".")),
    21: _with(PHONE, lambda text: text[:10]),
    23: _no_community,
    25: _again,
    27: _with(NAME, lambda text: '=HYPERLINK("http://example.invalid","点我")'),
    29: _with(NAME, lambda text: f"<b onmouseover=alert(1)>{text}</b>"),
    31: _with(CODE, lambda text: f"{text[:9]}999"),
    33: _with(POST, lambda text: "网格长/网格员"),
    35: _with(SEX, lambda text: "女" if text == "男" else "男"),
    37: _with(PHONE, lambda text: f"{text}/{int(text) + 5_000_000}"),
}
"""What happens to every row whose index leaves this rest when divided by 40."""

FAULTY = {11, 13, 21, 25, 27, 29, 31, 33, 35, 37}
"""Those after which a row cannot go in."""
