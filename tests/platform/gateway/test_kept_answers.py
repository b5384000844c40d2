"""Kept answers: the same bytes sooner, never older ones, and nobody gets what another may see."""

from __future__ import annotations

import hashlib
import json
import time
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from kept_world import GRIDS, NEW, QUERY, Ask, bearer, new_grid
from wagtail.models import Page, PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import revoke_client
from civicnet.gateway.cache import keeping
from civicnet.gateway.cache.front import Front
from civicnet.gateway.cache.lifetimes import scheduled
from civicnet.gateway.cache.store import store
from civicnet.gateway.ids import to_global_id
from civicnet.gateway.models import FieldUse
from civicnet.gateway.usage import fields_used
from civicnet.ledger import stamps
from civicnet.lifecycle.tally import write_all_tallies
from civicnet_hotline.models import Category, Group


@pytest.fixture
def ask(whole_server: Ask) -> Ask:
    """Asks through the whole server."""
    return whole_server


def test_an_answer_that_comes_again_costs_one_statement_and_is_the_same_to_the_byte(ask: Ask) -> None:
    first, again = ask(), ask()

    assert (first.status, first.names) == (200, ["噪声"])
    assert (again.status, again.headers, again.body) == (200, first.headers, first.body)
    assert first.statements > again.statements == 1
    assert (again.headers["Vary"], again.headers["Cache-Control"]) == (
        "Accept, Accept-Language, Authorization, Cookie",
        "public, max-age=0, must-revalidate",
    )
    assert again.headers["Content-Security-Policy"] and "Set-Cookie" not in again.headers


