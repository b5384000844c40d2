"""Reading: one module of a plugin, with every name led back to where it was imported from."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from civicnet.lifecycle.manifest import Manifest


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where a rule is broken, which one, and what to do instead."""

    path: Path
    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name; ``name`` is empty where a whole module was imported."""

    line: int
    module: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed module. ``place`` is its dotted path inside the package, e.g. ``views.desk``."""

    place: str
    tree: ast.Module
    names: Mapping[str, str]
    imports: tuple[Import, ...]
    manifest: Manifest

    def dotted(self, node: ast.AST) -> str:
        """The full name of what an expression names, as ``wagtail.hooks.register``; "" where it was not imported."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, "")
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        return ""

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call, with the full name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, self.dotted(node.func)


def read_source(text: str, *, place: str, manifest: Manifest) -> Source:
    """Parse a module.

    Raises:
        SyntaxError: it is no Python.
    """
    tree = ast.parse(text)
    package = ".".join([manifest.package, *place.split(".")])
    found = [one for node in ast.walk(tree) for one in _imported(node, package)]
    names = {alias: f"{one.module}.{one.name}" if one.name else alias_of for one, alias, alias_of in found}
    return Source(place, tree, names, tuple(one for one, _alias, _of in found), manifest)


def _imported(node: ast.AST, module: str) -> Iterator[tuple[Import, str, str]]:
    """What a statement imports, the name it is given, and what that name stands for."""
    if isinstance(node, ast.Import):
        for one in node.names:
            top = one.name.partition(".")[0]
            yield Import(node.lineno, one.name), one.asname or top, one.name if one.asname else top
    if isinstance(node, ast.ImportFrom):
        base = ".".join(module.split(".")[: -node.level]) if node.level else ""
        whole = ".".join(part for part in (base, node.module) if part)
        for one in node.names:
            yield Import(node.lineno, whole, one.name), one.asname or one.name, ""
