"""The index behind Wagtail's search: kept by saving and rebuilding alike, asked by the admin, and true to the texts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from modelsearch.backends import get_search_backend
from modelsearch.query import And, Boost, Not, Or, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.models import IndexEntry

from civicnet.contract import ANONYMOUS
from civicnet.search.text import is_unspaced, plain
from civicnet.search.words import cut, words_in
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.selectors import found_articles
from civicnet_site.bench.pages import load_pages
from civicnet_site.bench.search.texts import Texts

# Development data lie beside the project, and only where the project is developed.
TEXTS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "articles" / "regulations-543.jsonl.gz"


def titles(found):
    return [page.title for page in found]


@pytest.fixture
def pages(write):
    write("gov/news", "a", title="重庆文明城市")
    write("gov/news", "b", title="文明实践", summary="城市")
    return write("gov/news", "c", title="Wise words", summary="实践", publish=False)


def test_wagtails_own_search_finds_chinese_words_in_every_kind_of_query(pages):
    def found(query, **given):
        return sorted(titles(Page.objects.search(query, **given)))

    assert found("文明 城市") == ["文明实践", "重庆文明城市"]
    assert found("城市 words", operator="or") == ["Wise words", "文明实践", "重庆文明城市"]
    assert found(Phrase("文明城市")) == ["重庆文明城市"]
    assert found(And([PlainText("文明"), Not(PlainText("重庆"))])) == ["文明实践"]
    assert found(Or([PlainText("重庆"), Boost(PlainText("wise"), 2.0)])) == ["Wise words", "重庆文明城市"]
    assert found("城市", fields=["title"]) == ["重庆文明城市"]
    assert found("——") == []


def test_what_fits_best_comes_first_and_a_score_can_be_read(pages):
    best = Page.objects.search("城市").annotate_score("merit")

    assert [(page.title, page.merit) for page in best] == [("重庆文明城市", 2), ("文明实践", 0)]
    assert titles(Page.objects.order_by("title").search("文明", order_by_relevance=False)) == [
        "文明实践",
        "重庆文明城市",
    ]
    assert Page.objects.search("城市").count() == 2
    assert titles(Page.objects.search("城市")[1:2]) == ["文明实践"]
    assert Page.objects.search("城市").facet("live") == {True: 2}


@pytest.mark.parametrize("typed", ["cqwm", "wmcs", "CQ", "重庆", "庆文", "明城市", "文明 cq"])
def test_titles_are_found_while_typed_by_their_initials_and_any_part(pages, typed):
    assert titles(Page.objects.autocomplete(typed)) == ["重庆文明城市"]


def test_letters_may_be_the_beginning_of_a_word_while_typed_and_of_initials_never_the_middle(pages):
    assert titles(Page.objects.autocomplete("wis")) == ["Wise words"]
    assert titles(Page.objects.search("wis")) == []
    assert titles(Page.objects.autocomplete("qwm")) == []
    assert titles(Page.objects.search("wmcs")) == []


def test_the_admin_finds_pages_by_chinese_words_and_by_initials(pages, admin_client):
    for words in ("文明城市", "cqwmcs"):
        found = admin_client.get(reverse("wagtailadmin_pages:search_results"), {"q": words}).content.decode()
        assert "重庆文明城市" in found and "文明实践" not in found
        chosen = admin_client.get(reverse("wagtailadmin_choose_page_search"), {"q": words}).content.decode()
        assert "重庆文明城市" in chosen and "文明实践" not in chosen


def test_the_index_follows_every_change_and_is_the_same_when_built_anew(pages):
    def entries():
        return sorted(map(str, IndexEntry.objects.values_list("object_id", "title", "body", "autocomplete")))

    article = ArticlePage.objects.get(slug="a")
    article.title = "防汛"
    article.save()
    kept = entries()
    assert titles(Page.objects.search("重庆")) == [] and titles(Page.objects.search("防汛")) == ["防汛"]

    call_command("update_index", verbosity=0)
    assert set(kept) <= set(entries())

    # Whatever came or went past the signals is known after it.
    Page.objects.filter(slug="b").update(title="抗旱")
    ArticlePage.objects.filter(slug="c").delete()
    call_command("update_index", verbosity=0)
    assert titles(Page.objects.search("抗旱")) == ["抗旱"]
    assert titles(Page.objects.search("wise")) == []


def test_an_article_of_200000_signs_and_a_word_without_end_are_found_to_their_last_word(write):
    signs = "".join(chr(0x4E00 + place) for place in random.Random(1).choices(range(300), k=200_000))
    write("gov/news", "long", title="长文", body=[("paragraph", f"<p>{'x' * 5000} {signs}尾声公告</p>")])

    assert titles(Page.objects.search("尾声公告")) == ["长文"]
    assert titles(Page.objects.search(signs[150_000:150_004])) == ["长文"]


@pytest.mark.skipif(not TEXTS.is_file(), reason="the shared regulations are not on this machine")
def test_words_of_real_texts_are_found_wherever_they_stand_and_nowhere_else(sites):
    regulations = Texts(TEXTS).real[:40]
    load_pages(len(regulations), column=sites["gov/news"], texts=lambda number: regulations[number].as_article())
    pages = list(ArticlePage.objects.order_by("pk"))
    get_search_backend().get_index_for_model(ArticlePage).add_items(ArticlePage, pages)
    wholes = {page.pk: plain(text.whole) for page, text in zip(pages, regulations, strict=True)}
    seen = sorted({word for whole in wholes.values() for word in cut(whole) if len(word) > 1 and is_unspaced(word)})

    for word in ["公告", "宣传", *random.Random(7).sample(seen, 60)]:
        there = {pk for pk, whole in wholes.items() if word in whole}
        assert {row["id"] for row in found_articles(ANONYMOUS, words_in(word)).rows.values("id")} == there, word
