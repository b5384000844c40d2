"""The load report: what each installed plugin is doing here, and what a new preflight finds, in lines for a terminal."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import Error

from civicnet.lifecycle.discovery import Unloadable, discover
from civicnet.lifecycle.preflight import rehearse_again
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import Snapshot, read


def report(*, traces: bool = False) -> list[str]:
    """A line for each loaded plugin with its switch, then one for each that is left out, or lacks a part, with the reason.

    ``traces`` adds below each what it raised, in full. Without a database, nobody knows the switches, and the rest is told.
    """
    snapshot = _snapshot()
    lines = [_line(slug, str(one.version), _switch(snapshot, slug)) for slug, one in registry.manifests.items()]
    for one in registry.quarantined:
        in_part = one.name in registry.manifests and one.state == "quarantined"
        lines.append(_part(one) if in_part else _fault(one))
        if traces and one.detail:
            lines.append(one.detail.rstrip())
    return lines


def retry() -> tuple[list[str], bool]:
    """Try again which plugins the host can start with: the lines to print, and whether nothing was found.

    Raises:
        HostFails: the host does not start without any plugin either.
        OSError: the verdict could not be kept.
    """
    found = discover()
    verdict = rehearse_again(found, var=Path(settings.VAR_DIR), seconds=settings.CIVICNET_PREFLIGHT_SECONDS)
    out = {one.name for one in verdict.out}
    fine = [_line(one.slug, str(one.version), "loads") for one in found.loadable if one.slug not in out]
    faults = [*found.unloadable, *verdict.out]
    lines = fine + [_fault(one) for one in faults] + [_part(one) for one in verdict.noted]
    lines.append("Running processes keep what they started with: restart them one after the other.")
    return lines, not (faults or verdict.noted)


def _snapshot() -> Snapshot | None:
    try:
        return read(None)
    except Error:
        return None


def _switch(snapshot: Snapshot | None, slug: str) -> str:
    if snapshot is None:
        return "loaded"
    if snapshot.is_on(slug):
        return "on"
    return "sunset" if slug in snapshot.sunset else "off"


def _fault(one: Unloadable) -> str:
    return _line(one.name, one.version, f"{one.state}: {one.reason}")


def _part(one: Unloadable) -> str:
    return _line(one.name, one.version, f"in part: {one.reason}")


def _line(name: str, version: str, state: str) -> str:
    return f"{name:<16} {version:<10} {state}"
