"""Checks: what is found in a text, with its place and what to write instead, and what is no fault."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from civicnet_publicity.checks import Finding, Known, Parts, findings_of
from civicnet_publicity.checks.dictionary import Dictionary, Entry
from civicnet_publicity.checks.findings import Severity
from civicnet_publicity.checks.known import Office
from civicnet_publicity.checks.parts import Link, Picture, Piece

TODAY = date(2026, 3, 4)
LEADERS = (
    Office("演示甲", "演示县委书记", 1),
    Office("演示乙", "演示县委副书记、县长", 2),
    Office("演示丙", "副县长", 3),
    Office("演示丁", "演示县委书记", 1, until=date(2025, 12, 31)),
)
# A number that passes every check and belongs to nobody: nobody alive was born then.
ID_NUMBER = "222403190001010045"
# Passes the check of its last digit, and is no card that was ever given out.
CARD = "6200000000000000000"


def entry(wrong: str, right: str = "", *exceptions: str, kind: str = "MISSPELT") -> Entry:
    return Entry(wrong, right, kind, Severity.BLOCKER, "", exceptions)


DICTIONARY = Dictionary(
    [
        entry("成份", "成分", "三成份额"),
        entry("份量", "分量"),
        entry("禁词", kind="SENSITIVE"),
        entry("禁词乙", kind="SENSITIVE"),
    ]
)
KNOWN = Known(TODAY, DICTIONARY, LEADERS)


def found(text: str, known: Known = KNOWN, **parts: object) -> list[Finding]:
    """What is found in a body of one paragraph, beside the faults of an article that has nothing else."""
    pieces = (Piece("title", "标题甲"), Piece("body", text, "b1", 0))
    whole = Parts(pieces, keywords="甲", description="乙", has_cover=True, **parts)  # type: ignore[arg-type]
    return findings_of(whole, known)


def codes(text: str, known: Known = KNOWN, **parts: object) -> list[str]:
    return [one.code for one in found(text, known, **parts)]


def test_a_word_of_the_dictionary_is_found_where_it_stands_with_what_to_write_instead() -> None:
    (one,) = found("水的成份是氢和氧。")

    assert (one.code, one.severity, one.field, one.block, one.start, one.end) == (
        "word_misspelt",
        Severity.BLOCKER,
        "body",
        "b1",
        2,
        4,
    )
    assert (one.excerpt, one.suggestion) == ("成份", "成分")
    assert one.sentence == "“成份”应写作“成分”。"
    with translation.override("en"):
        assert found("水的成份是氢和氧。")[0].sentence == "“成份”: write “成分”."


def test_a_longer_word_in_which_it_is_no_fault_excuses_it_there_and_nowhere_else() -> None:
    assert codes("三成份额归集体。") == []
    assert [one.start for one in found("三成份额归集体，成份不变。")] == [8]


def test_of_two_words_one_within_the_other_only_the_longer_is_told() -> None:
    assert [one.excerpt for one in found("这里有禁词乙，那里有禁词。")] == ["禁词乙", "禁词"]


def test_an_empty_dictionary_finds_nothing() -> None:
    assert codes("成份", Known(TODAY)) == []


@pytest.mark.parametrize(
    "text",
    [
        "县委副书记、县长演示乙出席会议。",
        "演示县委书记演示甲主持会议。",
        "书记演示甲强调，要抓好落实。",
        "演示甲书记强调。",
        "演示县委书记演示甲，县委副书记、县长演示乙，副县长演示丙参加。",
        "演示甲、演示乙、演示丙参加。",
        "演示丙汇报后，演示甲讲话。",
        "演示丁当时在场。",
    ],
)
def test_leaders_with_their_titles_and_in_their_order_are_no_fault(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("副县长演示乙出席会议。", "leader_title", "演示县委副书记、县长演示乙"),
        ("县长演示甲主持会议。", "leader_title", "演示县委书记演示甲"),
        ("演示丙县长讲话。", "leader_title", "副县长演示丙"),
        ("演示乙、演示甲参加。", "leader_order", "演示甲、演示乙"),
        ("副县长演示丙，县委副书记、县长演示乙参加。", "leader_order", "演示乙、演示丙"),
        ("演示县委书记演示丁讲话。", "leader_title_ended", ""),
    ],
)
def test_a_wrong_title_or_a_wrong_order_is_found(text: str, code: str, suggestion: str) -> None:
    assert [(one.code, one.suggestion) for one in found(text)] == [(code, suggestion)]


@pytest.mark.parametrize(
    ("text", "code", "excerpt", "severity"),
    [
        (f"身份证号{ID_NUMBER}。", "id_number", "222***********0045", Severity.BLOCKER),
        (f"卡号{CARD}。", "bank_card", "620************0000", Severity.BLOCKER),
        ("请打13912345001。", "mobile_number", "139****5001", Severity.WARNING),
        ("请打 +86 139-1234-5001。", "mobile_number", "139****5001", Severity.WARNING),
        ("王小明（男，9岁）落水。", "minor_named", "王**", Severity.BLOCKER),
        ("王小明（16岁）获奖。", "minor_named", "王**", Severity.WARNING),
        ("留守儿童李晓，家住村东。", "minor_named", "李*", Severity.WARNING),
    ],
)
def test_personal_data_is_found_and_never_repeated_in_full(
    text: str, code: str, excerpt: str, severity: Severity
) -> None:
    (one,) = found(text)

    assert (one.code, one.excerpt, one.severity) == (code, excerpt, severity)
    digits = "".join(sign for sign in text if sign.isdigit())
    assert len(digits) < 11 or digits not in str(one.told()) + str(one.kept())


@pytest.mark.parametrize(
    "text",
    [
        "222403190001010046",  # the last sign is not the one that the others ask for
        "222403209901010049",  # born in the future
        "订单号6200000000000000004。",  # no card: the sum is wrong
        "电话0433-2512345。",
        "编号139123450012345。",
        "王某某（9岁）已送医。",
        "留守儿童们、孤儿等群体。",
        "王小明（49岁）获奖。",
    ],
)
def test_what_only_looks_like_personal_data_is_no_fault(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("会议定于2026年2月30日召开。", "date_impossible", ""),
        ("2026年3月4日（星期五）", "weekday", "三"),
        ("根据演政发[2026]5号", "document_number", "〔2026〕5号"),
        ("根据演政发〔2026〕第05号", "document_number", "〔2026〕5号"),
        ("索引号：00001434/2026-1", "index_number", ""),
    ],
)
def test_dates_and_numbers_that_cannot_be_are_found(text: str, code: str, suggestion: str) -> None:
    assert [(one.code, one.suggestion) for one in found(text)] == [(code, suggestion)]


@pytest.mark.parametrize(
    "text",
    ["2026年3月4日（星期三）", "2024-02-29", "版本2026.13.40", "演政发〔2026〕5号", "索引号：000014349/2026-00001"],
)
def test_dates_and_numbers_that_are_right_are_no_fault(text: str) -> None:
    assert codes(text) == []


def test_a_document_cannot_be_dated_after_the_day_on_which_readers_see_it() -> None:
    tomorrow = date(2026, 3, 5)

    assert codes("文", document_date=tomorrow) == ["document_date_ahead"]
    assert codes("文", document_date=tomorrow, goes_live=tomorrow) == codes("文", document_date=TODAY) == []


def test_links_that_lead_nowhere_are_found() -> None:
    links = (
        Link("page", "1", "甲", "b1", 0),
        Link("page", "2", "乙", "b1", 0),
        Link("document", "3", "丙", "b1", 0),
        Link("external", "https://gone.example/", "丁", "b1", 0),
        Link("page", "4", "戊", "b1", 0),
        Link("external", "", "己", "b1", 0),
    )
    known = Known(
        TODAY,
        gone=frozenset({("page", "1"), ("document", "3")}),
        unpublished=frozenset({("page", "2")}),
        dead={"https://gone.example/": "返回状态 404。"},
    )

    assert [(one.code, one.excerpt) for one in found("文", known, links=links)] == [
        ("link_gone", "甲"),
        ("link_unpublished", "乙"),
        ("link_gone", "丙"),
        ("link_empty", "己"),
        ("link_dead", "丁"),
    ]


def test_pictures_need_words_unless_they_are_decorative() -> None:
    pictures = (
        Picture("", False, "b1", 0),
        Picture("", True, "b2", 1),
        Picture("IMG_2034.JPG", False, "b3", 2),
        Picture("网格员走访一户人家", False, "b4", 3),
    )

    assert [(one.code, one.block) for one in found("文", pictures=pictures)] == [
        ("picture_undescribed", "b1"),
        ("picture_file_name", "b3"),
    ]


def test_empty_and_wrong_meta_tags_are_found() -> None:
    empty = findings_of(Parts((), has_cover=True), KNOWN)
    wrong = findings_of(Parts((Piece("title", "测试"),), keywords="甲，甲", description="测试", has_cover=True), KNOWN)

    assert [one.code for one in empty] == ["meta_title_empty", "meta_description_empty", "meta_keywords_empty"]
    assert [one.code for one in wrong] == ["meta_title_placeholder", "meta_description_title", "meta_keywords_twice"]


def test_what_wechat_does_not_take_is_a_hint() -> None:
    pieces = (Piece("title", "题" * 33), Piece("author", "名" * 17), Piece("summary", "摘" * 129))
    parts = Parts(pieces, keywords="甲", description="乙", size=20_000)

    assert [(one.code, one.severity) for one in findings_of(parts, KNOWN)] == [
        ("wechat_title", Severity.HINT),
        ("wechat_summary", Severity.HINT),
        ("wechat_body", Severity.HINT),
        ("wechat_cover", Severity.HINT),
        ("wechat_author", Severity.HINT),
    ]
    within = (Piece("title", "题" * 32), Piece("author", "名" * 16), Piece("summary", "摘" * 128))
    assert findings_of(Parts(within, keywords="甲", description="乙", size=19_999, has_cover=True), KNOWN) == []
