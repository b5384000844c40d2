"""Undo: a change is taken back whole, once, and only while nobody has moved its plugins since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import Conflict, InvalidInput, NotFound
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import change_settings, disable_plugin, enable_plugin, set_site_mode, undo_change
from civicnet.lifecycle.models import PluginChange, SiteMode
from civicnet.lifecycle.settings_schema import read_settings
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.standing import read_standings
from civicnet.testing.fixtures import Plug

from .untouched import generation, refused

pytestmark = pytest.mark.django_db
SETTINGS = read_settings({"size": {"kind": "integer", "default": 5, "label": {"en": "Size"}, "per_site": True}})


@pytest.fixture
def house(plug: Plug) -> None:
    """``roof`` needs ``wall``, both are on; the wall has a size."""
    plug("wall", settings=SETTINGS)
    plug("roof", requires_plugins={"wall": ""})


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(hostname="party.test", root_page=Page.get_first_root_node())


def undo(change: PluginChange | None) -> PluginChange:
    assert change is not None
    made = undo_change(change_id=change.pk, actor=SYSTEM, reason="by mistake")
    assert made is not None
    return made


def test_a_cascade_is_undone_whole(house: None) -> None:
    before, number = read_standings(), generation()

    change = disable_plugin(slug="wall", actor=SYSTEM, reason="test", with_dependants=True)
    undone = undo(change)

    assert read_standings() == before
    assert undone.undoes == change
    assert (undone.reason, set(undone.after)) == ("by mistake", {"wall", "roof"})
    assert generation() == number + 2
    assert AuditRecord.objects.filter(action="plugins.enable", reason="by mistake").count() == 2


def test_settings_modes_and_sunsets_are_undone_too(house: None, site: Site) -> None:
    acts = [
        lambda: change_settings(slug="wall", values={"size": 7}, actor=SYSTEM, reason="test"),
        lambda: change_settings(slug="wall", values={"size": 8}, actor=SYSTEM, reason="test", site_id=site.pk),
        lambda: set_site_mode(slug="roof", site_id=site.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test"),
        lambda: disable_plugin(slug="roof", actor=SYSTEM, reason="test", sunset=timedelta(days=30)),
    ]
    for act in acts:
        before = read_standings()
        undo(act())
        assert read_standings() == before
        act()
    assert read(site.pk).settings["wall"]["size"] == 8


def test_an_undo_is_undone_like_any_change(house: None) -> None:
    change = change_settings(slug="wall", values={"size": 7}, actor=SYSTEM, reason="test")

    undo(undo(change))

    assert read(None).settings["wall"]["size"] == 7


def test_a_change_is_undone_once(house: None) -> None:
    change = change_settings(slug="wall", values={"size": 7}, actor=SYSTEM, reason="test")
    undo(change)

    with refused(Conflict):
        undo(change)


def test_what_was_moved_since_is_not_pulled_back(house: None) -> None:
    change = disable_plugin(slug="wall", actor=SYSTEM, reason="test", with_dependants=True)
    change_settings(slug="wall", values={"size": 7}, actor=SYSTEM, reason="test")

    with refused(Conflict, match="wall"):
        undo(change)


def test_another_plugin_that_moved_since_is_in_nobodys_way(house: None, plug: Plug) -> None:
    change = change_settings(slug="wall", values={"size": 7}, actor=SYSTEM, reason="test")
    plug("fence")

    undo(change)

    assert read(None).settings["wall"]["size"] == 5


def test_an_undo_that_would_leave_a_need_unmet_is_refused(house: None) -> None:
    change = disable_plugin(slug="roof", actor=SYSTEM, reason="test")
    disable_plugin(slug="wall", actor=SYSTEM, reason="test")

    with refused(Conflict, match="wall"):
        undo(change)


def test_an_undo_asks_for_a_reason(house: None) -> None:
    change = disable_plugin(slug="roof", actor=SYSTEM, reason="test")
    assert change is not None

    with refused(InvalidInput, field="reason"):
        undo_change(change_id=change.pk, actor=SYSTEM, reason=" ")
    enable_plugin(slug="roof", actor=SYSTEM, reason="test")


@pytest.mark.parametrize("number", [0, -1, 10**12, 2**70])
def test_a_change_that_never_was_is_not_found(house: None, number: int) -> None:
    with refused(NotFound):
        undo_change(change_id=number, actor=SYSTEM, reason="test")


def test_a_site_that_is_gone_since_is_in_nobodys_way(house: None, site: Site) -> None:
    set_site_mode(slug="roof", site_id=site.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test")
    change = disable_plugin(slug="roof", actor=SYSTEM, reason="test")
    site.delete()

    undo(change)

    assert read_standings(["roof"])["roof"].enabled
    assert read_standings(["roof"])["roof"].sites == {}
