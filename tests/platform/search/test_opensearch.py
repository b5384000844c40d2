"""OpenSearch, as far as no server is needed for it: what it is told to keep, and what it is asked."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from modelsearch.query import And, PlainText

from civicnet.search.finding import MOST, find
from civicnet_publicity.models import ArticlePage

pytest.importorskip("opensearchpy")

BACKEND = {"BACKEND": "civicnet.search.backends.opensearch", "URLS": ["http://127.0.0.1:9"], "AUTO_UPDATE": False}


@pytest.fixture
def backend(settings):
    from modelsearch.backends import get_search_backend

    settings.WAGTAILSEARCH_BACKENDS = {"default": dict(BACKEND)}
    return get_search_backend()


def query(backend, text, **given):
    compiler = backend.query_compiler_class(ArticlePage.objects.all(), PlainText(text, operator="and"), **given)
    compiler.check()
    return compiler.get_query()["bool"]["must"]


def test_texts_are_parted_at_spaces_alone(backend):
    fields = backend.mapping_class(ArticlePage).get_mapping()["properties"]

    texts = {name: field for name, field in fields.items() if field["type"] == "text"}
    assert {"title", "title_edgengrams", "_all_text", "_edgengrams", "civicnet_publicity_articlepage__body"} <= set(
        texts
    )
    assert {(one["analyzer"], one.get("search_analyzer")) for one in texts.values()} == {("whitespace", None)}
    assert fields["live_filter"] == {"type": "boolean"}


def test_a_document_is_tokens_words_and_initials(backend, db):
    article = ArticlePage(
        pk=1, title="文明公告", summary="宣传", live=True, body=[("paragraph", "<p>网格<b>员</b></p>")]
    )

    document = backend.mapping_class(ArticlePage).get_document(article)

    assert document["title"] == "文明 明公 公告 告 w文明 w公告"
    assert document["civicnet_publicity_articlepage__summary"] == "宣传 传 w宣传"
    assert document["civicnet_publicity_articlepage__body"].startswith("网格 格员 员")
    assert "文明 明公 公告 告 wmgg gg" in document["_edgengrams"]
    assert document["live_filter"] is True


def test_words_are_asked_for_as_phrases_and_those_of_the_dictionary_are_worth_more(backend):
    fields = ["_all_text", "_all_text_boost_2_0^2.0"]

    first, second = query(backend, "业主大会 2024")["bool"]["must"]

    assert first["bool"]["must"] == [{"multi_match": {"query": "业主 主大 大会", "fields": fields, "type": "phrase"}}]
    assert first["bool"]["should"][0]["multi_match"]["query"] == "w业主大会"
    assert second == {"multi_match": {"query": "2024", "fields": fields, "type": "phrase"}}
    assert query(backend, "公")["bool"]["must"][0]["multi_match"]["type"] == "phrase_prefix"
    assert query(backend, "%") == {"match_none": {}}


def test_what_is_typed_half_is_asked_of_names_and_initials(backend, db):
    compiler = backend.autocomplete_query_compiler_class(ArticlePage.objects.all(), PlainText("wm", operator="and"))

    asked = compiler.get_query()["bool"]["must"]["bool"]["must"][0]["multi_match"]

    assert (asked["query"], asked["type"], asked["fields"]) == ("wm", "phrase_prefix", ["_edgengrams"])


def test_words_within_larger_queries_are_phrases_too(backend):
    both = And([PlainText("公告"), PlainText("宣传")])

    asked = backend.query_compiler_class(ArticlePage.objects.all(), both).get_query()["bool"]["must"]

    told = str(asked)
    assert "'query': '公告'" in told and "'query': '宣传'" in told and "'type': 'phrase'" in told


def test_one_request_tells_the_keys_and_what_the_server_thinks_of_them(backend, monkeypatch, db):
    sent = []

    def search(**given):
        sent.append(given)
        hits = [{"fields": {"pk": ["7"]}, "_score": 1.5}, {"fields": {"pk": ["9"]}, "_score": 0.25}]
        return {"hits": {"hits": hits}}

    monkeypatch.setattr("civicnet.search.finding.get_search_backend", lambda: backend)
    backend.es = SimpleNamespace(search=search)

    found = find(ArticlePage, ["公告"])

    assert found.scores == {7: 1500, 9: 250}
    assert [one["index"] for one in sent] == ["wagtailcore_page"]
    assert sent[0]["body"]["size"] > MOST and sent[0]["body"]["stored_fields"] == ["pk"]
