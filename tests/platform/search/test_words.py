"""Texts as tokens, queries as words, titles by their initials, and the marks around what was found."""

from __future__ import annotations

import subprocess
import sys

import pytest

from civicnet.search.asking import asked_by
from civicnet.search.initials import initials
from civicnet.search.marking import excerpt, pieces
from civicnet.search.text import LONGEST_TOKEN, plain, tokens
from civicnet.search.words import dictionary_tokens, words_in


def test_a_chinese_run_is_its_pairs_and_its_last_sign_and_other_words_stay_whole():
    assert tokens(plain("宣传公告，第Ａ座２０２４年 Seven_eight")) == [
        "宣传", "传公", "公告", "告", "第", "a", "座", "2024", "年", "seven", "eight",
    ]  # fmt: skip


def test_signs_that_nobody_sees_part_no_word_and_a_token_has_an_end():
    assert tokens(plain("公\u200b告\0")) == ["公告", "告"]
    assert tokens("x" * 5000) == ["x" * LONGEST_TOKEN]


def test_the_dictionary_sees_words_and_not_what_stands_in_them_by_chance():
    assert dictionary_tokens("人民法院的民法公告") == ["w人民法院", "w民法", "w公告"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("公告", ("公告",)),
        ("垃圾分类", ("垃圾分类",)),
        ("全国文明城市创建", ("全国", "文明城市", "创建")),
        ("“全国文明城市创建” 通知", ("全国文明城市创建", "通知")),
        ("２０２４年的通知，通知", ("2024年的通知", "通知")),
        ("演示甲乙丙丁戊", ("演示", "甲乙丙丁")),
        ("——%", ()),
    ],
)
def test_a_query_is_taken_apart_where_a_reader_means_several_words(query, words):
    assert words_in(query) == words


def test_a_word_is_asked_for_by_tokens_that_stand_in_any_text_around_it():
    def asked(query):
        return [(one.tokens, one.beginning) for one in asked_by(query)]

    assert asked("业主大会") == [(("业主", "主大", "大会"), False)]
    # One sign begins a pair or ends a run.
    assert asked("年") == [(("年",), True)]
    assert asked("2024年") == [(("2024", "年"), True)]
    assert asked("国2024") == [(("国", "2024"), False)]
    assert asked_by("网格 wang", typed=True)[-1].beginning
    assert not asked_by("网格 wang")[-1].beginning


def test_initials_begin_at_every_word_and_are_read_as_in_the_word():
    assert initials("重庆重要文明城市") == ["cqzywmcs", "zywmcs", "wmcs"]
    assert initials("红旗社区第1网格（演示）") == ["hqsqd1wgys", "sqd1wgys", "d1wgys", "1wgys", "wgys", "ys"]


def test_pieces_are_the_text_and_marks_see_neither_case_nor_width():
    text = "<b>ＡB文明</b>ab"

    found = pieces(text, ["ab", "文明"])

    assert "".join(part for part, _marked in found) == text
    assert [part for part, marked in found if marked] == ["ＡB", "文明", "ab"]
    assert pieces(text, []) == [(text, False)]


def test_an_excerpt_begins_with_a_sentence_and_says_where_it_is_cut():
    text = "无关的一句。" * 20 + "这里写着公告。" + "后面的一句。" * 40

    assert excerpt(text, ["公告"], around=5) == "这里写着公告。后面的一句。后面的…"
    assert excerpt("字" * 100 + "公告", ["公告"], around=5) == "…字字字字字公告"
    assert excerpt(text, ["宣传"]) == ""


def test_neither_dictionary_is_loaded_before_it_is_needed():
    asked = "import sys, django; django.setup(); import civicnet_publicity.views, civicnet_publicity.search; "
    asked += "print(*{'rjieba', 'pypinyin'} & set(sys.modules))"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == ""
