"""Moving a switch: with a reason, with a record, seen at the next read, and only when nothing stands in the way."""

from __future__ import annotations

import pytest
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import InvalidInput, NotFound, Refused
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import (
    change_settings,
    disable_plugin,
    enable_plugin,
    set_site_mode,
    stand,
    undo_change,
)
from civicnet.lifecycle.models import PluginChange, PluginSiteState, PluginState, SiteMode
from civicnet.lifecycle.snapshot import current, read, using
from civicnet.lifecycle.standing import Standing
from civicnet.testing.fixtures import Plug

from .untouched import everything, generation, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_plugins(plug: Plug) -> None:
    """``roof`` needs ``wall``; both start off."""
    plug("wall", on=False)
    plug("roof", on=False, requires_plugins={"wall": ""}, scope="global")


@pytest.fixture
def site(db: None) -> Site:
    """A second site beside the default one."""
    return Site.objects.create(hostname="party.test", root_page=Page.get_first_root_node())


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


@pytest.mark.parametrize("reason", ["", "  ", "\0", "x" * 501])
def test_a_switch_without_a_reason_or_with_an_endless_one_does_not_move(two_plugins: None, reason: str) -> None:
    with refused(InvalidInput, field="reason"):
        enable_plugin(slug="wall", actor=SYSTEM, reason=reason)


def test_what_no_database_takes_is_left_out_of_a_reason(two_plugins: None) -> None:
    change = enable_plugin(slug="wall", actor=SYSTEM, reason=" asked\nby phone \ud83d ")

    assert change is not None and change.reason == "asked by phone ?"


def test_a_phone_number_in_a_reason_is_kept_nowhere(two_plugins: None) -> None:
    change = enable_plugin(slug="wall", actor=SYSTEM, reason="asked by 13800138000")

    assert change is not None and "13800138000" not in change.reason
    assert "13800138000" not in AuditRecord.objects.latest("id").reason


def test_whoever_may_not_move_switches_is_refused(two_plugins: None, actor) -> None:
    clerk = actor(["civicnet_hotline.view_case"])

    acts = [
        lambda: enable_plugin(slug="wall", actor=clerk, reason="test"),
        lambda: disable_plugin(slug="grid", actor=clerk, reason="test"),
        lambda: set_site_mode(slug="wall", site_id=1, mode=SiteMode.ON, actor=clerk, reason="test"),
        lambda: change_settings(slug="hotline", values={"days_help": 2}, actor=clerk, reason="test"),
        lambda: undo_change(change_id=1, actor=clerk, reason="test"),
        lambda: stand(wanted={"wall": Standing(enabled=True)}, actor=clerk, reason="test"),
    ]
    for act in acts:
        with refused(Refused):
            act()


def test_a_person_with_the_permission_moves_it_under_their_name(two_plugins: None, staff) -> None:
    person = staff(["civicnet_lifecycle.switch_plugin"], username="administrator")

    change = enable_plugin(slug="wall", actor=staff_actor(person), reason="test")

    assert change is not None and change.actor_label == str(person)
    assert AuditRecord.objects.get(action="plugins.enable").actor_id == str(person.pk)


def test_a_change_tells_how_the_plugin_stood_before_and_after(two_plugins: None) -> None:
    change = enable_plugin(slug="wall", actor=SYSTEM, reason="test")

    assert change is not None
    kept = PluginChange.objects.get()
    assert kept == change
    assert (kept.before, kept.after, kept.reason, kept.undoes) == (
        {"wall": {"enabled": False}},
        {"wall": {"enabled": True}},
        "test",
        None,
    )


def test_what_is_on_already_is_not_switched_on_again(two_plugins: None) -> None:
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")
    before = everything()

    assert enable_plugin(slug="wall", actor=SYSTEM, reason="test") is None

    assert everything() == before


@pytest.mark.parametrize("act", [enable_plugin, disable_plugin])
def test_an_unknown_plugin_is_not_found(db: None, act) -> None:
    with refused(NotFound):
        act(slug="nowhere", actor=SYSTEM, reason="test")


