"""Settings: typed values, for everyone and per site, checked on their way in and seen in every process's next picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.utils import translation
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import InvalidInput, NotFound
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import change_settings, enable_plugin
from civicnet.lifecycle.models import PluginSiteState, PluginState
from civicnet.lifecycle.settings_schema import KINDS, SettingError, read_settings
from civicnet.lifecycle.snapshot import plugin_settings, read, using
from civicnet.testing.fixtures import Plug

from .untouched import everything, generation, refused

DECLARED = {
    "title": {"kind": "text", "default": "hello", "longest": 10, "per_site": True},
    "size": {"kind": "integer", "default": 5, "lowest": 1, "highest": 60, "per_site": True},
    "rate": {"kind": "decimal", "default": "0.5", "lowest": "0", "highest": 1},
    "open": {"kind": "boolean", "default": False},
    "colour": {"kind": "choice", "default": "red", "choices": {"red": {"en": "Red"}, "green": {"en": "Green"}}},
    "since": {"kind": "date", "default": "2026-01-01"},
    "at": {"kind": "time", "default": "08:30"},
    "link": {"kind": "url", "default": ""},
    "post": {"kind": "email", "default": ""},
}
LABELLED = {name: {"label": {"en": name.title()}, **entry} for name, entry in DECLARED.items()}
SETTINGS = {one.name: one for one in read_settings(LABELLED)}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def wall(plug: Plug) -> None:
    """A plugin with a setting of every kind."""
    plug("wall", settings=tuple(SETTINGS.values()))


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(hostname="party.test", root_page=Page.get_first_root_node())


def change(values, **more):
    return change_settings(slug="wall", values=values, actor=SYSTEM, reason="test", **more)


def test_every_kind_is_tried_here():
    assert {one.kind for one in SETTINGS.values()} == set(KINDS)


@pytest.mark.parametrize(
    ("name", "given", "stored"),
    [
        ("title", "你好", "你好"),
        ("title", "", ""),
        ("size", "12", 12),
        ("size", 12.0, 12),
        ("size", Decimal(12), 12),
        ("size", "１２", 12),
        ("rate", 0.25, "0.25"),
        ("rate", "0.250", "0.25"),
        ("rate", Decimal("1.00"), "1"),
        ("rate", 0, "0"),
        ("open", True, True),
        ("colour", "green", "green"),
        ("since", date(2026, 12, 1), "2026-12-01"),
        ("since", "20261201", "2026-12-01"),
        ("at", time(7, 5), "07:05"),
        ("at", "07:05:00", "07:05"),
        ("link", "https://example.gov.cn/a?b=1", "https://example.gov.cn/a?b=1"),
        ("link", "/news/", "/news/"),
        ("post", "office@example.gov.cn", "office@example.gov.cn"),
    ],
)
def test_a_value_is_stored_in_its_one_spelling(name, given, stored):
    made = SETTINGS[name].plain(given)

    assert (made, type(made)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("title", 5),
        ("title", "eleven signs"),
        ("title", "a\0b"),
        ("title", "\ud83d"),
        ("size", 0),
        ("size", 61),
        ("size", "5.5"),
        ("size", 5.5),
        ("size", Decimal("5.5")),
        ("size", True),
        ("size", ""),
        ("size", "five"),
        ("size", float("inf")),
        ("size", Decimal("NaN")),
        ("size", "1e400"),
        ("size", 10**20),
        pytest.param("size", 10**5000, id="endless"),
        ("size", []),
        ("rate", "1.01"),
        ("rate", "-0.01"),
        ("rate", "0." + "1" * 10),
        ("rate", "NaN"),
        ("rate", "sNaN"),
        ("rate", False),
        ("rate", {}),
        ("open", 1),
        ("open", "true"),
        ("colour", "blue"),
        ("colour", ["red"]),
        ("since", "1.12.2026"),
        ("since", datetime(2026, 12, 1, 8)),
        ("since", 20261201),
        ("at", "25:00"),
        ("at", "08:30:15"),
        ("at", "08:30+08:00"),
        ("link", "javascript:alert(1)"),
        ("link", "//elsewhere.example/"),
        ("link", "/\\elsewhere.example/"),
        ("link", "https://a b"),
        ("link", "/" + "a" * 200),
        ("post", "office"),
        ("post", "a@b"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_settings_name_and_changes_nothing(wall, name, given):
    with refused(InvalidInput, field=name):
        change({name: given})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"size": 61}, "Give 60 at most."),
        ({"size": 0}, "Give 1 at least."),
        ({"size": "x" * 100}, f"{'x' * 60} is no whole number."),
        ({"title": "eleven signs"}, "Give 10 characters at most."),
        ({"colour": "blue\x1b[2J"}, "Choose one of red, green, not blue\N{REPLACEMENT CHARACTER}[2J."),
        ({"rate": ""}, '"" is no number.'),
        ({"colours": "red"}, "This plugin has no setting named colours."),
    ],
)
def test_a_refusal_is_one_sentence(wall, values, sentence):
    with pytest.raises(InvalidInput) as refusal:
        change(values)

    assert str(refusal.value) == sentence


def test_one_bad_value_keeps_out_the_good_ones(wall):
    with refused(InvalidInput, field="size"):
        change({"title": "good", "size": 99})


def test_a_setting_is_seen_at_the_next_read_and_recorded(wall):
    before = generation()
    with using(read(None)):
        made = change({"size": 12, "open": True})

        assert plugin_settings("wall")["size"] == 5
    assert plugin_settings("wall")["size"] == 12
    assert plugin_settings("wall")["title"] == "hello"
    assert generation() == before + 1
    record = AuditRecord.objects.get(action="plugins.change_settings")
    after = {"enabled": True, "settings": {"size": 12, "open": True}}
    assert (record.object_label, record.before, record.after) == ("wall", {"enabled": True}, after)
    assert (made.before, made.after) == ({"wall": {"enabled": True}}, {"wall": after})


def test_those_not_named_stay_and_none_brings_the_default_back(wall):
    change({"size": 12, "title": "x"})

    change({"size": None})

    assert PluginState.objects.get(slug="wall").settings == {"title": "x"}
    assert plugin_settings("wall")["size"] == 5


def test_what_is_the_default_is_not_stored_so_that_another_version_may_bring_another(wall):
    change({"size": 12})

    change({"size": 5})

    assert PluginState.objects.get(slug="wall").settings == {}


def test_what_is_set_so_already_is_no_change(wall):
    change({"size": 12})
    before = everything()

    assert change({"size": "12", "title": "hello", "rate": "0.50"}) is None

    assert everything() == before


def test_settings_of_a_plugin_that_is_off_can_be_set_and_outlive_the_switch(wall, plug):
    plug("shed", on=False, settings=(SETTINGS["size"],))

    change_settings(slug="shed", values={"size": 9}, actor=SYSTEM, reason="test")
    enable_plugin(slug="shed", actor=SYSTEM, reason="test")

    assert plugin_settings("shed")["size"] == 9


def test_a_site_has_its_own_where_the_manifest_lets_it(wall, site):
    change({"size": 12})
    change({"size": 30}, site_id=site.pk)

    assert read(site.pk).settings["wall"]["size"] == 30
    assert read(None).settings["wall"]["size"] == 12
    assert read(Site.objects.get(is_default_site=True).pk).settings["wall"]["size"] == 12


def test_a_site_that_says_the_default_means_it(wall, site):
    change({"size": 5}, site_id=site.pk)
    change({"size": 12})

    assert read(site.pk).settings["wall"]["size"] == 5

    change({"size": None}, site_id=site.pk)

    assert read(site.pk).settings["wall"]["size"] == 12
    assert not PluginSiteState.objects.filter(slug="wall").exists()


def test_what_is_the_same_on_all_sites_is_set_on_none(wall, site):
    with refused(InvalidInput, field="rate"):
        change({"rate": "0.1"}, site_id=site.pk)


def test_a_site_that_does_not_exist_has_no_settings(wall):
    with refused(NotFound):
        change({"size": 6}, site_id=7_000_000)


def test_an_unknown_plugin_has_no_settings(wall):
    with refused(NotFound):
        change_settings(slug="nowhere", values={"size": 6}, actor=SYSTEM, reason="test")


def test_settings_ask_for_a_reason_as_switches_do(wall):
    with refused(InvalidInput, field="reason"):
        change_settings(slug="wall", values={"size": 6}, actor=SYSTEM, reason="")


def test_what_an_update_made_unfit_is_never_read_and_in_nobodys_way(wall):
    PluginState.objects.filter(slug="wall").update(settings={"size": 400, "gone": "x"})

    change({"title": "x"})

    assert plugin_settings("wall")["size"] == 5
    assert PluginState.objects.get(slug="wall").settings == {"size": 400, "gone": "x", "title": "x"}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"kind": "colour"}, "kind must be one of"),
        ({"label": {}}, "needs a label"),
        ({"label": {"en": 5}}, "label must give a text for each language"),
        ({"label": "Size"}, "label must give a text for each language"),
        ({"default": None}, "needs a default"),
        ({"default": 99}, "Give 60 at most."),
        ({"default": "many"}, "many is no whole number."),
        ({"lowest": 70}, "lowest lies above highest"),
        ({"lowest": "few"}, "lowest must be a number"),
        ({"longest": 5}, "longest belongs to texts"),
        ({"per_site": "no"}, "per_site must be true or false"),
        ({"choices": {"a": {"en": "A"}}}, "choices belong to the kind choice"),
        ({"maximum": 5}, "unknown key maximum"),
        ({"kind": "text", "default": "a"}, "lowest and highest belong to numbers"),
    ],
)
def test_a_declaration_that_breaks_a_rule_is_told_by_name(entry, sentence):
    with pytest.raises(SettingError, match=f"^size: .*{sentence}"):
        read_settings({"size": {**LABELLED["size"], **entry}})


@pytest.mark.parametrize("name", ["Size", "2nd", "a-b", "", "x" * 65])
def test_a_setting_is_named_plainly(name):
    with pytest.raises(SettingError, match="small letters"):
        read_settings({name: LABELLED["size"]})


def test_a_setting_is_a_table():
    with pytest.raises(SettingError, match="must be a table"):
        read_settings({"size": 5})
