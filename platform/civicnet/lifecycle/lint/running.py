"""Running: all rules over all modules of a plugin, less what its comments allow with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from civicnet.lifecycle.lint.allowing import allowances
from civicnet.lifecycle.lint.reading import Finding, Source, read_source
from civicnet.lifecycle.lint.rules import RULES
from civicnet.lifecycle.manifest import Manifest, read_manifest

NOT_PYTHON, NO_REASON, NOTHING_THERE = "CN001", "CN002", "CN003"
# What is wrong with a file or a comment, rather than with the code.
OWN = {
    NOT_PYTHON: "this cannot be read as Python: mend it first.",
    NO_REASON: "an allowance names its codes and its reason: # lint: allow CN101 because …",
    NOTHING_THERE: "nothing of this kind is found here any more: take the allowance out.",
}


def packages_below(folder: Path) -> list[Path]:
    """The plugins' packages in a folder: itself, or all folders below it that hold a plugin.toml."""
    found = sorted(path.parent for path in folder.rglob("plugin.toml") if not _is_hidden(path.relative_to(folder)))
    return [folder] if folder in found else found


def lint(package: Path) -> list[Finding]:
    """Everything that is found in a plugin's package; its tests, should they lie inside, are left alone.

    Raises:
        ManifestError: there is no plugin.toml, or it breaks a rule.
    """
    manifest = read_manifest(package / "plugin.toml", package=package.name)
    found: list[Finding] = []
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if "tests" not in inside.parts and not _is_hidden(inside):
            found += lint_text(path.read_text(encoding="utf-8"), path, ".".join(inside.with_suffix("").parts), manifest)
    return found


def lint_text(text: str, path: Path, place: str, manifest: Manifest) -> list[Finding]:
    """Everything that is found in the text of one module."""
    try:
        source = read_source(text, place=place, manifest=manifest)
    except (SyntaxError, ValueError) as error:
        return [Finding(path, getattr(error, "lineno", None) or 1, NOT_PYTHON, OWN[NOT_PYTHON])]
    raw = sorted(set(_found(source, path)))
    kept, used = list(raw), set()
    wrong: list[Finding] = []
    for one in allowances(text):
        if not one.codes or not one.reason:
            wrong.append(Finding(path, one.line, NO_REASON, OWN[NO_REASON]))
            continue
        for code in sorted(one.codes):
            covered = {finding for finding in raw if finding.line == one.line and finding.code == code}
            used |= covered
            if not covered:
                wrong.append(Finding(path, one.line, NOTHING_THERE, f"{code}: {OWN[NOTHING_THERE]}"))
    return sorted([one for one in kept if one not in used] + wrong)


def _found(source: Source, path: Path) -> Iterator[Finding]:
    for rule in RULES:
        for line, what in rule.look(source):
            yield Finding(path, line, rule.code, f"{rule.finds} ({what}): {rule.instead}")


def _is_hidden(inside: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in inside.parts)
