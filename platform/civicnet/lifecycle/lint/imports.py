"""Imports: what a plugin takes from other plugins, and from the platform past its public surface."""

from __future__ import annotations

from collections.abc import Iterator

from civicnet.contract.surface import public_names
from civicnet.lifecycle.discovery import discover
from civicnet.lifecycle.lint.reading import Source

_PLATFORM = "civicnet"


def other_plugins(source: Source) -> Iterator[tuple[int, str]]:
    """Imports from packages of other plugins, and from the site around them."""
    known = {manifest.package for manifest in discover().loadable}
    for one in source.imports:
        top = one.module.partition(".")[0]
        if top != source.manifest.package and (top in known or top.startswith(f"{_PLATFORM}_")):
            yield one.line, top


def outside_the_surface(source: Source) -> Iterator[tuple[int, str]]:
    """Imports from the platform that no group of the surface names. A whole module may be imported where it is named."""
    public = public_names()
    for one in source.imports:
        if one.module.partition(".")[0] != _PLATFORM:
            continue
        if one.module not in public or (one.name and one.name not in public[one.module]):
            yield one.line, f"{one.module}.{one.name}".rstrip(".")
