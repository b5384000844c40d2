"""Breaking on purpose: a plugin that raises in every hook, and an installed one whose every hook raises for a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import get_resolver

from civicnet.contract import hookimpl
from civicnet.gateway import composer
from civicnet.lifecycle import faults
from civicnet.lifecycle.contributed import contributed
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry
from civicnet.testing.switching import Plug


class BrokenOnPurpose(RuntimeError):
    """What a broken hook raises."""


def all_hooks() -> list[str]:
    """Names of every hook there is, those that plugins publish included."""
    return sorted(name for name, hook in vars(registry.manager.hook).items() if getattr(hook, "spec", None))


def raising(**_given: Any) -> None:
    """An implementation that fails."""
    raise BrokenOnPurpose("broken on purpose")


@pytest.fixture
def no_fault_is_kept() -> Iterator[None]:
    """What a test's broken plugin left behind in this process goes with the test."""
    known = list(registry.quarantined)
    yield
    registry.quarantined[:] = known
    faults.forget()


@pytest.fixture
def broken_plugin(plug: Plug, no_fault_is_kept: None) -> Callable[..., Manifest]:
    """Registers a plugin that raises in every hook: ``broken_plugin("broken")``; only in some: ``hooks=["waiting"]``."""

    def add(slug: str = "broken", *, hooks: list[str] | None = None, **fields: Any) -> Manifest:
        chosen = all_hooks() if hooks is None else hooks
        # Each its own function: the marker is written on it.
        made = {name: hookimpl(lambda: raising()) for name in chosen}
        return plug(slug, SimpleNamespace(**made), **fields)

    return add


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch, no_fault_is_kept: None) -> Iterator[Callable[[str], list[str]]]:
    """Lets every hook of a loaded plugin raise for the rest of the test; returns their names: ``breaking("library")``."""

    def break_all(slug: str) -> list[str]:
        # What is registered once per process is registered whole, or it would be missing in every later test.
        get_resolver().url_patterns  # noqa: B018
        contributed()
        broken = []
        for name in all_hooks():
            for implementation in getattr(registry.manager.hook, name).get_hookimpls():
                if implementation.plugin_name == slug:
                    monkeypatch.setattr(implementation, "function", raising)
                    broken.append(name)
        composer.forget()
        return broken

    yield break_all
    # Composed without the broken part; the next test wants it back.
    composer.forget()
