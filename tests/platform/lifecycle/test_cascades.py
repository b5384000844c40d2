"""Plugins that need each other come and go together, through any number of levels, and only when that was asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import Conflict
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin, set_site_mode, stand
from civicnet.lifecycle.models import PluginState, SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.rules import dependants_on, needed_and_off
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.standing import Standing, read_standings
from civicnet.testing.fixtures import Plug

from .untouched import everything, generation, refused

pytestmark = pytest.mark.django_db
HOUSE = ("ground", "wall", "door", "roof")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def house(plug: Plug) -> None:
    """``roof`` needs ``wall``, ``wall`` and ``door`` need ``ground``; all start off."""
    plug("ground", on=False, label={"en": "Ground", "zh-hans": "Ground"})
    plug("wall", on=False, requires_plugins={"ground": ""}, label={"en": "Wall", "zh-hans": "Wall"})
    plug("door", on=False, requires_plugins={"ground": ""}, label={"en": "Door", "zh-hans": "Door"})
    plug("roof", on=False, requires_plugins={"wall": ""}, label={"en": "Roof", "zh-hans": "Roof"})


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(hostname="party.test", site_name="Party", root_page=Page.get_first_root_node())


def on_now(site_id: int | None = None) -> set[str]:
    return set(read(site_id).enabled) & set(HOUSE)


def on(*slugs: str) -> None:
    for slug in slugs:
        enable_plugin(slug=slug, actor=SYSTEM, reason="test")


def test_what_is_needed_is_named_the_first_to_be_switched_on_first(house: None) -> None:
    assert needed_and_off("roof", read_standings()) == ["ground", "wall"]

    with refused(Conflict, match="Ground.+Wall"):
        enable_plugin(slug="roof", actor=SYSTEM, reason="test")


def test_what_is_needed_is_switched_on_before_when_asked_for(house: None) -> None:
    before = generation()

    change = enable_plugin(slug="roof", actor=SYSTEM, reason="winter", with_needed=True)

    assert on_now() == {"ground", "wall", "roof"}
    assert change is not None and list(change.after) == ["ground", "wall", "roof"]
    records = AuditRecord.objects.filter(action="plugins.enable").order_by("id")
    assert [one.object_label for one in records] == ["ground", "wall", "roof"]
    assert {one.reason for one in records} == {"winter"}
    assert generation() == before + 1


def test_what_others_need_is_not_switched_off_under_them(house: None) -> None:
    on(*HOUSE)

    with refused(Conflict, match="Roof.+Door.+Wall|Roof.+Wall.+Door"):
        disable_plugin(slug="ground", actor=SYSTEM, reason="test")


def test_those_that_need_it_are_switched_off_before_when_asked_for(house: None) -> None:
    on(*HOUSE)

    change = disable_plugin(slug="ground", actor=SYSTEM, reason="test", with_dependants=True)

    assert on_now() == set()
    assert change is not None
    order = list(change.after)
    assert (order[0], order[-1], set(order)) == ("roof", "ground", set(HOUSE))


def test_those_that_are_off_already_are_left_alone(house: None) -> None:
    on("ground", "door")

    change = disable_plugin(slug="ground", actor=SYSTEM, reason="test", with_dependants=True)

    assert change is not None and list(change.after) == ["door", "ground"]


def test_a_site_cannot_hold_on_what_lacks_its_need_there(house: None, site: Site) -> None:
    with refused(Conflict, match="Wall.+Party.+Ground"):
        set_site_mode(slug="wall", site_id=site.pk, mode=SiteMode.ON, actor=SYSTEM, reason="test")


def test_a_site_that_holds_on_a_dependant_counts_among_those_that_need_it(house: None, site: Site) -> None:
    on("ground")
    set_site_mode(slug="wall", site_id=site.pk, mode=SiteMode.ON, actor=SYSTEM, reason="test")

    assert dependants_on("ground", read_standings()) == ["wall"]
    with refused(Conflict, match="Wall"):
        disable_plugin(slug="ground", actor=SYSTEM, reason="test")
    disable_plugin(slug="ground", actor=SYSTEM, reason="test", with_dependants=True)

    assert on_now(site.pk) == set()
    assert read_standings(["wall"])["wall"] == Standing()


def test_where_a_site_holds_both_on_the_dependant_stays_there(house: None, site: Site) -> None:
    on("ground", "wall")
    for slug in ("ground", "wall"):
        set_site_mode(slug=slug, site_id=site.pk, mode=SiteMode.ON, actor=SYSTEM, reason="test")

    disable_plugin(slug="ground", actor=SYSTEM, reason="test", with_dependants=True)

    assert on_now(site.pk) == {"ground", "wall"}
    assert not read_standings(["wall"])["wall"].enabled


def test_a_site_cannot_let_go_of_what_is_needed_there(house: None, site: Site) -> None:
    for slug in ("ground", "wall"):
        set_site_mode(slug=slug, site_id=site.pk, mode=SiteMode.ON, actor=SYSTEM, reason="test")

    with refused(Conflict, match="Wall.+Party.+Ground"):
        set_site_mode(slug="ground", site_id=site.pk, mode=SiteMode.INHERIT, actor=SYSTEM, reason="test")


def test_a_need_that_an_update_brought_is_nobodys_fault(house: None, plug: Plug) -> None:
    on("ground", "door")
    # As when a new version of the door needs a wall, which is off.
    registry.manifests["door"].requires_plugins["wall"] = registry.manifests["door"].requires_plugins["ground"]
    plug("fence", on=False)

    assert on_now() == {"ground"}
    enable_plugin(slug="fence", actor=SYSTEM, reason="test")
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")

    assert on_now() == {"ground", "wall", "door"}


def test_one_act_may_exchange_what_is_on(house: None) -> None:
    on("ground", "wall")

    stand(
        wanted={"wall": Standing(), "door": Standing(enabled=True)},
        actor=SYSTEM,
        reason="test",
    )

    assert on_now() == {"ground", "door"}
    with refused(Conflict):
        stand(wanted={"ground": Standing(), "roof": Standing(enabled=True)}, actor=SYSTEM, reason="test")


def test_switching_off_with_dependants_what_is_off_changes_nothing(house: None) -> None:
    PluginState.objects.filter(slug="ground").update(enabled=False)
    before = everything()

    assert disable_plugin(slug="ground", actor=SYSTEM, reason="test", with_dependants=True) is None

    assert everything()["changes"] == before["changes"]
    assert everything()["audit"] == before["audit"]
    assert generation() == before["generation"]
