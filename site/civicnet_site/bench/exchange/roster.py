"""A roster of plainly invented people on invented communities: as many rows as wanted, a grid reference among 5,000."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from civicnet.exchange.identity import check_digit

TOWNS, VILLAGES, GRIDS = 10, 50, 10
HEADINGS = ["序号", "街道（乡镇）", "社区（村）", "社区代码", "网格编号", "岗位", "AB岗", "姓名", "性别", "身份证号"]
HEADINGS += ["联系电话", "政治面貌", "任职时间", "备注"]


def communities() -> Iterator[tuple[str, str]]:
    """Codes and names of the communities."""
    for town in range(1, TOWNS + 1):
        for village in range(1, VILLAGES + 1):
            yield f"222403{town:03d}{village:03d}", f"演示{town}-{village}村委会"


def grids() -> Iterator[tuple[str, str]]:
    """Codes of the grids, each with its community's."""
    for community, _name in communities():
        for grid in range(1, GRIDS + 1):
            yield f"{community}{grid:03d}", community


def write(path: Path, rows: int, *, changed: bool) -> None:
    """Write a roster; ``changed`` gives each person another phone and another first day."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        codes = list(grids())
        writer.writerows(_row(number, codes, changed) for number in range(rows))


def write_workbook(path: Path, rows: int) -> None:
    """The same roster of new people as a workbook, every cell a text."""
    codes = list(grids())
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for number in range(rows):
            for column, value in enumerate(_row(number, codes, changed=False)):
                sheet.write_string(number + 1, column, value)


def _row(number: int, codes: list[tuple[str, str]], changed: bool) -> list[str]:
    grid, community = codes[number % len(codes)]
    body = f"9999{number // 336_000:02d}{1960 + number % 40}{1 + number // 40 % 12:02d}{1 + number // 480 % 25:02d}"
    body += f"{number // 12_000 % 1000:03d}"
    town, village = int(community[6:9]), int(community[9:])
    return [
        str(number + 1),
        f"演示{town}镇",
        f"演示{town}-{village}村委会",
        community,
        grid,
        "三级网格员",
        "",
        f"演示{number}",
        "男" if int(body[16]) % 2 else "女",
        body + check_digit(body),
        f"14{changed:d}{number:08d}",
        "群众" if number % 3 else "中共党员",
        f"20{22 + changed}-0{1 + number % 9}-1{number % 10}",
        "",
    ]
