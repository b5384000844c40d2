"""``apply`` and ``export``: how plugins stand, as a file that a deployment keeps."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from civicnet.lifecycle.commands.told import as_json, json_text, lines_of, operator
from civicnet.lifecycle.config_apply import Applied, FaultyConfig, apply_config, export_config, preview_config
from civicnet.lifecycle.subcommands import Say, Subcommand


def _apply_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="only tell what would move")
    parser.add_argument("--reason", default="", help="why, in place of the reason in the file")
    parser.add_argument("--json", action="store_true", help="one object, for programs")


def _apply(given: Mapping[str, Any], say: Say) -> None:
    text = _read(given["file"])
    try:
        if given["dry_run"]:
            applied = Applied(None, preview_config(text))
        else:
            applied = apply_config(text=text, actor=operator(), reason=given["reason"])
    except FaultyConfig as error:
        if given["json"]:
            say(json_text({"faults": [asdict(one) for one in error.faults]}))
        else:
            for one in error.faults:
                say(f"{one.place}: {one.sentence}" if one.place else one.sentence)
        raise
    if given["json"]:
        number = applied.change.pk if applied.change else None
        say(json_text({"change": number, "differences": as_json(applied.differences)}))
        return
    for line in lines_of(applied.differences):
        say(line)
    say(_ended(applied))


def _ended(applied: Applied) -> str:
    if applied.change:
        return f"change {applied.change.pk}; to undo it: civicnet plugins undo {applied.change.pk} --reason WHY"
    return "nothing has changed: this is what applying it would move" if applied.differences else "nothing to change"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not written in UTF-8") from error


def _nothing(parser: ArgumentParser) -> None:
    pass


def _export(given: Mapping[str, Any], say: Say) -> None:
    say(export_config().rstrip("\n"))


APPLY = Subcommand("apply", "let plugins stand as a file says, all of it or nothing", _apply_arguments, _apply)
EXPORT = Subcommand("export", "print a file that says how all plugins stand", _nothing, _export)
