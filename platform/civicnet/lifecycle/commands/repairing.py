"""``reset`` and ``demo``: letting a stopped hook be called again, and a few rows to try a plugin with."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from civicnet.lifecycle.commands.told import harmless, operator
from civicnet.lifecycle.hooks import HookError, one_of
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.resetting import reset_breaker
from civicnet.lifecycle.snapshot import current
from civicnet.lifecycle.subcommands import Say, Subcommand


def _reset_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")
    parser.add_argument("hook", metavar="HOOK")
    parser.add_argument("--reason", default="", help="why; kept in the audit")


def _reset(given: Mapping[str, Any], say: Say) -> None:
    slug, hook = given["slug"], given["hook"]
    reset_breaker(slug=slug, hook=hook, actor=operator(), reason=given["reason"])
    say(f"{slug} {hook}: is called again")


def _demo_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug", metavar="SLUG")


def _demo(given: Mapping[str, Any], say: Say) -> None:
    slug = given["slug"]
    if slug not in registry.manifests:
        raise CommandError(f"no plugin named {slug} is loaded")
    if not current().is_on(slug):
        raise CommandError(f"{slug} is off; switch it on first: civicnet plugins on {slug} --reason WHY")
    try:
        answer = one_of(slug, "demo_data", actor=operator())
    except HookError as error:
        raise CommandError(harmless(error)) from error
    if answer is None:
        raise CommandError(f"{slug} brings no demo data")
    say(f"{slug}: {answer.value} rows")


RESET = Subcommand("reset", "let a stopped hook of a plugin be called again at once", _reset_arguments, _reset)
DEMO = Subcommand("demo", "make a few invented rows to try a plugin with", _demo_arguments, _demo)
