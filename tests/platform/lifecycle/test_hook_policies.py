"""Hook policies: what a failing plugin stops, what it leaves alone, and that nothing it broke in the database stays broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation

from civicnet.contract import Act, Actor, Conflict, DeskTab, Event, Waiting, hookimpl
from civicnet.contract.events import PluginSwitched
from civicnet.lifecycle.hooks import HookError, PluginFailed, announce, ask_leave, collect, everyone, first, one_of
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.snapshot import read, using
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db

ACTOR = Actor(kind="system", label="test")


class Raising:
    """A plugin that raises what it is given."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.asked = 0

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        self.asked += 1
        raise self.error

    @hookimpl
    def content_blocks(self) -> list[Any]:
        raise self.error

    @hookimpl
    def object_to(self, act: Act) -> None:
        self.asked += 1
        raise self.error


class Answering:
    """A plugin that answers with what it is given."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @hookimpl
    def waiting(self, actor: Actor) -> Any:
        return self.value


class Quiet:
    """A plugin without objections."""

    @hookimpl
    def object_to(self, act: Act) -> None: ...

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        return [DeskTab("quiet", "desk", "·")]


def test_isolated_the_failed_are_named_and_the_others_answer(plug: Plug) -> None:
    plug("broken", Raising(SystemExit(1)))
    plug("quiet", Quiet())
    failed: list[str] = []

    answers = collect("desk_tabs", failed=failed)

    assert failed == ["broken"]
    assert "quiet" in [one.plugin for one in answers]


def test_strict_the_call_stops_and_names_the_plugin(plug: Plug) -> None:
    plug("broken", Raising(ValueError("on purpose")))

    with pytest.raises(HookError, match="plugin broken failed in content_blocks: ValueError: on purpose"):
        everyone("content_blocks")
    with pytest.raises(HookError):
        one_of("broken", "content_blocks")


def test_an_objection_stops_the_act_in_the_plugins_own_words_and_is_no_fault(plug: Plug) -> None:
    plug("objector", Raising(Conflict("First clear the table.", code="TABLE_NOT_CLEAR")))
    last = Raising(ValueError())
    plug("later", last)

    with using(read(None)), pytest.raises(Conflict, match="First clear the table") as refusal:
        ask_leave(Act())

    assert refusal.value.code == "TABLE_NOT_CLEAR"
    assert last.asked == 0
    assert not PluginFault.objects.filter(slug="objector").exists()


def test_whoever_fails_to_say_whether_it_objects_stops_the_act_by_name(plug: Plug) -> None:
    plug("quiet", Quiet())
    plug("broken", Raising(KeyError("x")), label={"en": "Broken one"})

    with translation.override("en"), pytest.raises(PluginFailed, match="The plugin Broken one must agree") as refusal:
        ask_leave(Act())

    assert (refusal.value.code, refusal.value.status) == ("PLUGIN_FAILED", 503)


def test_leave_is_given_where_nobody_objects(plug: Plug) -> None:
    plug("quiet", Quiet())

    ask_leave(Act())


@pytest.mark.parametrize("error", [KeyboardInterrupt(), GeneratorExit()])
def test_what_ends_a_process_is_let_through(plug: Plug, error: BaseException) -> None:
    plug("broken", Raising(error))

    with pytest.raises(type(error)):
        collect("desk_tabs")


def lazily() -> Iterator[Waiting]:
    raise ValueError("outside of everything that stands around a plugin")
    yield


@pytest.mark.parametrize("value", [None, "work", lazily(), [Waiting("a", 1, "/"), "b"], {"a": 1}])
def test_an_answer_of_another_kind_is_a_failure_of_the_plugin(plug: Plug, value: Any) -> None:
    plug("wrong", Answering(value))
    failed: list[str] = []

    answers = collect("waiting", failed=failed, actor=ACTOR)

    assert failed == ["wrong"]
    assert "wrong" not in [one.plugin for one in answers]


def test_a_tuple_does_for_a_list(plug: Plug) -> None:
    plug("right", Answering((Waiting("a", 1, "/"),)))

    assert [one.value for one in collect("waiting", actor=ACTOR) if one.plugin == "right"] == [(Waiting("a", 1, "/"),)]


class BreaksItsSql:
    """A plugin that writes a row and then asks the database for nonsense."""

    def _break(self) -> None:
        PluginFault.objects.create(slug="half", hook="written", error="Row")
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        self._break()
        return []

    @hookimpl
    def hear(self, event: Event) -> None:
        self._break()


def test_broken_sql_of_a_plugin_does_not_spoil_the_hosts_transaction(plug: Plug) -> None:
    plug("broken", BreaksItsSql())

    with transaction.atomic():
        PluginFault.objects.create(slug="host", hook="before", error="Row")
        collect("desk_tabs")
        PluginFault.objects.create(slug="host", hook="after", error="Row")

    assert set(PluginFault.objects.filter(error="Row").values_list("hook", flat=True)) == {"before", "after"}


@pytest.mark.django_db(transaction=True)
def test_what_a_listener_wrote_before_it_failed_is_taken_back(plug: Plug) -> None:
    plug("broken", BreaksItsSql())

    with transaction.atomic():
        announce(PluginSwitched(slug="any", enabled=True))

    assert not PluginFault.objects.filter(error="Row").exists()


def test_first_stops_at_the_first_answer(plug: Plug) -> None:
    plug("broken", Raising(ValueError()))
    plug("quiet", Quiet())

    found = first("desk_tabs")

    assert found is not None
    assert found.value
