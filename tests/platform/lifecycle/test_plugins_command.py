"""``civicnet plugins``: every act from the command line, told in lines or as JSON; a refusal is a sentence."""

from __future__ import annotations

import json
import os
import re
import shlex
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, load_command_class
from django.utils import timezone, translation
from wagtail.models import Page, Site

from civicnet.contract import Actor, hookimpl
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle import subcommands
from civicnet.lifecycle.commands import OWN
from civicnet.lifecycle.discovery import Unloadable
from civicnet.lifecycle.models import HookBreaker, HookTiming, PluginChange, PluginFault
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.settings_schema import read_settings
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.subcommands import Subcommand, offer
from civicnet.testing.fixtures import Plug

from .untouched import everything

pytestmark = pytest.mark.django_db
SETTINGS = read_settings(
    {
        "size": {"kind": "integer", "default": 5, "highest": 60, "label": {"en": "Size"}, "per_site": True},
        "open": {"kind": "boolean", "default": False, "label": {"en": "Open"}},
        "title": {"kind": "text", "default": "hello", "label": {"en": "Title"}},
    }
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def house(plug: Plug) -> None:
    """``roof`` needs ``wall``; both are off."""
    plug("wall", on=False, settings=SETTINGS)
    plug("roof", on=False, requires_plugins={"wall": ""})


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(hostname="party.test", port=8000, root_page=Page.get_first_root_node())


def run(*words: str) -> list[str]:
    """What the command prints, line by line."""
    out = StringIO()
    call_command("plugins", *words, stdout=out)
    return out.getvalue().splitlines()


def refused(*words: str) -> str:
    """The sentence of a refusal that leaves everything as it was."""
    before = everything()
    with pytest.raises(CommandError) as refusal:
        run(*words)
    assert everything() == before
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def last() -> int:
    return PluginChange.objects.latest("id").pk


def test_the_list_says_what_is_on_and_what_was_left_out(house):
    run("on", "wall", "--reason", "test")
    registry.quarantined.append(Unloadable("shed", "it cannot be imported\x1b[2J"))

    lines = run("list")

    assert f"{'wall':<16} {'1.0':<10} on" in lines
    assert f"{'roof':<16} {'1.0':<10} off" in lines
    assert lines[-1] == f"{'shed':<16} {'':<10} quarantined: it cannot be imported [2J"
    told = json.loads("\n".join(run("list", "--json")))
    assert {"slug": "wall", "label": "wall", "version": "1.0", "on": True} in told["plugins"]
    assert told["left_out"][-1]["slug"] == "shed"


def test_a_switch_moves_with_a_reason_and_says_how_it_is_undone(house):
    assert run("on", "wall", "--reason", "winter") == [
        "wall: on",
        f"change {last()}; to undo it: civicnet plugins undo {last()} --reason WHY",
    ]
    assert read(None).is_on("wall")
    assert AuditRecord.objects.latest("id").actor_id == "cli"
    assert run("on", "wall", "--reason", "winter") == ["wall: was on already"]
    assert run("off", "wall", "--reason", "test")[0] == "wall: off"
    assert run("off", "wall", "--reason", "test") == ["wall: was off already"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("on", "wall"), "Say why: the reason is kept with the change."),
        (("on", "roof", "--reason", "x"), "Switch on wall first: this plugin needs it."),
        (("on", "nowhere", "--reason", "x"), "There is no plugin named nowhere."),
        (("off", "nowhere", "--reason", "x"), "There is no plugin named nowhere."),
        (("off", "nowhere", "--dry-run"), "no plugin named nowhere is loaded, so nothing is known of it"),
        (("off", "wall", "--sunset", "0", "--reason", "x"), "A sunset takes a day at least and a year at most."),
        (("off", "wall", "--sunset", "9" * 20, "--reason", "x"), "A sunset takes a day at least and a year at most."),
        (("show", "nowhere"), "There is nothing here that you can see."),
        (("undo", "0", "--reason", "x"), "There is no change 0."),
        (("site", "wall", "x.test", "on", "--reason", "x"), "x.test is no site; name one of localhost"),
        (("unset", "wall", "height", "--reason", "x"), "height: This plugin has no setting named height."),
        (("set", "wall", "size", "--reason", "x"), "write a setting as NAME=VALUE, not size"),
        (("set", "wall", "size=61", "--reason", "x"), "size: Give 60 at most."),
        (("set", "wall", "open=maybe", "--reason", "x"), "open: maybe is neither true nor false."),
        (("set", "wall", "size=6"), "Say why: the reason is kept with the change."),
        (("reset", "wall", "health"), "health of wall is not stopped."),
        (("demo", "nowhere"), "no plugin named nowhere is loaded"),
        (("demo", "wall"), "wall is off; switch it on first: civicnet plugins on wall --reason WHY"),
        (("apply", "/nowhere.toml"), "cannot read /nowhere.toml: No such file or directory"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(house, words, sentence):
    assert refused(*words) == sentence


def test_whoever_has_no_name_on_the_machine_is_told_by_number(house, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: {}["nobody"])

    run("on", "wall", "--reason", "test")

    assert AuditRecord.objects.latest("id").actor_label == f"uid {os.getuid()}"


def test_a_cascade_is_asked_for(house):
    assert run("on", "roof", "--with-needed", "--reason", "test")[:2] == ["wall: on", "roof: on"]
    assert refused("off", "wall", "--reason", "test") == "Switch off roof first: they need this plugin."
    lines = run("off", "wall", "--with-dependants", "--sunset", "30", "--reason", "test")

    assert [line for line in lines if line.endswith(": off")] == ["roof: off", "wall: off"]
    assert read(None).sunset == {"wall", "roof"}


def test_what_comes_and_goes_is_told_before_and_alone_with_dry_run(house):
    run("on", "roof", "--with-needed", "--reason", "test")
    before = everything()

    assert run("off", "wall", "--dry-run") == [
        "! These plugins are on and cannot be without it. (1)",
        "    roof",
        "nothing has changed",
    ]
    assert everything() == before
    assert run("off", "hotline", "--reason", "test")[0].startswith(("-", "!"))


def test_one_site_is_switched_by_its_host(house, site):
    run("on", "wall", "--reason", "test")

    assert (
        run("site", "wall", "party.test", "off", "--reason", "test")[0] == "wall at party.test:8000: mode inherit → off"
    )
    assert not read(site.pk).is_on("wall")
    assert run("site", "wall", "party.test:8000", "off", "--reason", "test") == [
        "wall at party.test:8000: was off already"
    ]


def test_who_switches_off_for_everyone_is_told_where_it_stays_on(house, site):
    run("on", "wall", "--reason", "test")
    run("site", "wall", "party.test", "on", "--reason", "test")

    assert run("off", "wall", "--reason", "test")[-1] == (
        "wall at party.test:8000: still on, for this site holds it on"
    )


def test_settings_are_set_and_taken_back(house, site):
    assert run("set", "wall", "size=7", "open=True", "title=a=b", "--reason", "test")[:3] == [
        "wall: open false → true",
        "wall: size 5 → 7",
        'wall: title "hello" → "a=b"',
    ]
    assert run("set", "wall", "--site", "party.test", "size=9", "--reason", "test")[0] == (
        "wall at party.test:8000: size unset → 9"
    )
    assert run("unset", "wall", "size", "open", "--reason", "test")[:2] == [
        "wall: open true → false",
        "wall: size 7 → 5",
    ]
    assert run("set", "wall", "title=", "--reason", "test")[0] == 'wall: title "a=b" → ""'
    assert read(site.pk).settings["wall"]["size"] == 9
    assert run("set", "wall", "size=5", "--reason", "test") == ["wall: was set so already"]
    assert run("unset", "wall", "size", "--site", "party.test", "--reason", "test")[0] == (
        "wall at party.test:8000: size 9 → unset"
    )


def test_changes_are_listed_newest_first_and_undone_by_their_number(house):
    run("on", "wall", "--reason", "winter")
    number = last()

    assert run("undo", str(number), "--reason", "too early")[0] == "wall: off"

    lines = run("changes")
    assert lines[0].startswith(f"{last()}  ") and lines[0].endswith(": too early")
    assert lines[1] == "    wall: off"
    assert lines[2].startswith(f"{number}  ") and lines[2].endswith(f": winter  (undone by {last()})")
    told = json.loads("\n".join(run("changes", "--json")))
    assert [(one["id"], one["undoes"], one["undone_by"]) for one in told[:2]] == [
        (last(), number, None),
        (number, None, last()),
    ]
    assert told[1]["differences"] == [
        {"plugin": "wall", "site_id": None, "site": None, "key": "enabled", "before": False, "after": True}
    ]
    assert refused("undo", str(number), "--reason", "again") == "This change has been undone already."


def test_the_last_twenty_changes_are_listed(house):
    for number in range(12):
        for act in ("on", "off"):
            run(act, "wall", "--reason", f"test {number}")

    assert len(json.loads("\n".join(run("changes", "--json")))) == 20


def test_one_plugin_is_shown_whole(house, site):
    run("on", "roof", "--with-needed", "--reason", "test")
    run("set", "wall", "size=9", "--site", "party.test", "--reason", "test")
    moment = timezone.now()
    HookBreaker.objects.create(slug="wall", hook="health", reason="ValueError: no", retry_at=moment)
    PluginFault.objects.create(slug="wall", hook="health", error="ValueError", message="no\x1b[2J", times=5)
    for days in (0, 1, 30):
        HookTiming.objects.create(
            slug="wall",
            hook="panels",
            day=timezone.localdate() - timedelta(days=days),
            calls=2,
            total_ms=3,
            slowest_ms=2,
        )

    lines = run("show", "wall")

    assert lines[:4] == ["wall 1.0: wall", "on", "requires: nothing", "needed by: roof"]
    for line in (
        "setting size = 5  (Size)",
        "site party.test:8000: inherit, on, size = 9",
        "fault health: ValueError: no [2J  (5 times)",
        "time panels: 4 calls, 1.5 ms, slowest 2.0 ms",
        "! These plugins are on and cannot be without it. (1)",
    ):
        assert line in lines
    assert any(line.startswith("stopped health until ") and line.endswith(": ValueError: no") for line in lines)
    told = json.loads("\n".join(run("show", "wall", "--json")))
    assert told["consequences"][0]["items"] == ["roof"]
    assert told["times"] == [{"hook": "panels", "called": 4, "mean_ms": 1.5, "slowest": 2.0}]
    assert [one["name"] for one in told["settings"]] == ["size", "open", "title"]


def test_why_a_plugin_was_left_out_is_shown(house):
    registry.quarantined.append(Unloadable("shed", "shed: it cannot be imported"))

    assert refused("show", "shed") == "shed: it cannot be imported"


def test_a_stopped_hook_is_called_again_at_once_and_that_is_recorded(house):
    HookBreaker.objects.create(slug="wall", hook="health", reason="ValueError: 13800138000", retry_at=timezone.now())

    assert run("reset", "wall", "health", "--reason", "repaired") == ["wall health: is called again"]

    assert not HookBreaker.objects.exists()
    record = AuditRecord.objects.get(action="plugins.reset_breaker")
    assert (record.object_label, record.before, record.reason) == ("wall health", {"failed_tries": 1}, "repaired")


def test_demo_data_are_asked_of_a_plugin_that_is_on_and_has_some(plug: Plug):
    class Shop:
        asked: Actor | None = None

        @hookimpl
        def demo_data(self, actor: Actor) -> int:
            Shop.asked = actor
            return 3

    class Broken:
        @hookimpl
        def demo_data(self, actor: Actor) -> int:
            raise RuntimeError("no\nshelves")

    plug("shop", Shop())
    plug("bare")
    plug("broken", Broken())

    assert run("demo", "shop") == ["shop: 3 rows"]
    assert Shop.asked is not None and Shop.asked.id == "cli"
    assert refused("demo", "bare") == "bare brings no demo data"
    assert "no shelves" in refused("demo", "broken")


def test_a_file_is_applied_previewed_and_applied_again(house, site, tmp_path):
    path = tmp_path / "plugins.toml"
    path.write_text('reason = "rollout"\n[plugins.wall]\nenabled = true\nsettings = { size = 7 }\n', encoding="utf-8")
    moves = ["wall: on", "wall: size 5 → 7"]

    assert run("apply", str(path), "--dry-run") == [*moves, "nothing has changed: this is what applying it would move"]
    assert not read(None).is_on("wall")
    assert run("apply", str(path))[:2] == moves
    assert run("apply", str(path)) == ["nothing to change"]
    told = json.loads("\n".join(run("apply", str(path), "--json")))
    assert told == {"change": None, "differences": []}


def test_an_export_is_printed_and_applies(house, tmp_path):
    path = tmp_path / "plugins.toml"
    path.write_text("\n".join(run("export")), encoding="utf-8")

    assert run("apply", str(path)) == ["nothing to change"]
    assert not PluginChange.objects.exists()


def test_every_fault_of_a_file_is_printed_before_the_refusal(house, tmp_path):
    path = tmp_path / "plugins.toml"
    path.write_text("[plugins.nowhere]\n[plugins.wall.settings]\nsize = 99\n", encoding="utf-8")
    before, out = everything(), StringIO()

    with pytest.raises(CommandError, match=r"^The file has 2 faults; nothing has changed\.$"):
        call_command("plugins", "apply", str(path), stdout=out)

    assert out.getvalue().splitlines() == [
        "plugins.nowhere: There is no plugin named nowhere.",
        "plugins.wall.settings.size: Give 60 at most.",
    ]
    assert everything() == before
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("plugins", "apply", str(path), "--json", stdout=out)
    assert [one["place"] for one in json.loads(out.getvalue())["faults"]] == [
        "plugins.nowhere",
        "plugins.wall.settings.size",
    ]
    path.write_bytes("reason = '原因'".encode("gb18030"))
    assert refused("apply", str(path)) == f"{path} is not written in UTF-8"


def test_a_room_offers_a_sub_command_of_its_own(monkeypatch, db):
    monkeypatch.setattr(subcommands, "_offered", {})
    offer(
        Subcommand(
            "greet",
            "say hello",
            lambda parser: parser.add_argument("who"),
            lambda given, say: say(f"hello {given['who']}"),
            needs_database=False,
        )
    )

    assert run("greet", "city") == ["hello city"]


def test_every_line_of_the_page_about_switching_can_be_typed(db):
    page = (Path(__file__).resolve().parents[3] / "docs/howto/switch-plugins.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ civicnet plugins (.+?)(?: >.*)?$", page, re.M)
    parser = load_command_class("civicnet.lifecycle", "plugins").create_parser("civicnet", "plugins")

    typed = {parser.parse_args(shlex.split(line)).act for line in lines}

    assert typed == {one.name for one in OWN}
