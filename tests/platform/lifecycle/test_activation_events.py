"""What plugins hear of a change: each switch and each setting that moved, after it is certain, and nothing of a refusal."""

from __future__ import annotations

import pytest
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import CivicNetError, Event, hookimpl
from civicnet.contract.events import PluginConfigured, PluginSwitched
from civicnet.lifecycle.activation import change_settings, disable_plugin, enable_plugin, set_site_mode, stand
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.settings_schema import read_settings
from civicnet.lifecycle.standing import SiteStanding, Standing
from civicnet.testing.fixtures import Plug

SETTINGS = read_settings({"size": {"kind": "integer", "default": 5, "label": {"en": "Size"}, "per_site": True}})


class Ear:
    """A plugin that remembers what it heard of plugins."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    @hookimpl
    def hear(self, event: Event) -> None:
        if isinstance(event, PluginSwitched | PluginConfigured):
            self.heard.append(event)


@pytest.fixture
def heard(plug: Plug, django_capture_on_commit_callbacks):
    """Does an act, lets it commit, and returns what was heard of it."""
    ear = Ear()
    plug("ear", ear)
    plug("wall", settings=SETTINGS)
    plug("roof", requires_plugins={"wall": ""})

    def after(act, **more):
        ear.heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(actor=SYSTEM, reason="test", **more)
            assert ear.heard == []
        return ear.heard

    return after


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(hostname="party.test", root_page=Page.get_first_root_node())


def test_each_switch_of_a_cascade_is_heard_in_its_order(heard):
    assert heard(disable_plugin, slug="wall", with_dependants=True) == [
        PluginSwitched(slug="roof", enabled=False),
        PluginSwitched(slug="wall", enabled=False),
    ]
    assert heard(enable_plugin, slug="roof", with_needed=True) == [
        PluginSwitched(slug="wall", enabled=True),
        PluginSwitched(slug="roof", enabled=True),
    ]


def test_a_setting_is_heard_with_the_site_it_is_for(heard, site):
    assert heard(change_settings, slug="wall", values={"size": 6}) == [PluginConfigured(slug="wall")]
    assert heard(change_settings, slug="wall", values={"size": 7}, site_id=site.pk) == [
        PluginConfigured(slug="wall", site_id=site.pk)
    ]


def test_a_site_is_heard_only_where_something_changes_for_it(heard, site):
    assert heard(set_site_mode, slug="roof", site_id=site.pk, mode=SiteMode.ON) == []
    assert heard(set_site_mode, slug="roof", site_id=site.pk, mode=SiteMode.OFF) == [
        PluginSwitched(slug="roof", enabled=False, site_id=site.pk)
    ]


def test_all_that_one_change_moves_is_heard(heard, site):
    wanted = Standing(settings={"size": 8}, sites={site.pk: SiteStanding(SiteMode.ON, {"size": 9})})

    assert heard(stand, wanted={"wall": wanted, "roof": Standing()}) == [
        PluginSwitched(slug="wall", enabled=False),
        PluginConfigured(slug="wall"),
        PluginConfigured(slug="wall", site_id=site.pk),
        PluginSwitched(slug="roof", enabled=False),
    ]


def test_of_a_refusal_nothing_is_heard(heard):
    def refused(**more):
        with pytest.raises(CivicNetError):
            disable_plugin(**more)

    assert heard(refused, slug="wall") == []
