"""Rows that are read a column at a time say what they say one by one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from civicnet.exchange.identity import check_digit
from civicnet_grid.resources import RosterResource

NAMES = ["serial", "grid_code", "post", "duty", "name", "sex", "id_number", "phone", "since", "remark"]
BODY = "99999919800101001"
GOOD = [
    "1",
    "222403001001001",
    "三级网格员",
    "",
    "演示甲",
    "男",
    BODY + check_digit(BODY),
    "14000000001",
    "2023-06-30",
    "",
]


def row(**given: Any) -> list[Any]:
    return [given.get(name, cell) for name, cell in zip(NAMES, GOOD, strict=True)]


ROWS = [
    row(),
    row(name="演示乙", remark="a b"),
    row(name="演示 乙"),
    row(remark=None, duty="A岗"),
    row(serial="", name="丙"),
    row(serial=3.0),
    row(serial="示例"),
    row(serial="Example: 1"),
    row(serial="小计", name="", post=None),
    row(serial="填表人：甲", name=None),
    row(phone="140 0000 0001"),
    row(phone=14000000001.0),
    row(phone=""),
    row(post="厅长"),
    row(name="=1+1"),
    row(name="  "),
    row(duty="  "),
    row(since=datetime(2023, 6, 30)),
    row(since=date(2023, 6, 30)),
    row(since="2023年6月"),
    row(since="2023-06-30 "),
    row(id_number=BODY + "Q"),
    row(sex=True),
    row()[:9],
    row()[:4],
    [],
    [None] * 10,
]


@pytest.mark.only_on("sqlite")
def test_rows_read_by_columns_say_what_they_say_one_by_one() -> None:
    quick, slow = RosterResource(), RosterResource()
    positions = {name: at for at, name in enumerate(NAMES)}
    rows = list(enumerate(ROWS, start=2))

    for _time in range(2):
        taken = []
        for (number, cells), values in zip(rows, quick.read_many(rows, positions), strict=True):
            named = {name: cells[at] for name, at in positions.items() if at < len(cells)}
            if values is not None:
                draft = slow.read(number, named)
                assert (slow.skip(named), draft.remarks) == (None, [])
                assert list(values.items()) == list(draft.values.items())
                taken.append(number)
        # Whatever is written as it should be is taken, and nothing else is.
        assert taken == [2, 3, 5, 25]
    assert [*quick.read_many([(2, GOOD[:9])], {})] == [None]
    # None of the rows reaches our first column.
    assert [*quick.read_many([(2, ["x"])], {"name": 2})] == [None]
