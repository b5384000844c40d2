"""Loading: what this process loads, decided once, while settings are read."""

from __future__ import annotations

import os
from pathlib import Path

from civicnet.lifecycle.culprits import name_imports_of
from civicnet.lifecycle.discovery import Discovery, Unloadable, discover
from civicnet.lifecycle.preflight import IN_REHEARSAL, rehearsed

POLICIES = ("strict", "quarantine", "safe")
_chosen: Discovery | None = None


def installed_apps(*, policy: str, var: Path, seconds: float) -> list[str]:
    """Django app paths of all plugins this process loads, on or off: code, models and migrations always stay loaded.

    ``strict``: all that fit, and whatever one of them raises stops the start. ``quarantine``: those with which the host
    starts, as a process of its own has tried; its verdict is kept in ``var``, and no step of it may take more seconds.
    ``safe``: none.

    Raises:
        ValueError: there is no such policy.
    """
    global _chosen
    if policy not in POLICIES:
        raise ValueError(f"CIVICNET_LOAD_POLICY is one of {', '.join(POLICIES)}, not {policy!r}")
    _chosen = _choose(policy, var, seconds)
    name_imports_of(_chosen.loadable)
    return [one.package for one in _chosen.loadable]


def chosen() -> Discovery:
    """What ``installed_apps`` decided; without it, everything that fits."""
    return _chosen or discover()


def _choose(policy: str, var: Path, seconds: float) -> Discovery:
    found = discover()
    if (tried := os.environ.get(IN_REHEARSAL)) is not None:
        return Discovery(tuple(one for one in found.loadable if one.slug in tried.split(",")))
    if policy == "safe":
        why = "the load policy is safe: no plugin is loaded"
        shut = tuple(Unloadable(one.slug, why, version=str(one.version)) for one in found.loadable)
        return Discovery((), (*found.unloadable, *shut))
    return found if policy == "strict" else rehearsed(found, var=var, seconds=seconds)
