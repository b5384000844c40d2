"""The public surface: every name of it is there, our own plugins use nothing else, and what leaves it is told in time."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pluggy
import pytest

from civicnet.contract import CONTRACT_VERSION, PROJECT, Failure, LeavesContract, hookimpl, hookspec, policy
from civicnet.contract.surface import SURFACE, public_names
from civicnet.lifecycle.lint import packages_below
from civicnet.lifecycle.lint.imports import outside_the_surface
from civicnet.lifecycle.lint.reading import read_source
from civicnet.testing.fixtures import manifest_for

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/contract.md").read_text(encoding="utf-8")
TUTORIAL = (ROOT / "docs/tutorial/first-plugin.md").read_text(encoding="utf-8")
PLUGINS = [*packages_below(ROOT / "plugins"), *packages_below(ROOT / "examples")]


def taken(text: str) -> Iterator[str]:
    source = read_source(text, place="anywhere", manifest=manifest_for("any"))
    return (name for _line, name in outside_the_surface(source))


@pytest.mark.parametrize("module", public_names())
def test_every_name_is_there(module: str) -> None:
    there = importlib.import_module(module)

    assert [name for name in sorted(public_names()[module]) if not hasattr(there, name)] == []


def test_each_module_is_named_in_one_group_and_each_group_says_why() -> None:
    modules = [module for group in SURFACE for module in group.names]

    assert len(modules) == len(set(modules))
    assert all(group.reason.endswith(".") for group in SURFACE)


@pytest.mark.parametrize("package", PLUGINS, ids=lambda package: package.name)
def test_our_own_plugins_use_nothing_else(package: Path) -> None:
    found = {name for path in package.rglob("*.py") for name in taken(path.read_text(encoding="utf-8"))}

    assert found == set()


def test_the_tutorial_uses_nothing_else() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", TUTORIAL, re.M | re.S)

    assert [name for text in blocks for name in taken(text)] == []


def test_the_page_says_what_the_code_says() -> None:
    assert f"Version **{CONTRACT_VERSION}**" in PAGE
    for group in SURFACE:
        assert f"**{group.reason}**" in PAGE
    listed = re.findall(r"^- `(civicnet[\w.]*)`: (.+)$", PAGE, re.M)
    assert {module: frozenset(re.findall(r"`(\w+)`", names)) for module, names in listed} == public_names()


def test_the_surface_needs_nothing_above_the_contract() -> None:
    tree = ast.parse((ROOT / "platform/civicnet/contract/surface.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported == {"__future__", "collections.abc", "dataclasses", "civicnet"}


class Published:
    """Hooks of which one is on its way out, and one has an argument that is."""

    @staticmethod
    @hookspec(failure=Failure.ISOLATE, leaves="2027-03-01: use panels() instead; goes with contract 2.0")
    def banners() -> list[str]:  # type: ignore[empty-body]
        """Texts above every page."""

    @staticmethod
    @hookspec(failure=Failure.ISOLATE, leaving={"page": "2027-03-01: take request instead; goes with contract 2.0"})
    def notes(page: str, request: str) -> list[str]:  # type: ignore[empty-body]
        """Texts beside a page."""


def manager() -> pluggy.PluginManager:
    found = pluggy.PluginManager(PROJECT)
    found.add_hookspecs(Published)
    return found


class Old:
    """A plugin that implements what is on its way out."""

    @hookimpl
    def banners(self) -> list[str]:
        return []


class OldArgument:
    """A plugin that takes what is on its way out."""

    @hookimpl
    def notes(self, page: str) -> list[str]:
        return []


class New:
    """A plugin that has moved on."""

    @hookimpl
    def notes(self, request: str) -> list[str]:
        return []


def test_whoever_implements_what_leaves_is_told() -> None:
    with pytest.warns(LeavesContract, match=r"2027-03-01: use panels\(\) instead"):
        manager().register(Old())
    with pytest.warns(LeavesContract, match="2027-03-01: take request instead"):
        manager().register(OldArgument())


def test_whoever_has_moved_on_is_not(recwarn: pytest.WarningsRecorder) -> None:
    manager().register(New())

    assert not [one for one in recwarn if issubclass(one.category, LeavesContract)]
    assert policy(Published.notes).failure is Failure.ISOLATE
