"""Cells: what is tidied up silently, what with a note, and what is a fault."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from civicnet.exchange.cells import ChoiceWidget, DateWidget, DigitsWidget, Fault, Reading, TextWidget, quick_of
from civicnet.exchange.identity import IdNumberWidget, PhoneWidget, sex_of

ID = "99999919661007007X"


def fault(widget, cell):
    with pytest.raises(Fault) as caught:
        widget.read(cell)
    return caught.value.code


@pytest.mark.parametrize(
    ("cell", "value", "notes"),
    [
        ("甲队", "甲队", ()),
        (12.0, "12", ()),
        (" 甲队 ", "甲队", ("spaces",)),
        ("甲　队", "甲队", ("full_width_space",)),
        ("John  Smith", "John Smith", ("spaces",)),
        ("-", "-", ()),
        ("\x07甲队", "甲队", ("spaces",)),
        ("甲\x0b\x1f队\x7f", "甲队", ("spaces",)),
        ("\u202e甲队\u202c", "甲队", ("spaces",)),
    ],
)
def test_text_is_trimmed_and_said_so(cell, value, notes):
    assert TextWidget(joins_han=True).read(cell) == Reading(value, notes)


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", " =1", "\x07=1"])
def test_what_a_spreadsheet_would_run_is_a_fault(cell):
    assert fault(TextWidget(), cell) == "formula"


@pytest.mark.parametrize("cell", ["<b>x</b>", "<script>", "甲< img src=x>", "<!--", "<\x07b>"])
def test_what_a_browser_would_run_is_a_fault(cell):
    assert fault(TextWidget(), cell) == "markup"


def test_a_long_text_is_a_fault():
    assert fault(TextWidget(most=3), "四个汉字") == "too_long"


def test_a_choice_accepts_any_of_its_words_and_exports_the_first():
    widget = ChoiceWidget({"男": "M", "男性": "M", "女": "F"})

    assert widget.read(" 男性") == Reading("M", ("spaces",))
    assert widget.render("M") == "男"
    with pytest.raises(Fault) as caught:
        widget.read("不详")
    assert (caught.value.code, caught.value.params) == ("unknown_choice", {"choices": "男、女"})


@pytest.mark.parametrize(
    ("cell", "value", "notes"),
    [
        ("2023-06-30", date(2023, 6, 30), ()),
        (datetime(2023, 6, 30, 8), date(2023, 6, 30), ("date_cell",)),
        (date(2023, 6, 30), date(2023, 6, 30), ("date_cell",)),
        (45107.0, date(2023, 6, 30), ("date_cell",)),
        ("2023/6/3", date(2023, 6, 3), ("date_style",)),
        ("2023年6月3日", date(2023, 6, 3), ("date_style",)),
        ("20230630", date(2023, 6, 30), ("date_style",)),
        (20230630.0, date(2023, 6, 30), ("date_style",)),
        ("２０２３-０６-３０", date(2023, 6, 30), ("date_style",)),
        ("2024.1.5", date(2024, 1, 5), ("date_style",)),
        ("２０２４／１／５", date(2024, 1, 5), ("date_style",)),
        ("2024 年 1 月 5 号", date(2024, 1, 5), ("date_style",)),
        ("2023-06-30 00:00:00", date(2023, 6, 30), ("date_style",)),
        ("45107", date(2023, 6, 30), ("date_cell",)),
        ("202306", date(2023, 6, 1), ("month_precision",)),
        ("2023.06", date(2023, 6, 1), ("month_precision",)),
        ("2023年6月", date(2023, 6, 1), ("month_precision",)),
        (202306.0, date(2023, 6, 1), ("month_precision",)),
    ],
)
def test_a_day_is_read_however_it_is_written(cell, value, notes):
    assert DateWidget().read(cell) == Reading(value, notes)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2023-02-30", "date"),
        ("20230230", "date"),
        ("99999", "date"),
        ("soon", "date"),
        (2022.1, "ambiguous_date"),
        (7.0, "date"),
        ("2023-13", "date"),
    ],
)
def test_what_is_no_day_is_a_fault(cell, code):
    assert fault(DateWidget(), cell) == code


def test_a_code_is_mended_only_as_far_as_that_is_safe():
    widget = DigitsWidget(length=15)

    assert widget.read(222403001001001.0) == Reading("222403001001001", ("number_cell",))
    assert widget.read("２２２４０３００１００１００１ ").value == "222403001001001"
    assert fault(widget, "22240300100100") == "code_length"
    assert fault(widget, "22240300100100A") == "code_length"
    assert fault(widget, "٢٢٢٤٠٣٠٠١٠٠١٠٠١") == "code_length"


@pytest.mark.parametrize(
    ("cell", "notes"),
    [
        ("14012345678", ()),
        (14012345678.0, ("number_cell",)),
        ("140-1234-5678", ("separators",)),
        ("140 1234 5678", ("separators",)),
        (" 14012345678", ("spaces",)),
        ("\u202d14012345678\u202c", ("spaces",)),
        ("１４０１２３４５６７８", ("full_width_digits",)),
        ("+86 14012345678", ("separators", "country_prefix")),
        ("8614012345678", ("country_prefix",)),
    ],
)
def test_a_phone_number_is_read_however_it_is_written(cell, notes):
    assert PhoneWidget().read(cell) == Reading("14012345678", notes)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1401234567", "phone_length"),
        ("140123456789", "phone_length"),
        ("12012345678", "phone_shape"),
        ("1401234567a", "phone_signs"),
        ("14012345678/14012345679", "several_values"),
        ("14012345678、14012345679", "several_values"),
        ("140****5678", "phone_signs"),
    ],
)
def test_what_is_no_mobile_number_is_a_fault(cell, code):
    assert fault(PhoneWidget(), cell) == code


def test_an_id_number_of_any_region_passes_with_the_right_check_digit():
    assert IdNumberWidget().read(ID) == Reading(ID)
    assert IdNumberWidget().read(f" {ID.lower()}") == Reading(ID, ("case_or_space",))
    assert sex_of(ID) == "M"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (9.9999919661007e17, "precision_lost"),
        ("9.99999E+17", "precision_lost"),
        ("999999196610071000", "precision_lost"),
        ("999999196610070071", "checksum"),
        ("99999919661307007X", "birth_date"),
        ("99999929661007007X", "birth_date"),
        ("9999991966100700", "id_length"),
        ("9999991966100700AX", "id_signs"),
        (130503670401001.0, "id_length"),
    ],
)
def test_what_is_no_id_number_is_a_fault(cell, code):
    assert fault(IdNumberWidget(), cell) == code


def test_personal_numbers_leave_only_masked():
    assert PhoneWidget().render("14012345678") == "140****5678"
    assert IdNumberWidget().render(ID) == "999***********007X"


QUICK = ["甲队", "a1", "甲 队", "", " ", "=1", "-", "1" * 200, "1" * 201, "²", "１２", "123", "12３", "14000000001"]
QUICK += [
    "12000000001",
    "1400000000１",
    ID,
    ID.lower(),
    ID[:-1] + "1",
    "999999209910070070",
    "\u200b1",
    "a\n",
    "14000000001\n",
]


@pytest.mark.parametrize(
    "widget", [TextWidget(joins_han=True), DigitsWidget(length=3), PhoneWidget(), IdNumberWidget(), DateWidget()]
)
def test_a_quick_look_never_says_anything_else_than_a_close_one(widget):
    told = {cell: widget.quick(cell) for cell in QUICK}
    assert {cell: widget.read(cell) for cell, value in told.items() if value is not None} == {
        cell: Reading(value) for cell, value in told.items() if value is not None
    }
    assert any(told.values()) is not isinstance(widget, DateWidget)


def test_a_widget_that_reads_in_its_own_way_has_no_quick_look_of_another():
    class Loud(TextWidget):
        def read(self, cell):
            return Reading(str(cell).upper())

    assert quick_of(Loud())("abc") is None
    assert quick_of(TextWidget())("abc") == "abc"
