"""Composition under load and in trouble: one build for many, nobody waits for another's, and what does not fit is left out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier, Event
from typing import Any

import graphene
import pytest

from civicnet.contract import Fragment, hookimpl
from civicnet.gateway import composer
from civicnet.gateway.composer import ComposeError
from civicnet.gateway.defined import NOTHING
from civicnet.lifecycle.registry import registry
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
# Threads see nothing of what a test has not committed, and there is nothing that people have defined.
compose = partial(composer.compose, defined=NOTHING)
TowerBell = type("TowerBell", (graphene.ObjectType,), {"name": graphene.String()})
BridgeBell = type("BridgeBell", (graphene.ObjectType,), {"name": graphene.String()})


def plugin(field: str, kind: Callable[[], Any]) -> object:
    """A plugin whose one root field asks anew for its type at each build."""

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            return Fragment(query=type("Part", (), {field: graphene.Field(lambda: kind())}))

    return Plugin()


@pytest.fixture
def lenient(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    monkeypatch.setattr(registry, "quarantined", [])


def told() -> list[tuple[str, str]]:
    return [(one.name, one.reason) for one in registry.quarantined]


def test_sixteen_who_come_at_once_to_a_cold_set_get_one_schema_of_one_build(plug: Plug) -> None:
    builds: list[int] = []
    plug("tower", plugin("tower_bell", lambda: builds.append(1) or TowerBell))
    composer.parts()
    builds.clear()
    together = Barrier(16)

    def ask(_number: int) -> composer.Composed:
        together.wait()
        return compose(frozenset({"tower"}))

    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(ask, range(16)))

    assert len({id(one) for one in given}) == 1
    assert len(builds) == 1
    assert "towerBell" in given[0].sdl
    assert compose(frozenset()).digest != given[0].digest


def test_whoever_has_a_schema_does_not_wait_for_another_that_is_being_built(plug: Plug) -> None:
    started, go_on, first = Event(), Event(), []

    def slow() -> Any:
        if first:
            started.set()
            go_on.wait(10)
        return TowerBell

    plug("tower", plugin("tower_bell", slow))
    composer.parts()
    ready = compose(frozenset())
    first.append(True)

    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(compose, frozenset({"tower"}))
        assert started.wait(10)
        assert compose(frozenset()) is ready
        assert not building.done()
        go_on.set()
        assert building.result(10) is compose(frozenset({"tower"}))


def test_whoever_waits_too_long_gets_what_is_ready_of_the_set_and_nothing_outside_it(
    plug: Plug, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composer, "_PATIENCE", 0.01)
    started, go_on, slow = Event(), Event(), []

    def kind() -> Any:
        if slow:
            started.set()
            go_on.wait(10)
        return BridgeBell

    plug("tower", plugin("tower_bell", lambda: TowerBell))
    plug("bridge", plugin("bridge_bell", kind))
    composer.parts()
    outside, part = compose(frozenset({"grid", "tower"})), compose(frozenset({"tower"}))
    slow.append(True)

    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(compose, frozenset({"tower", "bridge"}))
        assert started.wait(10)
        assert compose(frozenset({"tower", "bridge"})) is part is not outside
        go_on.set()
        assert "bridgeBell" in building.result(10).sdl


def test_of_a_set_that_cannot_be_composed_all_but_the_culprit_is_served_and_the_culprit_is_named(
    plug: Plug, lenient: None
) -> None:
    broken: list[bool] = []

    def kind() -> Any:
        if broken:
            raise LookupError("no bell today")
        return BridgeBell

    plug("bridge", plugin("bridge_bell", kind))
    plug("tower", plugin("tower_bell", lambda: TowerBell))
    composer.parts()
    broken.append(True)

    served = compose(frozenset({"tower", "bridge"}))

    assert "towerBell" in served.sdl
    assert "bridgeBell" not in served.sdl
    assert "grids" not in served.sdl
    assert told() == [("bridge", "graphql: TypeError: Query fields cannot be resolved. no bell today")]


def test_a_type_of_a_plugin_that_is_off_comes_in_by_no_back_door(plug: Plug, lenient: None) -> None:
    given: list[Any] = [BridgeBell]
    plug("tower", plugin("tower_bell", lambda: TowerBell))
    plug("bridge", plugin("bridge_bell", lambda: given[0]))
    composer.parts()
    given[0] = TowerBell

    served = compose(frozenset({"bridge"}))

    assert "Bell" not in served.sdl
    assert told() == [("bridge", "graphql: type TowerBell of plugin tower leaks into a schema without it")]


def test_a_set_that_failed_is_tried_again_later(plug: Plug, lenient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composer, "_AGAIN", 0)
    broken = [True]

    def kind() -> Any:
        if len(broken) > 1:
            raise LookupError("no bell today")
        return BridgeBell

    plug("bridge", plugin("bridge_bell", kind))
    composer.parts()
    broken.append(True)

    failed = compose(frozenset({"bridge"}))
    broken.pop()

    assert "bridgeBell" not in failed.sdl
    assert "bridgeBell" in compose(frozenset({"bridge"})).sdl


def test_a_strict_host_says_at_once_which_set_does_not_fit(plug: Plug, settings: Any) -> None:
    settings.CIVICNET_LOAD_POLICY = "strict"
    given: list[Any] = [BridgeBell]
    plug("bridge", plugin("bridge_bell", lambda: given[0]))
    composer.parts()
    given[0] = "BridgeBell"

    with pytest.raises(ComposeError, match="bridge: "):
        compose(frozenset({"bridge"}))


def test_sets_of_long_ago_are_forgotten_and_built_again(plug: Plug) -> None:
    first = compose(frozenset())
    for number in range(32):
        compose(frozenset({f"nobody{number}"}))

    again = compose(frozenset())

    assert again is not first
    assert again.digest == first.digest
