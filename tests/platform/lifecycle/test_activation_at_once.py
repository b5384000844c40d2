"""Two move switches at the same moment: both moves count, or one is refused for what the other did; nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, connections

from civicnet.access.actors import SYSTEM
from civicnet.contract import CivicNetError
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import change_settings, disable_plugin, enable_plugin, undo_change
from civicnet.lifecycle.models import PluginChange, PluginState
from civicnet.lifecycle.settings_schema import read_settings
from civicnet.lifecycle.snapshot import read
from civicnet.testing.fixtures import Plug

from .untouched import generation

pytestmark = pytest.mark.django_db(transaction=True)
LABEL = {"en": "Number"}
SETTINGS = read_settings({name: {"kind": "integer", "default": 0, "label": LABEL} for name in ("one", "other")})


@pytest.fixture
def house(transactional_db: None, plug: Plug) -> None:
    """``roof`` needs ``wall``; neither has ever been on, so neither has a row."""
    plug("wall", on=False, settings=SETTINGS)
    plug("roof", on=False, requires_plugins={"wall": ""})


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run all from the same moment on, as far as the database lets several in; what was refused is told by its code."""
    several = connection.features.test_db_allows_multiple_connections
    together = Barrier(len(acts) if several else 1)

    def run(act: Callable[[], object]) -> str:
        try:
            together.wait()
            act()
        except CivicNetError as error:
            return error.code
        finally:
            if several:
                connections.close_all()
        return "done"

    if not several:
        return sorted(map(run, acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_settings_of_one_plugin_set_at_once_are_both_set(house: None) -> None:
    for number in range(1, 6):
        before = generation()

        ended = at_once(
            *(
                partial(change_settings, slug="wall", values={name: number}, actor=SYSTEM, reason="test")
                for name in ("one", "other")
            )
        )

        assert ended == ["done", "done"]
        assert dict(read(None).settings["wall"]) == {"one": number, "other": number}
        assert generation() == before + 2


def test_a_plugin_is_not_switched_on_while_its_need_is_switched_off(house: None) -> None:
    for _round in range(5):
        enable_plugin(slug="wall", actor=SYSTEM, reason="test")
        ended = at_once(
            partial(enable_plugin, slug="roof", actor=SYSTEM, reason="test"),
            partial(disable_plugin, slug="wall", actor=SYSTEM, reason="test"),
        )

        assert ended == ["CONFLICT", "done"]
        on = set(PluginState.objects.filter(enabled=True).values_list("slug", flat=True)) & {"wall", "roof"}
        assert on in (set(), {"wall", "roof"})
        disable_plugin(slug="wall", actor=SYSTEM, reason="test", with_dependants=True)


def test_the_same_switch_moved_twice_at_once_is_one_change(house: None) -> None:
    ended = at_once(*[partial(enable_plugin, slug="wall", actor=SYSTEM, reason="test")] * 2)

    assert ended == ["done", "done"]
    assert PluginChange.objects.filter(after__has_key="wall").count() == 1
    assert AuditRecord.objects.filter(action="plugins.enable", object_label="wall").count() == 1


def test_a_change_undone_twice_at_once_is_undone_once(house: None) -> None:
    change = enable_plugin(slug="wall", actor=SYSTEM, reason="test")
    assert change is not None

    ended = at_once(*[partial(undo_change, change_id=change.pk, actor=SYSTEM, reason="test")] * 2)

    assert ended == ["CONFLICT", "done"]
    assert not read(None).is_on("wall")
