"""Moving a switch: with a reason, with a record, seen at the next read, and only when nothing stands in the way."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import Conflict, InvalidInput, NotFound
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin, set_site_mode
from civicnet.lifecycle.models import Generation, SiteMode
from civicnet.lifecycle.snapshot import current, read, using
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_plugins(plug: Plug) -> None:
    """``roof`` needs ``wall``; both start off."""
    plug("wall", on=False)
    plug("roof", on=False, requires_plugins={"wall": ""}, scope="global")


def generation() -> int:
    return Generation.objects.get(pk=1).value


def test_a_switch_is_seen_at_the_next_read_and_recorded(two_plugins: None) -> None:
    before = generation()

    enable_plugin(slug="wall", actor=SYSTEM, reason="needed for the winter")

    assert current().is_on("wall")
    assert generation() == before + 1
    record = AuditRecord.objects.get(action="plugins.enable")
    assert (record.object_label, record.before, record.after, record.reason) == (
        "wall",
        {"enabled": False},
        {"enabled": True},
        "needed for the winter",
    )


def test_a_picture_in_use_stays_as_it_was(two_plugins: None) -> None:
    with using(read(None)):
        enable_plugin(slug="wall", actor=SYSTEM, reason="test")

        assert not current().is_on("wall")

    assert current().is_on("wall")


def test_a_switch_without_a_reason_does_not_move(two_plugins: None) -> None:
    before = generation()

    with pytest.raises(InvalidInput) as refusal:
        enable_plugin(slug="wall", actor=SYSTEM, reason="  ")

    assert refusal.value.field == "reason"
    assert not current().is_on("wall")
    assert generation() == before


def test_what_a_plugin_needs_must_be_on_first(two_plugins: None) -> None:
    with pytest.raises(Conflict, match="wall"):
        enable_plugin(slug="roof", actor=SYSTEM, reason="test")

    assert not current().is_on("roof")


def test_what_others_need_cannot_go_off(two_plugins: None) -> None:
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")
    enable_plugin(slug="roof", actor=SYSTEM, reason="test")

    with pytest.raises(Conflict, match="roof"):
        disable_plugin(slug="wall", actor=SYSTEM, reason="test")

    assert current().is_on("wall")


def test_an_unknown_plugin_is_not_found() -> None:
    with pytest.raises(NotFound):
        enable_plugin(slug="nowhere", actor=SYSTEM, reason="test")


def test_one_site_can_differ_from_the_others(two_plugins: None) -> None:
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")

    set_site_mode(slug="wall", site_id=7, mode=SiteMode.OFF, actor=SYSTEM, reason="not on the Party site")

    assert not read(7).is_on("wall")
    assert read(8).is_on("wall")
    assert read(None).is_on("wall")


def test_a_global_plugin_has_no_switch_per_site(two_plugins: None) -> None:
    with pytest.raises(InvalidInput):
        set_site_mode(slug="roof", site_id=7, mode=SiteMode.OFF, actor=SYSTEM, reason="test")


def test_a_plugin_whose_need_is_off_on_a_site_is_off_there_too(two_plugins: None) -> None:
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")
    enable_plugin(slug="roof", actor=SYSTEM, reason="test")

    set_site_mode(slug="wall", site_id=7, mode=SiteMode.OFF, actor=SYSTEM, reason="test")

    assert not read(7).is_on("roof")
    assert read(8).is_on("roof")
