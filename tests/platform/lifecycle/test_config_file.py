"""The config file: applied whole or not at all, every fault told with its place, twice the same as once, and exported back."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import translation
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.contract import InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import change_settings, disable_plugin, set_site_mode, undo_change
from civicnet.lifecycle.config_apply import FaultyConfig, apply_config, export_config, preview_config
from civicnet.lifecycle.config_file import read_config
from civicnet.lifecycle.models import PluginState, SiteMode
from civicnet.lifecycle.settings_schema import read_settings
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.standing import read_standings
from civicnet.lifecycle.toml_text import key_text, value_text
from civicnet.testing.fixtures import Plug

from .untouched import everything, generation, refused

pytestmark = pytest.mark.django_db
SETTINGS = read_settings(
    {
        "size": {
            "kind": "integer",
            "default": 5,
            "lowest": 1,
            "highest": 60,
            "per_site": True,
            "label": {"en": "Size"},
        },
        "title": {"kind": "text", "default": "hello", "label": {"en": "Title"}},
        "since": {"kind": "date", "default": "2026-01-01", "label": {"en": "Since"}},
    }
)
NAMED = ["wall", "roof"]
GOOD = """
reason = "rollout 2026-12"

[plugins.roof]
enabled = true

[plugins.wall]
enabled = true
settings = { size = 7, since = 2026-12-01 }

