"""Commands of plugins: refused while the plugin is off; the host's always run."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import get_commands
from django.core.management.base import BaseCommand

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.gated_commands import Commands
from civicnet.lifecycle.snapshot import _current

pytestmark = pytest.mark.django_db


class Ring(BaseCommand):
    """A command as it would lie in acme_tower/management/commands/ring.py."""

    pictures: list[Any] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.pictures.append(_current.get())


Ring.__module__ = "acme_tower.management.commands.ring"


@pytest.fixture
def ring(plug: Any, monkeypatch: pytest.MonkeyPatch) -> Ring:
    plug("tower")
    command = Ring()
    Ring.pictures.clear()
    monkeypatch.setitem(get_commands(), "ring", command)
    return command


def test_a_command_of_a_plugin_that_is_off_is_refused_with_the_way_to_switch_it_on(ring: Ring) -> None:
    disable_plugin(slug="tower", actor=SYSTEM, reason="test")

    with pytest.raises(SystemExit) as refusal:
        Commands(["civicnet", "ring"]).fetch_command("ring")

    assert "civicnet plugins on tower --reason" in str(refusal.value)
    assert Ring.pictures == []


def test_a_command_of_a_plugin_that_is_on_runs_on_one_picture(ring: Ring) -> None:
    Commands(["civicnet", "ring"]).fetch_command("ring").run_from_argv(["civicnet", "ring"])

    (picture,) = Ring.pictures
    assert picture.is_on("tower")
    assert _current.get() is None


@pytest.mark.parametrize("name", ["migrate", "plugins", "check"])
def test_commands_of_the_host_ask_no_switch(name: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Commands(["civicnet", name]).fetch_command(name)
