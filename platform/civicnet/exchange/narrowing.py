"""Narrowing: an actor with the same rights over one subtree only."""

from __future__ import annotations

from dataclasses import replace

from civicnet.access.models import Organisation
from civicnet.contract import Actor


def narrowed(actor: Actor, organisation: Organisation) -> Actor:
    """The actor as far as this organisation's subtree reaches; what they hold elsewhere gives no sight of anything."""
    path = organisation.path
    return replace(actor, scopes={name: _cut(paths, path) for name, paths in actor.scopes.items()})


def _cut(paths: tuple[str, ...], path: str) -> tuple[str, ...]:
    if any(path.startswith(mine) for mine in paths):
        return (path,)
    return tuple(mine for mine in paths if mine.startswith(path))