[plugins.wall.sites."party.test"]
mode = "off"
settings = { size = 9 }
"""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def house(plug: Plug) -> None:
    """``roof`` needs ``wall``, both are off; ``pole`` is the same everywhere."""
    plug("wall", on=False, settings=SETTINGS)
    plug("roof", on=False, requires_plugins={"wall": ""})
    plug("pole", on=False, scope="global")


@pytest.fixture
def sites(db: None) -> dict[str, int]:
    root = Page.get_first_root_node()
    made = [("party.test", 80), ("two.test", 80), ("two.test", 8080), ("far.test", 8000)]
    return {f"{host}:{port}": Site.objects.create(hostname=host, port=port, root_page=root).pk for host, port in made}


def apply(text: str, **more):
    return apply_config(text=text, actor=SYSTEM, **more)


def faults(text: str) -> list[tuple[str, str]]:
    """Every fault by its place; and that nothing has changed."""
    before = everything()
    with pytest.raises(FaultyConfig) as refusal:
        apply(text)
    assert everything() == before
    with pytest.raises(FaultyConfig):
        preview_config(text)
    return [(one.place, one.sentence) for one in refusal.value.faults]


def test_a_file_moves_everything_it_names_in_one_change(house, sites):
    others, number = read_standings(["hotline", "pole"]), generation()

    applied = apply(GOOD)

    assert read(None).is_on("roof") and read(None).is_on("wall")
    assert not read(sites["party.test:80"]).is_on("wall")
    assert read(None).settings["wall"]["size"] == 7
    assert read(None).settings["wall"]["since"] == "2026-12-01"
    assert read(sites["party.test:80"]).settings["wall"]["size"] == 9
    assert applied.change.reason == "rollout 2026-12"
    assert set(applied.change.after) == {"roof", "wall"}
    assert generation() == number + 1
    assert read_standings(["hotline", "pole"]) == others
    assert {one.reason for one in AuditRecord.objects.filter(object_label__in=["roof", "wall"])} == {"rollout 2026-12"}


def test_applied_twice_it_changes_nothing_the_second_time(house, sites):
    apply(GOOD)
    before = everything()

    again = apply(GOOD)

    assert (again.change, again.differences) == (None, [])
    assert everything() == before


def test_what_it_would_move_is_told_while_nothing_moves(house, sites):
    before = everything()

    found = [(one.plugin, one.site_id, one.key, one.before, one.after) for one in preview_config(GOOD)]

    party = sites["party.test:80"]
    assert found == [
        ("roof", None, "enabled", False, True),
        ("wall", None, "enabled", False, True),
        ("wall", None, "settings.since", "2026-01-01", "2026-12-01"),
        ("wall", None, "settings.size", 5, 7),
        ("wall", party, "mode", "inherit", "off"),
        ("wall", party, "settings.size", None, 9),
    ]
    assert everything() == before
    assert preview_config(GOOD) == apply(GOOD).differences


def test_an_applied_file_is_undone_like_any_change(house, sites):
    before = read_standings(NAMED)

    undo_change(change_id=apply(GOOD).change.pk, actor=SYSTEM, reason="test")

    assert read_standings(NAMED) == before


def test_what_is_not_named_stays_and_what_is_named_is_exactly_so(house, sites):
    apply(GOOD)

    apply("[plugins.wall]\nenabled = true", reason="test")
    assert read(None).settings["wall"]["size"] == 7
    apply('[plugins.wall]\nsettings = { title = "x" }', reason="test")
    assert dict(read(None).settings["wall"]) == {"size": 5, "title": "x", "since": "2026-01-01"}
    assert not read(sites["party.test:80"]).is_on("wall")
    apply('[plugins.wall.sites."far.test"]\nmode = "on"', reason="test")
    assert list(read_standings(["wall"])["wall"].sites) == [sites["far.test:8000"]]
    apply("[plugins.wall]\nsites = {}", reason="test")
    assert read_standings(["wall"])["wall"].sites == {}
    assert read(None).is_on("wall")


def test_a_sunset_that_runs_goes_on(house, sites):
    apply(GOOD)
    disable_plugin(slug="roof", actor=SYSTEM, reason="test", sunset=timedelta(days=30))
    before = everything()

    assert apply("[plugins.roof]\nenabled = false", reason="test").change is None

    assert everything() == before


def test_every_fault_is_told_at_once_with_its_place(house, sites):
    text = """
    reason = 5
    when = "now"
    [plugins.nowhere]
    enabled = true
    [plugins.pole]
    enabled = "yes"
    [plugins.pole.sites."party.test"]
    mode = "off"
    [plugins.roof]
    enabled = true
    colour = "red"
    [plugins.wall.settings]
    size = 99
    height = 2
    [plugins.wall.sites."elsewhere.test"]
    mode = "off"
    [plugins.wall.sites."two.test:80"]
    mode = "never"
    [plugins.wall.sites."party.test".settings]
    title = "own"
    """

    assert faults(text) == [
        ("when", "There is no such key here; there are reason, plugins."),
        ("reason", "This must be a text."),
        ("plugins.nowhere", "There is no plugin named nowhere."),
        ("plugins.pole.enabled", "This must be true or false."),
        (
            'plugins.pole.sites."party.test".mode',
            "This plugin is on or off everywhere; it has no switch per site.",
        ),
        ("plugins.roof.colour", "There is no such key here; there are enabled, settings, sites."),
        ("plugins.wall.settings.size", "Give 60 at most."),
        ("plugins.wall.settings.height", "This plugin has no setting named height."),
        (
            'plugins.wall.sites."elsewhere.test"',
            "There is no site at elsewhere.test; there are localhost, party.test, two.test, two.test:8080, far.test:8000.",
        ),
        ('plugins.wall.sites."two.test:80".mode', "A site says inherit, on or off."),
        ('plugins.wall.sites."party.test".settings.title', "title is the same on all sites."),
        ("plugins.roof", "roof cannot be on without wall."),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("plugins = 5", "plugins"),
        ("[plugins]\nwall = true", "plugins.wall"),
        ("[plugins.wall]\nsettings = 5", "plugins.wall.settings"),
        ("[plugins.wall]\nsites = []", "plugins.wall.sites"),
        ('[plugins.wall.sites]\n"party.test" = "off"', 'plugins.wall.sites."party.test"'),
        ('[plugins.wall.sites."party.test"]\nsettings = "none"', 'plugins.wall.sites."party.test".settings'),
        ('[plugins.wall.sites."party.test"]\nmode = []', 'plugins.wall.sites."party.test".mode'),
        ("[plugins.wall.settings]\nsize = nan", "plugins.wall.settings.size"),
        ("[plugins.wall.settings]\nsize = []", "plugins.wall.settings.size"),
        ("[plugins.wall.settings]\nsince = 2026-12-01T08:00:00", "plugins.wall.settings.since"),
        ("[plugins.wall.settings]\ntitle = 5", "plugins.wall.settings.title"),
        ("[plugins.wall\n", ""),
        ("[plugins.wall]\nenabled = true\nenabled = false", ""),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_its_place(house, sites, text, place):
    assert [one for one, _sentence in faults(text)] == [place]


def test_what_others_need_is_not_switched_off_by_a_file_that_forgets_them(house, sites):
    apply(GOOD)

    assert faults("[plugins.wall]\nenabled = false") == [("plugins.roof", "roof cannot be on without wall.")]
    apply("[plugins.wall]\nenabled = false\n[plugins.roof]\nenabled = false", reason="test")
    assert not read(None).is_on("wall")


def test_what_a_site_holds_on_in_vain_is_told_at_the_site(house, sites):
    assert faults('[plugins.roof.sites."party.test"]\nmode = "on"') == [
        ('plugins.roof.sites."party.test"', "roof cannot be on at party.test without wall.")
    ]


@pytest.mark.parametrize("name", ["far.test", "FAR.test:8000", " far.test "])
def test_a_site_is_named_by_its_host_and_by_its_port_where_one_host_has_several(house, sites, name):
    apply(f'[plugins.wall.sites."{name}"]\nmode = "on"', reason="test")

    assert list(read_standings(["wall"])["wall"].sites) == [sites["far.test:8000"]]


def test_the_port_may_be_left_out_where_it_is_the_usual_one(house, sites):
    apply('[plugins.wall.sites]\n"two.test" = { mode = "on" }\n"two.test:8080" = { mode = "off" }', reason="test")

    assert {site: one.mode for site, one in read_standings(["wall"])["wall"].sites.items()} == {
        sites["two.test:80"]: SiteMode.ON,
        sites["two.test:8080"]: SiteMode.OFF,
    }


def test_a_host_with_several_unusual_ports_must_say_which(house, sites):
    Site.objects.create(hostname="far.test", port=9000, root_page=Page.get_first_root_node())

    assert faults('[plugins.wall.sites."far.test"]\nmode = "on"') == [
        (
            'plugins.wall.sites."far.test"',
            "Several sites answer at far.test; name one of far.test:8000, far.test:9000.",
        )
    ]


def test_a_site_is_named_once(house, sites):
    assert faults('[plugins.wall.sites]\n"far.test" = {mode = "on"}\n"far.test:8000" = {mode = "off"}') == [
        ('plugins.wall.sites."far.test:8000"', "This site is named twice.")
    ]


def test_somebody_must_say_why(house, sites):
    with refused(InvalidInput, field="reason"):
        apply(GOOD.replace('reason = "rollout 2026-12"', ""))

    assert apply(GOOD, reason="by hand").change.reason == "by hand"


def test_whoever_may_not_move_switches_applies_no_file(house, sites, actor):
    clerk = actor(["civicnet_hotline.view_case"])

    with refused(Refused):
        apply_config(text=GOOD, actor=clerk)


def test_an_export_says_everything_and_applies_with_no_change(house, sites):
    apply(GOOD)
    change_settings(slug="wall", values={"title": 'a "quoted" 标题\n\x7f'}, actor=SYSTEM, reason="test")
    set_site_mode(slug="wall", site_id=sites["two.test:8080"], mode=SiteMode.ON, actor=SYSTEM, reason="test")
    before = everything()

    text = export_config()
    again = apply(text)

    assert (again.change, everything()) == (None, before)
    told = tomllib.loads(text)["plugins"]
    assert told["wall"] == {
        "enabled": True,
        "settings": {"size": 7, "title": 'a "quoted" 标题\n\x7f', "since": "2026-12-01"},
        "sites": {"party.test": {"mode": "off", "settings": {"size": 9}}, "two.test:8080": {"mode": "on"}},
    }
    assert told["pole"] == {"enabled": False}
    assert told["hotline"]["settings"]["days_help"] == 5
    assert told["hotline"]["sites"] == {}


def test_an_export_brings_everything_back(house, sites):
    apply(GOOD)
    kept, before = export_config(), read_standings()
    disable_plugin(slug="wall", actor=SYSTEM, reason="test", with_dependants=True)
    change_settings(slug="wall", values={"size": 40}, actor=SYSTEM, reason="test", site_id=sites["far.test:8000"])

    apply(kept)

    assert read_standings() == before


def test_what_is_stored_and_fits_no_longer_is_in_no_ones_way(house, sites):
    PluginState.objects.filter(slug="wall").delete()
    PluginState.objects.create(slug="wall", settings={"gone": 1, "size": 400})

    apply(export_config())

    assert PluginState.objects.get(slug="wall").settings == {"gone": 1}


def test_reading_a_file_touches_nothing(house, sites):
    found = read_config(GOOD, now={}, sites={7: "party.test"})

    assert (found.reason, found.faults, set(found.wanted)) == ("rollout 2026-12", (), {"roof", "wall"})
    assert found.wanted["wall"].sites[7].mode == "off"


def test_the_file_of_the_page_about_switching_applies(db):
    page = (Path(__file__).resolve().parents[3] / "docs/howto/switch-plugins.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```toml\n(.+?)^```$", page, re.M | re.S)
    Site.objects.create(hostname="party.example.gov.cn", root_page=Page.get_first_root_node())

    applied = apply(text)

    assert {(one.plugin, one.key) for one in applied.differences} == {
        ("hotline", "settings.days_complaint"),
        ("hotline", "settings.days_help"),
        ("hotline", "mode"),
        ("publicity", "settings.articles_per_page"),
    }


@pytest.mark.parametrize(
    "value",
    ["", "a\tb", "\\", '"', "\x00\x1f\x7f", "\U0001f600", True, False, 0, -5, 1.5, [1, "a"], {"a b": {"c": 1}}, {}],
)
def test_what_is_written_is_read_back(value):
    assert tomllib.loads(f"{key_text('a.b')} = {value_text(value)}") == {"a.b": value}


def test_what_toml_does_not_have_is_not_written():
    with pytest.raises(TypeError):
        value_text(None)
