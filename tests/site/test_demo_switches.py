"""The demo's switches: its own plugins are on at the first start, and whatever somebody decided since stays."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.snapshot import read
from civicnet_site.demo.city import BUNDLED, switch_bundled_on

pytestmark = pytest.mark.django_db


def test_the_bundled_plugins_are_on_at_the_first_start_and_a_strangers_is_not(plug) -> None:
    plug("stranger", on=False)
    PluginState.objects.update(enabled=False)

    switch_bundled_on()

    assert read(None).enabled == set(BUNDLED)


def test_what_an_administrator_switched_off_stays_off_at_the_next_start() -> None:
    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")

    switch_bundled_on()

    assert read(None).enabled == set(BUNDLED) - {"hotline"}
