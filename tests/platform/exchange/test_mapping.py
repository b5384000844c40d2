"""Mapping: which of their columns are which of ours, how sure that is, and what a person's choice may be."""

from __future__ import annotations

import pytest
from django.utils import translation

from civicnet.exchange.headings import bare, canonical, find_headings
from civicnet.exchange.mapping import ColumnMap, Confidence, MappingRefused, decisions, guess

EXACT, REMEMBERED, NEAR, NONE = Confidence.EXACT, Confidence.REMEMBERED, Confidence.NEAR, Confidence.NONE


def told(suggestions) -> list[tuple[str | None, Confidence]]:
    return [(one.field, one.confidence) for one in suggestions]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("*姓　名：", "姓名"),
        ("姓 名（必填）", "姓名"),
        ("姓\n名", "姓名"),
        ("【联系电话】", "联系电话"),
        ("联系电话(11位)", "联系电话"),
        ("任职时间（格式：2023-06-30）", "任职时间"),
        ("面积（平方米）", "面积"),
        ("ＩＤ Number *", "id number"),
        ("Name (required)", "name"),
        ("街道/乡镇", "街道、乡镇"),
        ("社区 (村)", "社区（村）"),
        ("#", "#"),
    ],
)
def test_headings_are_the_same_whatever_spaces_brackets_units_stars_and_signs_they_have(theirs, ours):
    assert canonical(theirs) == canonical(ours)


@pytest.mark.parametrize(("theirs", "ours"), [("社区（村）", "社区"), ("联系电话（家属）", "联系电话"), ("#", "*")])
def test_what_may_be_a_column_of_its_own_is_not_taken_for_another(theirs, ours):
    assert canonical(theirs) != canonical(ours)
    assert bare(theirs) in ("", canonical(ours))


def test_headings_of_two_rows_are_joined_and_vertical_merges_stay_whole():
    rows = [
        (1, ["名册"]),
        (2, ["序号", "名称", "联系", "", "备注"]),
        (3, ["", "", "电话", "日期"]),
        (4, ["1", "甲队", "14000000001", "2023-06-30"]),
    ]

    found = find_headings(rows, {"serial": ["序号"], "name": ["名称"], "phone": ["联系电话"], "since": ["日期"]})

    assert (found.row, dict(found.positions)) == (3, {"serial": 0, "name": 1, "phone": 2, "since": 3})
    assert found.theirs == ("序号", "名称", "联系 › 电话", "联系 › 日期", "备注")


def test_a_row_of_headings_is_not_joined_with_the_first_row_below_it():
    rows = [(1, ["名称", "电话", "备注"]), (2, ["甲队", "", "x"])]

    assert find_headings(rows, {"name": ["名称"], "phone": ["电话"]}).row == 1


def test_names_and_aliases_are_exact_what_is_like_them_is_near_and_the_rest_is_nothing(resource):
    found = guess(["序号", "队名（必填）", "电话号", "起始日期", "经费"], resource)

    assert told(found) == [("serial", EXACT), ("name", EXACT), ("phone", NEAR), ("since", NEAR), (None, NONE)]
    assert [one.likeness == 1 for one in found] == [True, True, False, False, False]


def test_a_template_of_another_language_is_exact(resource):
    with translation.override("en"):
        assert told(guess(["Team *", "Phone *"], resource)) == [("name", EXACT), ("phone", EXACT)]


def test_a_first_name_goes_before_an_alias_and_two_equals_are_both_shown(resource):
    assert told(guess(["队名", "名称"], resource)) == [(None, NONE), ("name", EXACT)]
    assert told(guess(["电话", "电话"], resource)) == [("phone", EXACT), ("phone", EXACT)]


def test_what_was_chosen_before_goes_before_our_own_names(resource):
    found = guess(["经费", "名称", "电话"], resource, {"经费": "phone", "名称": "", "gone": "nothing"})

    assert told(found) == [("phone", REMEMBERED), (None, REMEMBERED), (None, NONE)]


def columns(theirs, fields) -> ColumnMap:
    return ColumnMap("Sheet1", 1, tuple(theirs), fields)


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({0: "name"}, "COLUMNS_MISSING", "Phone"),
        ({0: "name", 1: "phone", 2: "phone"}, "COLUMN_TWICE", "b (B)、c (C)"),
        ({0: "name", 1: "phone", 3: "since"}, "UNKNOWN_COLUMN", ""),
        ({0: "name", 1: "phone", 2: "nothing"}, "UNKNOWN_COLUMN", ""),
    ],
)
def test_a_choice_that_cannot_be_used_is_refused_with_a_code_and_a_sentence(resource, fields, code, named):
    with pytest.raises(MappingRefused) as caught:
        columns("abc", fields).checked(resource)

    assert (caught.value.code, caught.value.field) == (code, "columns")
    assert named in str(caught.value) and "%(" not in str(caught.value)


def test_a_choice_survives_being_stored(resource):
    chosen = columns("abc", {0: "name", 2: "phone"}).checked(resource)

    assert ColumnMap.from_json(chosen.as_json()) == chosen


def test_only_what_our_names_do_not_tell_is_worth_remembering(resource):
    chosen = columns(["名称", "号码", "电话", "x", "x"], {0: "name", 1: "phone", 3: "since"})

    assert decisions(chosen, resource) == {"号码": "phone", "电话": ""}
