"""Sunset: for a while after the switch, a plugin's fields are still there and answer null."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.contract import InvalidInput
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.standing import read_standings
from civicnet.testing.fixtures import Plug

from .untouched import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(plug: Plug) -> None:
    plug("wall")
    plug("roof", requires_plugins={"wall": ""})


def off(days: int | None = None) -> None:
    span = None if days is None else timedelta(days=days)
    disable_plugin(slug="wall", actor=SYSTEM, reason="test", with_dependants=True, sunset=span)


@pytest.mark.parametrize("days", [1, 365])
def test_a_sunset_lasts_from_a_day_to_a_year_also_for_those_that_go_along(house: None, days: int) -> None:
    off(days)

    for slug in ("wall", "roof"):
        end = read_standings([slug])[slug].sunset_until
        assert end is not None and abs(end - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)
    assert read(None).sunset == {"wall", "roof"}
    assert not read(None).is_on("wall")


@pytest.mark.parametrize("days", [-1, 0, 0.5, 366, 10_000])
def test_a_shorter_or_longer_one_is_refused(house: None, days: float) -> None:
    with refused(InvalidInput, field="sunset"):
        off(days)


def test_when_its_time_is_over_it_is_over(house: None) -> None:
    off(1)

    PluginState.objects.filter(slug="wall").update(sunset_until=timezone.now() - timedelta(seconds=1))

    assert read(None).sunset == {"roof"}


def test_switching_on_ends_it(house: None) -> None:
    off(30)

    enable_plugin(slug="wall", actor=SYSTEM, reason="test")

    assert read_standings(["wall"])["wall"].sunset_until is None
    assert read(None).sunset == {"roof"}


def test_of_a_plugin_that_is_off_it_is_moved_or_ended_and_that_is_called_so(house: None) -> None:
    off()
    off(30)
    assert read(None).sunset == {"wall"}

    off()

    assert read(None).sunset == frozenset()
    assert AuditRecord.objects.filter(action="plugins.change_sunset").count() == 2
