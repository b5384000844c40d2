"""``civicnet plugins lint``: what authors forget easily, by file and line; exit code 1 when something is found."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from civicnet.lifecycle.discovery import discover
from civicnet.lifecycle.lint import Finding, lint, packages_below
from civicnet.lifecycle.manifest import ManifestError
from civicnet.lifecycle.subcommands import Say, Subcommand


def _arguments(parser: ArgumentParser) -> None:
    """Paths or slugs; without any, all plugins that are loaded."""
    parser.add_argument(
        "targets", nargs="*", metavar="PATH|SLUG", help="a plugin's folder, or the slug of a loaded one"
    )


def _lint(given: Mapping[str, Any], say: Say) -> None:
    """Say every finding as ``file:line: code sentence``.

    Raises:
        CommandError: something was found, or a target is no plugin.
    """
    folders = list(dict.fromkeys(folder for target in given["targets"] or _loaded() for folder in _folders(target)))
    try:
        found = [finding for folder in folders for finding in lint(folder)]
    except ManifestError as error:
        raise CommandError(str(error)) from error
    for one in found:
        say(f"{_short(one)}:{one.line}: {one.code} {one.message}")
    if found:
        raise CommandError(f"{len(found)} found; docs/reference/plugin-lint.md says why each matters")
    say(f"nothing found in {len(folders)} plugins")


def _loaded() -> list[str]:
    return [manifest.slug for manifest in discover().loadable]


def _folders(target: str) -> Iterator[Path]:
    if Path(target).is_dir():
        found = packages_below(Path(target).resolve())
        if not found:
            raise CommandError(f"{target}: there is no plugin.toml below this folder")
        yield from found
        return
    packages = {manifest.slug: manifest.package for manifest in discover().loadable}
    spec = find_spec(packages[target]) if target in packages else None
    if spec is None or not spec.submodule_search_locations:
        raise CommandError(f"{target} is no folder and no loaded plugin; there are {', '.join(packages)}")
    yield Path(next(iter(spec.submodule_search_locations))).resolve()


def _short(finding: Finding) -> Path:
    here = Path.cwd()
    return finding.path.relative_to(here) if finding.path.is_relative_to(here) else finding.path


LINT = Subcommand(
    "lint",
    "look through plugins' source for what goes past the platform's gates; nothing of it is run",
    _arguments,
    _lint,
    needs_database=False,
)
