"""The gateway's benchmark: who is compared says the same, and a figure that could not be measured says why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client, override_settings

from civicnet_site.bench import facts
from civicnet_site.bench.articles import make_city
from civicnet_site.bench.gateway import growth, memory, speed
from civicnet_site.bench.gateway.contestants import ARTICLE, LATEST, City, Contestant, contestants
from civicnet_site.bench.harness import Figure, Options

# The rivals that live in our own process; the others need environments of their own.
NEAR = ("values_view", "values_view_without_key", "graphene_django", "bare_view")


@pytest.fixture
def city(db: None, tmp_path: Any) -> City:
    """A small one."""
    with override_settings(MEDIA_ROOT=tmp_path):
        told = make_city(30, filter_spec=facts.FILTER)
    return City(url="", fields=frozenset(told.pop("fields")), **told)


def asked(one: Contestant, client: Client) -> facts.Facts:
    headers = {name: value for name, value in one.headers.items() if name != "Content-Type"}
    answer = client.generic(one.method, one.path, one.body or b"", content_type="application/json", headers=headers)
    assert answer.status_code == 200, answer.content
    return one.read(json.loads(answer.content))


@pytest.mark.urls("civicnet_site.bench.rivals.urls")
@pytest.mark.parametrize("work", [LATEST, ARTICLE])
def test_the_rivals_in_our_process_say_the_same_as_our_endpoint(city: City, client: Client, work: str) -> None:
    everybody = contestants(work, city)
    ours = asked(everybody["ours"], client)

    assert len(ours) == {LATEST: 20, ARTICLE: 1}[work]
    assert ours[0]["title"] == {LATEST: "基准测试文章第0000029篇", ARTICLE: "基准测试文章第0000015篇"}[work]
    for name in NEAR:
        facts.same(ours, asked(everybody[name], client), name=name)


def test_what_is_asked_of_articles_grows_with_our_schema(city: City) -> None:
    poor = replace(city, fields=frozenset({"title"}))
    rich = replace(city, fields=frozenset({"title", "image", "keywords"}))

    bodies = {one: str(contestants(LATEST, one)["ours"].body) for one in (poor, rich)}
    assert "keywords" not in bodies[poor] and "rendition" not in bodies[poor]
    assert "image { rendition(spec: THUMBNAIL) { url width height } } keywords" in bodies[rich]


@pytest.mark.parametrize(
    ("theirs", "named"),
    [
        ([], "shows 0 articles"),
        ([{"title": "乙"}], "article 0, title"),
        ([{"title": "甲", "column": ("a", "b")}], None),
    ],
)
def test_a_rival_that_says_something_else_is_found(theirs: facts.Facts, named: str | None) -> None:
    ours = [{"title": "甲"}]
    if named is None:
        facts.same(ours, theirs, name="rival")
        return
    with pytest.raises(facts.NotTheSame, match=named):
        facts.same(ours, theirs, name="rival")


def test_without_wrk_each_figure_is_left_out_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    told = [json.loads(figure.as_json()) for figure in speed.run("postgresql", Options())]

    assert {one["figure"] for one in told} == {match.figure for match in speed.MATCHES}
    for one in told:
        assert "wrk is not installed" in one["reason"]
        assert (one["ours"], one["rival"], one["ratio"], one["met"]) == (None, None, None, None)
        assert one["database"] == "postgresql"


def test_the_bars_of_the_gateway_are_these() -> None:
    bars = {(match.figure, kind): bar for match in speed.MATCHES for kind, bar in match.targets.items()}

    assert {name: bar for (name, kind), bar in bars.items() if kind == "postgresql"} == {
        "gateway.cached.vs_bare_view": 1.0,
        "gateway.latest_20.vs_grapple": 12.0,
        "gateway.latest_20.vs_rest_v2": 10.0,
        "gateway.latest_20.vs_values_view": 1.0,
        "gateway.latest_20.vs_yoga": 0.7,
        "gateway.latest_20.vs_graphene_django": 2.0,
    }
    assert growth.TARGETS[growth.FIRST] == growth.TARGETS[growth.DEEP] == 1.5
    assert (memory.MOST, growth.TARGETS[growth.LOAD]) == (220.0, 300.0)


def test_a_figure_is_one_object_a_line_with_all_that_it_took() -> None:
    figure = Figure("a.b", "requests/s", 20.0, 10.0, 2.0, 1.5, True, database="sqlite", spread=(1.9, 2.1), rounds=7)

    told = json.loads(figure.as_json())

    assert "\n" not in figure.as_json()
    assert set(told) == {
        *("figure", "unit", "ours", "rival", "ratio", "target", "met", "database", "spread", "rounds", "reason"),
        *("commands", "versions", "details"),
    }
    assert (told["ratio"], told["spread"], told["met"]) == (2.0, [1.9, 2.1], True)
    assert "met" in figure.as_line() and "[1.9-2.1]" in figure.as_line()


def test_one_figure_or_a_pattern_of_them_can_be_asked_for() -> None:
    options = Options(only=("gateway.cached.vs_bare_view", "*.vs_yoga"))

    wanted = [match.figure for match in speed.MATCHES if options.wants(match.figure)]
    assert wanted == ["gateway.cached.vs_bare_view", "gateway.latest_20.vs_yoga", "gateway.one_article.vs_yoga"]
