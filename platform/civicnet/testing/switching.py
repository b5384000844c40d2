"""Switching in tests: plugins that are installed, and objects that play a plugin for the length of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from civicnet.access.actors import SYSTEM
from civicnet.gateway import composer
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry

Plug = Callable[..., Manifest]
Toggle = Callable[[str, bool], None]


def manifest_for(slug: str, **fields: Any) -> Manifest:
    """A manifest with everything a test does not care about filled in."""
    needs = fields.pop("requires_plugins", {})
    values: dict[str, Any] = {
        "slug": slug,
        "package": f"acme_{slug}",
        "version": Version("1.0"),
        "label": {"en": slug},
        "summary": {},
        "requires_platform": SpecifierSet(),
        "requires_plugins": {other: SpecifierSet(wanted) for other, wanted in needs.items()},
        "prefix": slug,
        "scope": "hybrid",
    }
    return Manifest(**values | fields)


@pytest.fixture
def plug(db: None) -> Iterator[Plug]:
    """Registers an object as a plugin for the length of a test: ``plug("station", Station())``, switched on unless told."""
    added: list[str] = []

    def add(slug: str, implementation: object | None = None, *, on: bool = True, **fields: Any) -> Manifest:
        manifest = manifest_for(slug, **fields)
        registry.add(manifest, implementation or object())
        added.append(slug)
        _forget()
        if on:
            enable_plugin(slug=slug, actor=SYSTEM, reason="test")
        return manifest

    yield add
    for slug in reversed(added):
        registry.remove(slug)
    _forget()


@pytest.fixture
def toggle(db: None) -> Toggle:
    """Moves the switch of an installed plugin for everyone, with those it needs or that need it: ``toggle(slug, False)``."""

    def move(slug: str, on: bool) -> None:
        if on:
            enable_plugin(slug=slug, actor=SYSTEM, reason="test", with_needed=True)
        else:
            disable_plugin(slug=slug, actor=SYSTEM, reason="test", with_dependants=True)

    return move


@pytest.fixture
def enabled(toggle: Toggle) -> Callable[..., None]:
    """Switches installed plugins on, with those they need: ``enabled("library", "grid")``."""

    def switch(*slugs: str) -> None:
        for slug in slugs:
            toggle(slug, True)

    return switch


def _forget() -> None:
    # The composer builds each part once per process; a test's plugins come and go within one.
    composer.forget()
