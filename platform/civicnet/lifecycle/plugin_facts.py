"""What is known of one plugin, for whoever looks after it: how it stands, how it fares, and what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from civicnet.contract import NotFound
from civicnet.lifecycle.consequences import consequences
from civicnet.lifecycle.faring import breakers_of, faults_of, times_of
from civicnet.lifecycle.labels import in_language, plugin_label
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.sites import site_names
from civicnet.lifecycle.snapshot import read
from civicnet.lifecycle.standing import Standing, read_standings


def plugin_facts(slug: str) -> dict[str, Any]:
    """Everything about a loaded plugin as plain values, ready for JSON.

    Raises:
        NotFound: no such plugin is loaded; the reason is told where one was left out.
    """
    manifest = registry.manifests.get(slug)
    if manifest is None:
        raise NotFound("; ".join(one.reason for one in registry.quarantined if one.name == slug) or None)
    standing = read_standings([slug])[slug]
    return {
        "slug": slug,
        "label": plugin_label(slug),
        "summary": in_language(manifest.summary),
        "version": str(manifest.version),
        "scope": manifest.scope,
        "enabled": standing.enabled,
        "on": read(None).is_on(slug),
        "sunset_until": standing.sunset_until.isoformat() if standing.sunset_until else None,
        "requires": list(manifest.requires_plugins),
        "needed_by": list(registry.dependants(slug)),
        "settings": _settings(slug, standing),
        "sites": _sites(slug, standing),
        "consequences": [asdict(one) | {"label": str(one.label)} for one in consequences(slug)],
        **hook_facts(slug),
    }


def hook_facts(slug: str) -> dict[str, list[dict[str, Any]]]:
    """What a plugin raised in its hooks, those that are stopped, and how long each took in the last week."""
    return {
        "faults": [_of(one, "hook", "error", "message", "times", "last_at") for one in faults_of(slug)],
        "breakers": [_of(one, "hook", "reason", "opened_at", "retry_at", "trips") for one in breakers_of(slug)],
        "times": [
            {"hook": one.hook, "called": one.calls, "mean_ms": one.mean_ms, "slowest": one.slowest_ms}
            for one in sorted(times_of(slug), key=lambda one: one.hook)
        ],
    }


def _of(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _settings(slug: str, standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "label": in_language(one.label, one.name),
            "kind": one.kind,
            "value": one.or_default(standing.settings.get(one.name, one.default)),
            "default": one.default,
            "per_site": one.per_site,
        }
        for one in registry.manifests[slug].settings
    ]


def _sites(slug: str, standing: Standing) -> list[dict[str, Any]]:
    names: Mapping[int, str] = site_names()
    return [
        {
            "id": site_id,
            "name": name,
            "mode": str(standing.at(site_id).mode),
            "on": read(site_id).is_on(slug),
            "settings": dict(standing.at(site_id).settings),
        }
        for site_id, name in names.items()
    ]
