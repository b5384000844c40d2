"""``list``, ``show`` and ``changes``: how plugins stand, and who moved them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.timezone import localtime

from civicnet.lifecycle.commands.told import as_json, harmless, json_text, lines_of, moved_by, say_consequences
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.models import PluginChange
from civicnet.lifecycle.plugin_facts import plugin_facts
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.subcommands import Say, Subcommand
from civicnet.lifecycle.toml_text import value_text

MOST_CHANGES = 20


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one object, for programs")


def _slug_and_json(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")
    _json(parser)


def _list(given: Mapping[str, Any], say: Say) -> None:
    on = read(None)
    if given["json"]:
        plugins = [
            {"slug": slug, "label": plugin_label(slug), "version": str(one.version), "on": on.is_on(slug)}
            for slug, one in registry.manifests.items()
        ]
        left_out = [{"slug": one.name, "reason": one.reason} for one in registry.quarantined]
        say(json_text({"plugins": plugins, "left_out": left_out}))
        return
    for slug, manifest in registry.manifests.items():
        say(f"{slug:<16} {manifest.version!s:<10} {'on' if on.is_on(slug) else 'off'}")
    for fault in registry.quarantined:
        say(f"{fault.name:<16} {'':<10} left out: {harmless(fault.reason)}")


def _show(given: Mapping[str, Any], say: Say) -> None:
    facts = plugin_facts(given["slug"])
    if given["json"]:
        say(json_text(facts))
        return
    for line in _lines(facts):
        say(line)
    say_consequences(consequences(given["slug"]), say)


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{facts['slug']} {facts['version']}: {facts['label']}"
    until = f", answers null until {facts['sunset_until']}" if facts["sunset_until"] else ""
    yield f"{'on' if facts['enabled'] else 'off'}{until}"
    yield f"requires: {', '.join(facts['requires']) or 'nothing'}"
    yield f"needed by: {', '.join(facts['needed_by']) or 'nothing'}"
    for one in facts["settings"]:
        yield f"setting {one['name']} = {harmless(value_text(one['value']))}  ({one['label']})"
    for one in facts["sites"]:
        own = "".join(f", {name} = {harmless(value_text(value))}" for name, value in one["settings"].items())
        yield f"site {one['name']}: {one['mode']}, {'on' if one['on'] else 'off'}{own}"
    for one in facts["breakers"]:
        yield f"stopped {one['hook']} until {localtime(one['retry_at']):%Y-%m-%d %H:%M:%S}: {harmless(one['reason'])}"
    for one in facts["faults"]:
        yield f"fault {one['hook']}: {one['error']}: {harmless(one['message'])}  ({one['times']} times)"
    for one in facts["times"]:
        yield f"time {one['hook']}: {one['called']} calls, {one['mean_ms']:.1f} ms, slowest {one['slowest']:.1f} ms"


def _changes(given: Mapping[str, Any], say: Say) -> None:
    rows = PluginChange.objects.select_related("undone_by")[:MOST_CHANGES]
    if given["json"]:
        say(json_text([_as_json(one) for one in rows]))
        return
    for one in rows:
        undone = _undone_by(one)
        remark = f"  (undone by {undone})" if undone else ""
        say(
            f"{one.pk}  {localtime(one.at):%Y-%m-%d %H:%M}  {harmless(one.actor_label)}: {harmless(one.reason)}{remark}"
        )
        for line in lines_of(moved_by(one)):
            say(f"    {line}")


def _as_json(change: PluginChange) -> dict[str, Any]:
    return {
        "id": change.pk,
        "at": change.at,
        "actor": change.actor_label,
        "reason": change.reason,
        "undoes": change.undoes_id,
        "undone_by": _undone_by(change),
        "differences": as_json(moved_by(change)),
    }


def _undone_by(change: PluginChange) -> int | None:
    return change.undone_by.pk if hasattr(change, "undone_by") else None


LIST = Subcommand("list", "all plugins, and whether they are on", _json, _list)
SHOW = Subcommand("show", "one plugin: how it stands, how it fares, what hangs on it", _slug_and_json, _show)
CHANGES = Subcommand("changes", f"the last {MOST_CHANGES} changes of switches and settings", _json, _changes)
