"""Owners: which plugin a module, a model, an app or a permission belongs to."""

from __future__ import annotations

from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import current


def plugin_of(name: str) -> str | None:
    """The loaded plugin in whose package a dotted name lies, such as ``civicnet_grid.view_grid``; None for the host's own."""
    package = name.partition(".")[0]
    return next((slug for slug, manifest in registry.manifests.items() if manifest.package == package), None)


def rests(name: str) -> bool:
    """Whether a dotted name belongs to a plugin that is off now."""
    slug = plugin_of(name)
    return slug is not None and not current().is_on(slug)
