"""How sub-commands print: a change, what hangs on a switch, JSON, and nothing that steers a terminal."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from civicnet.contract import Actor
from civicnet.lifecycle.consequences import Consequence
from civicnet.lifecycle.differences import Difference, differences
from civicnet.lifecycle.models import PluginChange
from civicnet.lifecycle.sites import site_names
from civicnet.lifecycle.standing import from_json
from civicnet.lifecycle.subcommands import Say
from civicnet.lifecycle.toml_text import value_text


def operator() -> Actor:
    """Whoever sits at the machine."""
    try:
        label = getpass.getuser()
    except (KeyError, OSError):
        # In a container the process may run under a number that has no name.
        label = f"uid {os.getuid()}"
    return Actor(kind="system", id="cli", label=label)


def json_text(value: Any) -> str:
    """One object for programs, readable for people."""
    return json.dumps(value, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder)


def harmless(text: object) -> str:
    """Without signs that steer a terminal: what a plugin raised may hold anything."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def say_consequences(found: Iterable[Consequence], say: Say) -> None:
    """Each kind with a heading and its names."""
    for one in found:
        say(f"{'!' if one.serious else '-'} {one.label} ({one.count})")
        for item in one.items:
            say(f"    {harmless(item)}")
        if one.count > len(one.items) and one.kind != "pages":
            say("    …")


def say_change(change: PluginChange | None, say: Say, *, unmoved: str) -> None:
    """What a change moved and how it is undone; or ``unmoved`` where everything stood so already."""
    if change is None:
        say(unmoved)
        return
    for line in lines_of(moved_by(change)):
        say(line)
    say(f"change {change.pk}; to undo it: civicnet plugins undo {change.pk} --reason WHY")


def moved_by(change: PluginChange) -> list[Difference]:
    """The differences that a change made."""
    before, after = ({slug: from_json(one) for slug, one in told.items()} for told in (change.before, change.after))
    return differences(before, after)


def lines_of(found: Iterable[Difference]) -> list[str]:
    """One line for each difference, as in ``hotline at party.example: mode inherit → off``."""
    names = site_names()
    return [f"{_place(one, names)}: {_moved(one)}" for one in found]


def as_json(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """The same for programs; sites by name."""
    names = site_names()
    return [asdict(one) | {"site": names.get(one.site_id) if one.site_id else None} for one in found]


def _place(one: Difference, names: Mapping[int, str]) -> str:
    return one.plugin if one.site_id is None else f"{one.plugin} at {names.get(one.site_id, one.site_id)}"


def _moved(one: Difference) -> str:
    if one.key == "enabled":
        return "on" if one.after else "off"
    return harmless(f"{one.key.removeprefix('settings.')} {_value(one.before)} → {_value(one.after)}")


def _value(value: Any) -> str:
    return "unset" if value is None else value if value in ("inherit", "on", "off") else value_text(value)
