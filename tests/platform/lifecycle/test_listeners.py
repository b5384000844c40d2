"""Listeners: rooms of the host hear events of their kind, whatever happens to the others."""

from __future__ import annotations

from typing import Any

from civicnet.access.actors import SYSTEM
from civicnet.contract.events import PluginConfigured, PluginSwitched
from civicnet.lifecycle import listeners
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.listeners import listen, tell_rooms


def test_a_listener_that_raises_stops_no_other_and_hears_only_its_kind(monkeypatch, caplog) -> None:
    monkeypatch.setattr(listeners, "_listeners", [])
    heard: list[str] = []

    def fail(event: Any) -> None:
        raise RuntimeError("no")

    def hear(event: Any) -> None:
        heard.append(event.slug)

    listen(PluginSwitched, fail)
    listen(PluginSwitched, hear)
    listen(PluginSwitched, hear)

    tell_rooms(PluginSwitched(slug="station", enabled=True))
    tell_rooms(PluginConfigured(slug="station"))

    assert heard == ["station"]
    assert "a listener failed at PluginSwitched" in caplog.text


def test_a_room_hears_of_a_switch_once_it_is_committed(plug, monkeypatch, django_capture_on_commit_callbacks) -> None:
    monkeypatch.setattr(listeners, "_listeners", [])
    heard: list[Any] = []
    listen(PluginSwitched, heard.append)
    plug("station")
    assert heard == []

    with django_capture_on_commit_callbacks(execute=True):
        disable_plugin(slug="station", actor=SYSTEM, reason="x")

    assert heard == [PluginSwitched(slug="station", enabled=False)]