def test_a_plugin_that_does_not_load_any_more_can_be_switched_off_and_not_on(two_plugins: None) -> None:
    PluginState.objects.create(slug="gone", enabled=True)

    disable_plugin(slug="gone", actor=SYSTEM, reason="test")

    assert not PluginState.objects.get(slug="gone").enabled
    with refused(NotFound):
        enable_plugin(slug="gone", actor=SYSTEM, reason="test")
    with refused(NotFound):
        stand(wanted={"gone": Standing(enabled=True)}, actor=SYSTEM, reason="test")
    with refused(NotFound):
        undo_change(change_id=PluginChange.objects.latest("id").pk, actor=SYSTEM, reason="test")


def test_an_act_that_names_an_unknown_plugin_moves_none_of_the_others(two_plugins: None) -> None:
    with refused(NotFound):
        stand(wanted={"wall": Standing(enabled=True), "nowhere": Standing()}, actor=SYSTEM, reason="test")


def test_several_plugins_move_in_one_change(two_plugins: None) -> None:
    before = generation()

    change = stand(wanted={"roof": Standing(enabled=True), "wall": Standing(enabled=True)}, actor=SYSTEM, reason="test")

    assert change is not None and set(change.after) == {"roof", "wall"}
    assert AuditRecord.objects.filter(action="plugins.enable").count() == 2
    assert generation() == before + 1


def test_a_plugin_for_sites_is_not_switched_on_for_everyone(plug: Plug, site: Site) -> None:
    plug("stall", on=False, scope="site")

    with refused(InvalidInput, field="enabled"):
        enable_plugin(slug="stall", actor=SYSTEM, reason="test")
    set_site_mode(slug="stall", site_id=site.pk, mode=SiteMode.ON, actor=SYSTEM, reason="test")

    assert read(site.pk).is_on("stall") and read(None).is_on("stall")


def test_one_site_can_differ_from_the_others(two_plugins: None, site: Site) -> None:
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")

    set_site_mode(slug="wall", site_id=site.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="not on the Party site")

    assert not read(site.pk).is_on("wall")
    assert read(Site.objects.get(is_default_site=True).pk).is_on("wall")
    assert read(None).is_on("wall")


def test_a_global_plugin_has_no_switch_per_site(two_plugins: None, site: Site) -> None:
    with refused(InvalidInput, field="mode"):
        set_site_mode(slug="roof", site_id=site.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test")


def test_a_site_that_does_not_exist_makes_nothing_of_a_plugin(two_plugins: None) -> None:
    with refused(NotFound):
        set_site_mode(slug="wall", site_id=7_000_000, mode=SiteMode.ON, actor=SYSTEM, reason="test")


def test_a_site_has_three_modes_and_no_other(two_plugins: None, site: Site) -> None:
    with refused(InvalidInput, field="mode"):
        set_site_mode(slug="wall", site_id=site.pk, mode="maybe", actor=SYSTEM, reason="test")


def test_a_site_that_follows_again_leaves_no_trace(two_plugins: None, site: Site) -> None:
    for mode in (SiteMode.ON, SiteMode.INHERIT):
        set_site_mode(slug="wall", site_id=site.pk, mode=mode, actor=SYSTEM, reason="test")

    assert not PluginSiteState.objects.filter(slug="wall").exists()
    assert [one.after for one in AuditRecord.objects.filter(action="plugins.set_site_mode").order_by("id")] == [
        {"enabled": False, "sites": {str(site.pk): {"mode": "on"}}},
        {"enabled": False},
    ]


def test_a_site_that_is_deleted_holds_nothing_on_any_more(two_plugins: None, site: Site) -> None:
    set_site_mode(slug="wall", site_id=site.pk, mode=SiteMode.ON, actor=SYSTEM, reason="test")
    assert read(None).is_on("wall")
    before = generation()

    site.delete()

    assert not read(None).is_on("wall")
    assert generation() > before


def test_a_plugin_whose_need_is_off_on_a_site_is_off_there_too(two_plugins: None, site: Site) -> None:
    enable_plugin(slug="wall", actor=SYSTEM, reason="test")
    enable_plugin(slug="roof", actor=SYSTEM, reason="test")

    set_site_mode(slug="wall", site_id=site.pk, mode=SiteMode.OFF, actor=SYSTEM, reason="test")

    assert not read(site.pk).is_on("roof")
    assert read(Site.objects.get(is_default_site=True).pk).is_on("roof")
