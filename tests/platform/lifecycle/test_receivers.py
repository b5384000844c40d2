"""Signals for plugins: heard while the plugin is on, and whoever fails harms nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.dispatch import Signal

from civicnet.access.actors import SYSTEM
from civicnet.access.models import User
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.faults import flush
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.receivers import plugin_receiver

pytestmark = pytest.mark.django_db


def test_a_receiver_hears_while_its_plugin_is_on(plug: Any) -> None:
    rang, heard = Signal(), []
    plug("tower")

    @plugin_receiver(rang, plugin="tower", name="rang")
    def hear(sender: Any, hour: int, **_given: Any) -> None:
        heard.append(("on", hour))

    @plugin_receiver(rang, plugin="tower", name="rang", while_off=True)
    def always(sender: Any, hour: int, **_given: Any) -> None:
        heard.append(("always", hour))

    rang.send(sender=None, hour=1)
    disable_plugin(slug="tower", actor=SYSTEM, reason="test")
    rang.send(sender=None, hour=2)

    assert heard == [("on", 1), ("always", 1), ("always", 2)]


def test_only_the_sender_that_was_named_is_heard_and_no_row_that_a_migration_makes(plug: Any) -> None:
    rang, heard = Signal(), []
    plug("tower")
    plugin_receiver(rang, plugin="tower", name="rang", sender=User)(lambda sender, **_given: heard.append(sender))

    @plugin_receiver(rang, plugin="tower", name="rang")
    def anybody(sender: Any, **_given: Any) -> None:
        heard.append("anybody")

    rang.send(sender=User)
    rang.send(sender=type("User", (), {"__module__": "__fake__"}))

    assert heard == [User, "anybody"]


def test_a_receiver_that_fails_is_named_and_what_it_wrote_is_taken_back(plug: Any, city: Any) -> None:
    rang, heard = Signal(), []
    plug("tower")

    @plugin_receiver(rang, plugin="tower", name="rang")
    def fail(sender: Any, **_given: Any) -> None:
        User.objects.create(username="half")
        raise RuntimeError("boom")

    @plugin_receiver(rang, plugin="tower", name="rang")
    def hear(sender: Any, **_given: Any) -> None:
        heard.append("heard")

    rang.send(sender=None)
    flush()

    assert heard == ["heard"]
    assert not User.objects.filter(username="half").exists()
    assert list(PluginFault.objects.values_list("slug", "hook", "error", "times")) == [
        ("tower", "signal rang", "RuntimeError", 1)
    ]


def test_a_receiver_that_fails_too_often_is_not_called_for_now(plug: Any) -> None:
    rang, calls = Signal(), []
    plug("tower")

    @plugin_receiver(rang, plugin="tower", name="rang")
    def fail(sender: Any, **_given: Any) -> None:
        calls.append("called")
        raise RuntimeError("boom")

    for _time in range(5):
        rang.send(sender=None)
    flush()
    rang.send(sender=None)

    assert len(calls) == 5


def test_a_strict_receiver_stops_the_deed(plug: Any) -> None:
    rang = Signal()
    plug("tower")

    @plugin_receiver(rang, plugin="tower", name="rang", strict=True)
    def fail(sender: Any, **_given: Any) -> None:
        raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        rang.send(sender=None)
    flush()
    assert PluginFault.objects.get().hook == "signal rang"
