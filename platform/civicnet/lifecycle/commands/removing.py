"""``civicnet plugins uninstall | restore | orphans``: a plugin's data out of the database, back into it, and mended."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from civicnet.lifecycle.commands.told import operator
from civicnet.lifecycle.mending import mend_orphans
from civicnet.lifecycle.orphans import orphans
from civicnet.lifecycle.removal.plan import Removal, plan_removal
from civicnet.lifecycle.removal.restore import restore_plugin
from civicnet.lifecycle.removal.uninstall import uninstall_plugin
from civicnet.lifecycle.subcommands import Say, Subcommand

_HEADINGS = {
    "own": "its own tables, dropped:",
    "host": "rows of the host that go with them:",
    "derived": "rows that are made anew from others:",
    "blanked": "rows that stay and point at nothing from then on:",
}


def _uninstall_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug")
    parser.add_argument("--yes", action="store_true", help="do it, after writing an archive")
    parser.add_argument("--reason", default="", help="why; kept in the audit")
    parser.add_argument("--json", action="store_true", help="tell it for programs")


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("archive", type=Path)
    parser.add_argument("--unknown", action="store_true", help="also one that was not written here; kept in the audit")
    parser.add_argument("--reason", default="", help="why; kept in the audit")


def _orphans_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("slug", nargs="?")
    parser.add_argument("--mend", action="store_true", help="do what each field's rule says")
    parser.add_argument("--reason", default="", help="why; kept in the audit")


def _uninstall(options: Mapping[str, Any], say: Say) -> None:
    slug = options["slug"]
    if not options["yes"]:
        _tell(plan_removal(slug), say, as_json=options["json"])
        return
    done = uninstall_plugin(slug=slug, actor=operator(), reason=options["reason"])
    if options["json"]:
        told = {"slug": slug, "archive": str(done.archive), "sha256": done.sha256, "rows": done.counts}
        say(json.dumps(told, ensure_ascii=False))
        return
    for table, rows in sorted(done.counts.items()):
        say(f"  {table:<56} {rows:>9}")
    say(f"{slug} is out of the database. Its archive: {done.archive}")
    say(f"sha256 {done.sha256}")
    say(
        "Next: remove its package and restart the processes. To come back: install it, migrate, plugins restore ARCHIVE."
    )


def _tell(removal: Removal, say: Say, *, as_json: bool) -> None:
    if as_json:
        lines = [{"table": one.table, "rows": one.rows, "kind": one.kind} for one in removal.lines]
        names = ("slug", "branches", "constraints", "files", "obstacles")
        say(json.dumps({name: getattr(removal, name) for name in names} | {"lines": lines}, ensure_ascii=False))
        return
    say(f"{removal.slug} {removal.inventory.version}: what would go; nothing is done without --yes.")
    for kind, heading in _HEADINGS.items():
        counted = [one for one in removal.lines if one.kind == kind and (one.rows or kind == "own")]
        if counted:
            say(heading)
            for one in counted:
                say(f"  {one.table:<56} {one.rows:>9}")
    _list("branches of pages:", removal.branches, say)
    _list("constraints of other tables, dropped:", removal.constraints, say)
    _list("uploaded files, which stay where they are:", removal.files, say)
    say(
        "What stays: the audit, the change log and the changes of switches, which name it by text; roles and their people."
    )
    _list("IN THE WAY:", removal.obstacles, say)


def _list(heading: str, things: list[str], say: Say) -> None:
    if things:
        say(heading)
        for one in things:
            say(f"  {one}")


def _restore(options: Mapping[str, Any], say: Say) -> None:
    given = {name: options[name] for name in ("archive", "reason", "unknown")}
    done = restore_plugin(**given, actor=operator())
    for table, rows in sorted(done.counts.items()):
        say(f"  {table:<56} {rows:>9}")
    for table, rows in sorted(done.left_out.items()):
        say(f"  left out, for what they hang on is gone: {table} {rows}")
    say(f"{done.slug} {done.version} is back, and off. Restart the processes, then switch it on.")


def _orphans(options: Mapping[str, Any], say: Say) -> None:
    slug = options["slug"]
    found = mend_orphans(actor=operator(), reason=options["reason"], slug=slug) if options["mend"] else orphans(slug)
    for one in found:
        say(str(one))
    say(f"{sum(one.rows for one in found)} rows point at nothing{', after mending' if options['mend'] else ''}.")


UNINSTALL = Subcommand(
    "uninstall", "take a plugin out of the database; only tells, unless --yes", _uninstall_arguments, _uninstall
)
RESTORE = Subcommand("restore", "bring a plugin's rows back from an archive", _restore_arguments, _restore)
ORPHANS = Subcommand(
    "orphans", "count rows of plugins that point at nothing, or mend them", _orphans_arguments, _orphans
)
