"""What else a portal may ask of imports: that columns be taken as it says, and a list of its own."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from portals import HEADINGS, READ, START, Portal, code_of

from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ImportJob, Upload

LIST = """query ($n: Int, $a: String) { platformImports(first: $n, after: $a) {
  totalCount pageInfo { hasNextPage endCursor } nodes { id state resource rows { new } error { code } } } }"""


def test_a_portal_says_which_columns_are_which_and_the_rest_is_found(portal: Portal) -> None:
    body = "机构代码,全称,备案名称,类型,上级代码\n" + "222403001900,新设社区,别的,社区,222403001\n"
    columns = [{"heading": "全称", "column": "机构名称"}, {"heading": "类型", "column": None}]

    key = portal.sent(body)
    portal.ask(START, u=key, r="platform.organisations", c=columns)
    run_check(UUID(key))

    told = portal.ask(READ, i=key)["data"]["platformImport"]
    assert (told["state"], told["rows"]["new"], told["error"]) == ("CHECKED", 1, None)
    assert ImportJob.objects.get(pk=key).headings == [
        ["机构代码", "code"],
        ["全称", "name"],
        ["备案名称", None],
        ["类型", None],
        ["上级代码", "parent"],
    ]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ([{"heading": "全称", "column": "没有此列"}], "UNKNOWN_COLUMN"),
        ([{"heading": "长" * 61, "column": "机构名称"}], "UNKNOWN_COLUMN"),
        ([{"heading": f"列{n}"} for n in range(201)], "UNKNOWN_COLUMN"),
        ([{"heading": "全称", "column": "机构名称"}, {"heading": "简称", "column": "机构名称"}], "COLUMN_TWICE"),
        ([{"heading": "全称", "column": "机构名称"}, {"heading": " 全 称"}], "HEADING_TWICE"),
    ],
)
def test_a_choice_of_columns_that_cannot_be_is_refused_and_the_upload_stays(
    portal: Portal, columns: list[dict[str, str]], code: str
) -> None:
    answer = portal.ask(START, u=portal.sent(), r="platform.organisations", c=columns)

    assert (code_of(answer), answer["errors"][0]["extensions"]["field"]) == (code, "columns")
    assert (ImportJob.objects.count(), Upload.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"c": [{"heading": "全称", "column": "设立日期"}]}, "HEADINGS_UNKNOWN"),
        ({"s": "全称"}, "SHEET_UNKNOWN"),
    ],
)
def test_a_heading_or_a_sheet_that_the_file_does_not_have_has_it_refused_by_name(
    portal: Portal, said: dict[str, Any], code: str
) -> None:
    key = portal.sent()
    portal.ask(START, u=key, r="platform.organisations", **said)
    run_check(UUID(key))

    told = portal.ask(READ, i=key)["data"]["platformImport"]
    assert (told["state"], told["error"]["code"]) == ("REFUSED", code)
    assert "全称" in told["error"]["message"]
    assert (told["rows"]["new"], told["findings"]["nodes"], code_of(portal.act("Confirm", key))) == (
        0,
        [],
        "WRONG_STATE",
    )


def test_a_portal_lists_its_own_imports_page_by_page_and_nobody_elses(portal: Portal, portals: Any) -> None:
    other = portals("另一门户", "222403")
    keys = [portal.started(HEADINGS + f"22240300190{n},新设{n},社区,222403001,2026-01-01\n") for n in range(3)]

    first = portal.ask(LIST, n=2)["data"]["platformImports"]
    second = portal.ask(LIST, n=2, a=first["pageInfo"]["endCursor"])["data"]["platformImports"]

    assert [one["id"] for page in (first, second) for one in page["nodes"]] == keys[::-1]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]
    assert first["nodes"][0] == {
        "id": keys[2],
        "state": "CHECKED",
        "resource": "platform.organisations",
        "rows": {"new": 1},
        "error": None,
    }
    assert (first["totalCount"], code_of(portal.ask(LIST, n=101))) == (3, "PAGE_SIZE")
    assert other.ask(LIST)["data"]["platformImports"]["nodes"] == []
    shut = Client().post("/graphql/", json.dumps({"query": LIST}), content_type="application/json").json()
    assert shut["data"]["platformImports"]["nodes"] == []