WRITES: dict[str, Callable[[], object]] = {
    "save": lambda: Category.objects.get().save(),
    "update": lambda: Category.objects.update(name="改名"),
    "create": lambda: Category.objects.create(code="lamp", name="路灯", group=Group.HELP),
    "delete": lambda: Category.objects.all().delete(),
    "sql": lambda: connection.cursor().execute("UPDATE civicnet_hotline_category SET active = NOT active"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_after_a_write_nobody_gets_what_was_before(ask: Ask, write: Callable[[], object]) -> None:
    ways: list[dict[str, Any]] = [{}, {"get": True}, {"cookie": "seen=1"}, {"accept": NEW}]
    for way in ways:
        ask(**way)

    write()

    expected = list(Category.objects.filter(active=True).order_by("code").values_list("name", flat=True))
    assert [ask(**way).names for way in ways] == [expected] * len(ways)
    assert [ask(**way).names for way in ways] == [expected] * len(ways)


def test_what_does_not_concern_an_answer_leaves_it_kept(ask: Ask, city: Any) -> None:
    ask()
    new_grid(city)
    assert ask().statements == 1


def test_a_reader_who_has_the_bytes_is_told_so_and_only_where_nothing_is_sent(ask: Ask) -> None:
    etag = ask(get=True).headers["ETag"]
    ways: list[dict[str, Any]] = [{}, {"cookie": "seen=1"}]
    for way in ways:
        same = ask(get=True, if_none_match=f'"other", {etag}', **way)
        assert (same.status, same.body, same.headers["ETag"]) == (304, b"", etag)
        assert "Content-Type" not in same.headers
        assert ask(get=True, if_none_match='"other"', **way).status == 200
        assert ask(if_none_match=etag, **way).status == 200
    store.clear()
    assert ask(get=True, if_none_match=etag).status == 304

    Category.objects.update(name="改名")

    changed = ask(get=True, if_none_match=etag)
    assert (changed.status, changed.names) == (200, ["改名"])


def test_no_error_is_kept_and_no_answer_with_one(ask: Ask) -> None:
    for query in ('{ hotlineCategories { nodes { id } } node(id: "x") { id } }', "{ nothing }", "{"):
        for get in (False, True):
            refused = ask(query, get=get)
            assert "errors" in refused.answer
            assert refused.headers["Cache-Control"] == "no-store"
            assert "ETag" not in refused.headers
    assert len(store) == 0


def test_each_caller_has_answers_of_their_own(ask: Ask, portals: Any) -> None:
    ours, others = map(bearer, portals)
    for _time in range(2):
        seen = [ask(GRIDS, **who).answer for who in ({}, ours, others)]
        assert seen[1]["data"]["grid"]["name"] == "第一网格"
        assert "第一网格" not in json.dumps([seen[0], seen[2]], ensure_ascii=False)
    assert ask(GRIDS, **ours).headers["Cache-Control"] == "private, max-age=0, must-revalidate"


def test_documents_asked_for_by_their_hash_have_answers_of_their_own(ask: Ask, client: Any) -> None:
    def by_hash(text: str, **sent: str) -> Any:
        named = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}
        return client.post("/graphql/", {"extensions": named, **sent}, content_type="application/json").json()["data"]

    other = "{ hotlineCategories { nodes { code } } }"
    for text in (QUERY, other):
        by_hash(text, query=text)
    store.clear()

    assert by_hash(QUERY)["hotlineCategories"]["nodes"][0].keys() == {"id", "name"}
    assert by_hash(other)["hotlineCategories"]["nodes"] == [{"code": "noise"}]


def test_a_key_is_checked_before_anything_kept_is_served(ask: Ask, portals: Any) -> None:
    ours = portals[0]
    assert ask(GRIDS, **bearer(ours)).status == ask(GRIDS, **bearer(ours)).status == 200

    revoke_client(client=ours[0], actor=SYSTEM, reason="test")

    assert ask(GRIDS, **bearer(ours)).status == 401
    assert ask(GRIDS, authorization="Bearer nonsense").status == 401


def test_nothing_of_a_session_is_kept(ask: Ask, client: Any, staff: Any) -> None:
    client.force_login(staff(["civicnet_grid.view_grid"]))
    answered = client.get("/graphql/", {"query": QUERY})

    assert answered.status_code == 200
    assert answered["Cache-Control"] == "private, no-store"
    assert "ETag" not in answered
    assert len(store) == 0


def test_languages_and_media_types_do_not_mix(ask: Ask) -> None:
    for _time in range(2):
        for accept in ("application/json", NEW):
            for language in ("zh-hans", "en"):
                got = ask(accept=accept, accept_language=language)
                assert got.headers["Content-Type"] == f"{accept}; charset=utf-8"
                assert got.headers["Content-Language"] == language


def test_what_the_middleware_refuses_is_refused_after_a_kept_answer_too(ask: Ask, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    ask()
    assert ask().statements == 1
    assert ask(host="elsewhere.example").status == 400

    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    strict = Front(WSGIHandler())
    store.clear()
    for _time in range(2):
        assert ask(server=strict, x_forwarded_proto="https").status == 200
        assert ask(server=strict).status == 301
        assert ask(server=strict, x_forwarded_proto="http").status == 301


def test_a_switch_is_seen_at_once(ask: Ask, toggle: Any) -> None:
    before = ask()
    toggle("hotline", False)
    off = ask()
    assert "errors" in off.answer
    toggle("hotline", True)
    on = ask()
    assert on.body == before.body
    assert on.headers["X-Schema-Generation"] != before.headers["X-Schema-Generation"]


def test_a_page_that_becomes_private_is_gone_at_once(ask: Ask, site_pair: Any) -> None:
    from civicnet_publicity.models import ArticlePage, ColumnPage

    column = site_pair[0].root_page.add_child(instance=ColumnPage(title="News", slug="news"))
    column.save_revision().publish()
    article = column.add_child(instance=ArticlePage(title="Open", slug="open", live=False))
    article.save_revision().publish()
    query = "{ publicityArticles { nodes { title url } } }"
    assert [one["title"] for one in ask(query).answer["data"]["publicityArticles"]["nodes"]] == ["Open"]
    assert ask(query).statements == 1

    restriction = PageViewRestriction.objects.create(page=column, restriction_type=PageViewRestriction.LOGIN)
    assert ask(query).answer["data"]["publicityArticles"]["nodes"] == []
    restriction.delete()
    assert ask(query).answer["data"]["publicityArticles"]["nodes"] != []
    ArticlePage.objects.get(pk=article.pk).unpublish()
    assert ask(query).answer["data"]["publicityArticles"]["nodes"] == []


def test_a_site_that_moves_is_seen_in_addresses_at_once(ask: Ask, site_pair: Any) -> None:
    from civicnet_publicity.models import ColumnPage

    column = site_pair[0].root_page.add_child(instance=ColumnPage(title="News", slug="news"))
    column.save_revision().publish()
    query = "{ publicityColumns { url } }"
    assert ask(query).answer["data"]["publicityColumns"] == [{"url": "http://first.example/news/"}]

    site_pair[0].hostname = "moved.example"
    site_pair[0].save()

    assert ask(query).answer["data"]["publicityColumns"] == [{"url": "http://moved.example/news/"}]


def test_purging_by_type_by_id_and_of_everything_makes_every_process_ask_anew(ask: Ask, capsys: Any) -> None:
    node = to_global_id("HotlineCategory", Category.objects.get().pk)
    assert ask().headers["Surrogate-Key"].startswith("civicnet civicnet-hotline HotlineCategory ")
    assert ask("{ platform { version } }").headers["Surrogate-Key"] == "civicnet civicnet-host"

    for arguments in (["HotlineCategory"], [node], ["civicnet_hotline_category"], ["--all"]):
        ask()
        assert ask().statements == 1
        call_command("cache", "purge", *arguments)
        assert ask().statements > 1
    call_command("cache", "purge", "PublicityArticle")
    assert ask().statements == 1
    with pytest.raises(CommandError, match="strange"):
        call_command("cache", "purge", "HotlineCategory", "strange")
    assert ask().statements == 1


def test_kept_answers_are_counted_as_calls(ask: Ask) -> None:
    write_all_tallies()
    FieldUse.objects.all().delete()
    for _time in range(3):
        ask()
    assert [one.calls for one in fields_used("hotline")["Query.hotlineCategories"]] == [3]


def test_the_store_takes_no_more_memory_than_it_counts(ask: Ask) -> None:
    kept = [tracemalloc.Filter(True, f"*/civicnet/gateway/{part}") for part in ("cache/*", "http/responding.py")]
    tracemalloc.start()
    for number in range(50):
        ask(f"{{ hotlineCategories {{ nodes {{ a{number}: name }} }} }}")
    taken = tracemalloc.take_snapshot().filter_traces(kept).statistics("filename")
    tracemalloc.stop()
    assert sum(one.size for one in taken) < store.size


def test_the_store_never_takes_more_than_it_may(ask: Ask, settings: Any) -> None:
    settings.CIVICNET_CACHE_BYTES = 20_000
    for number in range(30):
        ask(f"{{ hotlineCategories {{ nodes {{ a{number}: name }} }} }}")
        assert store.size <= 20_000
    assert 2 < len(store) < 20

    settings.CIVICNET_CACHE_ENTRY_BYTES = 100
    store.clear()
    ask()
    assert len(store) == store.size == 0

    settings.CIVICNET_CACHE_BYTES = 0
    assert ask().names == ask().names == ["噪声"]


def test_an_entry_ends_with_the_clock(ask: Ask, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    now = time.time()
    monkeypatch.setattr(keeping, "time", lambda: now + settings.CIVICNET_CACHE_SECONDS - 5)
    assert ask().statements == 1
    monkeypatch.setattr(keeping, "time", lambda: now + settings.CIVICNET_CACHE_SECONDS + 5)
    assert ask().statements > 1


def test_an_entry_ends_before_the_next_page_appears_or_goes(ask: Ask) -> None:
    assert scheduled(stamps.versions()) is None
    soon = timezone.now() + timedelta(seconds=90)
    root = Page.objects.order_by("path").first()
    assert root is not None
    Page.objects.filter(pk=root.pk).update(expire_at=soon)
    ask(cookie="seen=1")

    assert scheduled(stamps.versions()) == pytest.approx(soon.timestamp(), abs=0.01)
    assert [one.until for one in store._entries.values()] == [pytest.approx(soon.timestamp(), abs=0.01)]


def test_no_proxy_keeps_what_a_page_that_is_late_is_about_to_change(ask: Ask, settings: Any) -> None:
    settings.CIVICNET_CACHE_SHARED_SECONDS = 10
    root = Page.objects.order_by("path").first()
    assert root is not None
    Page.objects.filter(pk=root.pk).update(expire_at=timezone.now() - timedelta(seconds=1))

    assert "s-maxage" not in ask(get=True, cookie="seen=1").headers["Cache-Control"]
    # We keep it all the same: the commit that settles the page ends it.
    assert len(store) == 1


def test_what_a_proxy_may_keep_follows_what_is_scheduled_meanwhile(ask: Ask, settings: Any) -> None:
    settings.CIVICNET_CACHE_SHARED_SECONDS = 10
    root = Page.objects.order_by("path").first()
    assert root is not None
    revision = root.save_revision()
    assert ask(get=True).headers["Cache-Control"].endswith("s-maxage=10")

    revision.approved_go_live_at = timezone.now() + timedelta(seconds=15)
    revision.save()

    assert "s-maxage" not in ask(get=True, cookie="seen=1").headers["Cache-Control"]


def test_proxies_may_keep_an_answer_only_for_so_long_as_we_know_it_to_be_true(ask: Ask, settings: Any) -> None:
    settings.CIVICNET_CACHE_SHARED_SECONDS = 10
    assert ask(get=True).headers["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=10"
    settings.CIVICNET_CACHE_SHARED_SECONDS = 200
    assert ask(get=True, cookie="seen=1").headers["Cache-Control"].endswith("s-maxage=10")
    store.clear()
    assert ask(get=True).headers["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.django_db
def test_what_is_read_within_a_transaction_is_not_kept(client: Any) -> None:
    store.clear()
    client.get("/graphql/", {"query": QUERY})
    assert len(store) == 0
