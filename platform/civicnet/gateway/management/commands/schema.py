"""``civicnet schema``: print the GraphQL schema with every loaded plugin on, what its fields cost, or what a switch breaks."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError

from civicnet.gateway.composer import compose
from civicnet.gateway.cost_page import cost_page, plain_costs
from civicnet.gateway.diff import Change, Difference, difference
from civicnet.gateway.usage import Caller
from civicnet.lifecycle.registry import registry


class Command(BaseCommand):
    help = (
        "Print the GraphQL schema in SDL, as schema.graphql keeps it; what fields cost; or what a switch would break."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Nothing, ``costs``, or ``diff`` with the plugins that would be switched."""
        parser.add_argument("act", nargs="?", choices=["print", "diff", "costs"], default="print")
        parser.add_argument("--without", action="append", default=[], metavar="SLUG", help="as if it were switched off")
        parser.add_argument("--with", action="append", default=[], metavar="SLUG", help="as if it were switched on")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, act: str, without: list[str], json: bool, **options: Any) -> None:
        """To standard output; ``diff`` ends with 1 if something breaks that somebody called within 30 days."""
        if act == "print":
            self.stdout.write(compose(frozenset(registry.manifests)).sdl)
            return
        if act == "costs":
            schema = compose(frozenset(registry.manifests)).schema
            listed = plain_costs(schema)
            self.stdout.write(orjson.dumps(listed).decode() if json else cost_page(schema), ending="")
            return
        adding: list[str] = options["with"]
        if unknown := sorted({*without, *adding} - registry.manifests.keys()):
            raise CommandError(f"no plugin is loaded by the name of {', '.join(unknown)}")
        if not (without or adding):
            raise CommandError("name a plugin: civicnet schema diff --without SLUG")
        found = difference(without=without, adding=adding)
        self.stdout.write(orjson.dumps(_plain(found)).decode() if json else "\n".join(_lines(found)))
        if found.hurts:
            sys.exit(1)


def _lines(found: Difference) -> Iterator[str]:
    moved = [f"without {slug}" for slug in found.leaving] + [f"with {slug}" for slug in found.coming]
    yield f"schema {found.before} → {found.after} ({', '.join(moved) or 'nothing moves'})"
    for title, changes in (("breaking", found.breaking), ("dangerous", found.dangerous)):
        yield f"{title}: {len(changes)}"
        for change in changes:
            yield f"  {change.sentence}"
            yield from (f"    {one.label}: {one.calls} calls, last on {one.last_day}" for one in change.callers)


def _plain(found: Difference) -> dict[str, Any]:
    return {
        "before": found.before,
        "after": found.after,
        "leaving": found.leaving,
        "coming": found.coming,
        "breaking": [_change(one) for one in found.breaking],
        "dangerous": [_change(one) for one in found.dangerous],
    }


def _change(one: Change) -> dict[str, Any]:
    return {"kind": one.kind, "sentence": one.sentence, "callers": [_caller(caller) for caller in one.callers]}


def _caller(one: Caller) -> dict[str, Any]:
    return {"client": one.client, "label": one.label, "calls": one.calls, "last_day": one.last_day}
