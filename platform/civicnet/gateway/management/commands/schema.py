"""``civicnet schema``: print the GraphQL schema, what its fields cost, what a switch breaks in it, or what we broke."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from graphql import GraphQLError, GraphQLSchema, build_schema

from civicnet.gateway.breaking import breaking, undated
from civicnet.gateway.composer import compose
from civicnet.gateway.cost_page import cost_page, plain_costs
from civicnet.gateway.defined import NOTHING
from civicnet.gateway.diff import Change, Difference, difference
from civicnet.gateway.usage import Caller
from civicnet.lifecycle.registry import registry


class Command(BaseCommand):
    help = (
        "Print the GraphQL schema in SDL, as schema.graphql keeps it; what fields cost (costs); what switching plugins would "
        "break in it (diff); or whether it keeps what was published (check)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Nothing, ``costs``, ``diff`` with the plugins that would be switched, or ``check`` with what was published."""
        parser.add_argument("act", nargs="?", choices=["print", "costs", "diff", "check"], default="print")
        parser.add_argument("--published", type=Path, metavar="FILE", help="the schema that portals were promised")
        parser.add_argument("--without", action="append", default=[], metavar="SLUG", help="as if it were switched off")
        parser.add_argument("--with", action="append", default=[], metavar="SLUG", help="as if it were switched on")
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, act: str, without: list[str], json: bool, **options: Any) -> None:
        """To standard output.

        ``diff`` ends with 1 if something breaks that somebody called within 30 days, ``check`` if something breaks before its
        day.
        """
        # What people define differs from city to city, and is no promise of the code.
        whole = compose(frozenset(registry.manifests), defined=NOTHING)
        if act == "print":
            self.stdout.write(whole.sdl)
            return
        if act == "check":
            # From its text: the library takes a class of graphene's for another kind of type than the same one read.
            self._check(build_schema(whole.sdl), options["published"])
            return
        if act == "costs":
            listed = orjson.dumps(plain_costs(whole.schema)).decode()
            self.stdout.write(listed if json else cost_page(whole.schema), ending="")
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

    def _check(self, schema: GraphQLSchema, published: Path | None) -> None:
        if published is None:
            raise CommandError("say which: civicnet schema check --published schema.published.graphql")
        try:
            promised = build_schema(published.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, GraphQLError) as error:
            raise CommandError(f"{published} cannot be read as a schema: {error}") from error
        marks = undated(schema)
        for mark in marks:
            self.stdout.write(f"{mark.place}: its @deprecated must begin with “until YYYY-MM-DD: ”")
        changes = breaking(promised, schema, today=timezone.localdate())
        for one in changes:
            self.stdout.write(f"{one.sentence} {f'Not yet: {one.obstacle}.' if one.obstacle else 'Its day has come.'}")
        if marks or any(one.obstacle for one in changes):
            sys.exit(1)
        self.stdout.write("What was published is kept.")


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
