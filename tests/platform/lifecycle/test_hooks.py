"""Hook calls: one failing plugin never stops the others, and one that is off is never asked."""

from __future__ import annotations

from typing import Any

import pytest

from civicnet.contract import DeskTab, Event, hookimpl
from civicnet.contract.events import PluginSwitched
from civicnet.lifecycle import registry as registry_module
from civicnet.lifecycle.discovery import Discovery
from civicnet.lifecycle.hooks import HookError, announce, collect, gather
from civicnet.testing.fixtures import Plug, manifest_for

pytestmark = pytest.mark.django_db


class Good:
    """Answers."""

    heard: list[Event] = []

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        return [DeskTab("good", "desk", "·")]

    @hookimpl
    def hear(self, event: Event) -> None:
        self.heard.append(event)


class Broken:
    """Raises everywhere, once even by leaving the program."""

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        raise SystemExit(3)

    @hookimpl
    def hear(self, event: Event) -> None:
        raise ValueError("broken on purpose")

    @hookimpl
    def content_blocks(self) -> list[Any]:
        raise ValueError("broken on purpose")


@pytest.fixture(autouse=True)
def nothing_heard() -> None:
    Good.heard.clear()


def asked(name: str) -> set[str]:
    return {one.plugin for one in collect(name)} & {"good", "broken", "sleeping"}


def test_a_broken_plugin_is_logged_by_name_and_the_others_answer(plug: Plug, caplog: pytest.LogCaptureFixture) -> None:
    plug("broken", Broken())
    plug("good", Good())

    assert asked("desk_tabs") == {"good"}
    assert "plugin broken failed in desk_tabs" in caplog.text


def test_a_strict_hook_stops_and_names_the_plugin(plug: Plug) -> None:
    plug("broken", Broken())

    with pytest.raises(HookError, match="plugin broken failed in content_blocks: ValueError: broken on purpose"):
        collect("content_blocks")


def test_a_plugin_that_is_off_is_not_asked_but_can_be_gathered(plug: Plug) -> None:
    plug("sleeping", Good(), on=False)

    assert asked("desk_tabs") == set()
    assert "sleeping" in {one.plugin for one in gather("desk_tabs")}


def test_events_are_heard_after_commit_and_past_a_broken_listener(
    plug: Plug, django_capture_on_commit_callbacks: Any
) -> None:
    plug("broken", Broken())
    plug("good", Good())
    Good.heard.clear()
    event = PluginSwitched(slug="any", enabled=True)

    with django_capture_on_commit_callbacks(execute=True):
        announce(event)

        assert Good.heard == []

    assert Good.heard == [event]


def test_a_plugin_with_a_hook_that_nobody_asks_for_is_left_out_alone(settings: Any, monkeypatch: Any) -> None:
    class Listener:
        @hookimpl
        def no_such_hook(self) -> None: ...

    settings.CIVICNET_LOAD_POLICY = "quarantine"
    good, bad = manifest_for("good"), manifest_for("bad")
    modules = {"acme_good.plugin": Good(), "acme_bad.plugin": Listener()}
    monkeypatch.setattr(registry_module, "chosen", lambda: Discovery((bad, good)))
    monkeypatch.setattr(registry_module.importlib, "import_module", modules.__getitem__)

    registry = registry_module.Registry()
    registry.load()

    assert list(registry.manifests) == ["good"]
    assert [one.name for one in registry.quarantined] == ["bad"]
    assert "no_such_hook" in registry.quarantined[0].reason
