"""``on``, ``off``, ``site``, ``set``, ``unset`` and ``undo``: moving switches and settings."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError

from civicnet.contract import InvalidInput
from civicnet.lifecycle.activation import (
    change_settings,
    disable_plugin,
    enable_plugin,
    set_site_mode,
    undo_change,
)
from civicnet.lifecycle.commands.told import operator, say_change, say_consequences
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.models import SiteMode
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.setting_values import declared
from civicnet.lifecycle.sites import site_names, sites_called
from civicnet.lifecycle.standing import read_standings
from civicnet.lifecycle.subcommands import Say, Subcommand


def _slug(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")
    _reason(parser)


def _reason(parser: ArgumentParser) -> None:
    parser.add_argument("--reason", default="", help="why; kept with the change and in the audit")


def _on_arguments(parser: ArgumentParser) -> None:
    _slug(parser)
    parser.add_argument("--with-needed", action="store_true", help="switch on, before it, the plugins that it requires")


def _on(given: Mapping[str, Any], say: Say) -> None:
    change = enable_plugin(
        slug=given["slug"], actor=operator(), reason=given["reason"], with_needed=given["with_needed"]
    )
    say_change(change, say, unmoved=f"{given['slug']}: was on already")


def _off_arguments(parser: ArgumentParser) -> None:
    _slug(parser)
    parser.add_argument("--with-dependants", action="store_true", help="switch off, before it, those that require it")
    parser.add_argument(
        "--sunset", type=int, metavar="DAYS", help="let its GraphQL fields answer null for so many days"
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what comes and goes with it")


def _off(given: Mapping[str, Any], say: Say) -> None:
    slug = given["slug"]
    say_consequences(consequences(slug), say)
    if given["dry_run"]:
        if slug not in registry.manifests:
            raise CommandError(f"no plugin named {slug} is loaded, so nothing is known of it")
        say("nothing has changed")
        return
    change = disable_plugin(
        slug=slug,
        actor=operator(),
        reason=given["reason"],
        with_dependants=given["with_dependants"],
        sunset=_days(given["sunset"]),
    )
    say_change(change, say, unmoved=f"{slug}: was off already")
    names = site_names()
    for site_id in read_standings([slug])[slug].held_on:
        say(f"{slug} at {names.get(site_id, site_id)}: still on, for this site holds it on")


def _days(given: int | None) -> timedelta | None:
    try:
        return None if given is None else timedelta(days=given)
    except OverflowError:
        # Longer than any that is allowed, and told as such.
        return timedelta.max


def _site_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")
    parser.add_argument("host", metavar="HOST", help="host or host:port, as in Wagtail's sites")
    parser.add_argument("mode", choices=SiteMode.values)
    _reason(parser)


def _site(given: Mapping[str, Any], say: Say) -> None:
    slug, mode = given["slug"], given["mode"]
    site_id = _site_called(given["host"])
    change = set_site_mode(slug=slug, site_id=site_id, mode=SiteMode(mode), actor=operator(), reason=given["reason"])
    say_change(change, say, unmoved=f"{slug} at {given['host']}: was {mode} already")


def _set_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")
    parser.add_argument("values", metavar="NAME=VALUE", nargs="+")
    _for_one_site(parser)


def _unset_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")
    parser.add_argument("names", metavar="NAME", nargs="+")
    _for_one_site(parser)


def _for_one_site(parser: ArgumentParser) -> None:
    parser.add_argument("--site", metavar="HOST", help="for one site only")
    _reason(parser)


def _set(given: Mapping[str, Any], say: Say) -> None:
    values: dict[str, Any] = {}
    for pair in given["values"]:
        name, equals, text = pair.partition("=")
        if not equals:
            raise CommandError(f"write a setting as NAME=VALUE, not {pair}")
        values[name] = _typed(given["slug"], name, text)
    _change(given, values, say)


def _unset(given: Mapping[str, Any], say: Say) -> None:
    _change(given, dict.fromkeys(given["names"]), say)


def _change(given: Mapping[str, Any], values: Mapping[str, Any], say: Say) -> None:
    slug, site_id = given["slug"], _site_called(given["site"]) if given["site"] else None
    try:
        change = change_settings(slug=slug, values=values, site_id=site_id, actor=operator(), reason=given["reason"])
    except InvalidInput as error:
        raise CommandError(f"{error.field}: {error}" if error.field in values else str(error)) from error
    say_change(change, say, unmoved=f"{slug}: was set so already")


def _typed(slug: str, name: str, text: str) -> Any:
    # Everything else is read from its text by the setting itself.
    known = declared(slug).get(name)
    is_boolean = known is not None and known.kind == "boolean"
    return {"true": True, "false": False}.get(text.lower(), text) if is_boolean else text


def _site_called(host: str) -> int:
    names = site_names()
    meant = sites_called(host, names)
    if len(meant) != 1:
        told = [names[site_id] for site_id in meant or names]
        raise CommandError(f"{host} is {'several sites' if meant else 'no site'}; name one of {', '.join(told)}")
    return meant[0]


def _undo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("change", metavar="CHANGE", type=int, help="its number, as in: civicnet plugins changes")
    _reason(parser)


def _undo(given: Mapping[str, Any], say: Say) -> None:
    change = undo_change(change_id=given["change"], actor=operator(), reason=given["reason"])
    say_change(change, say, unmoved="nothing was left to undo")


ON = Subcommand("on", "switch a plugin on for everyone", _on_arguments, _on)
OFF = Subcommand("off", "switch a plugin off for everyone; its data stay", _off_arguments, _off)
SITE = Subcommand("site", "let one site follow the switch, or hold it on or off", _site_arguments, _site)
SET = Subcommand("set", "set settings of a plugin, for everyone or one site", _set_arguments, _set)
UNSET = Subcommand("unset", "take settings back to what holds without them", _unset_arguments, _unset)
UNDO = Subcommand("undo", "let plugins stand as before a change", _undo_arguments, _undo)
