"""Differences between two pictures of how plugins stand, one for each switch, mode, sunset and setting that moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from civicnet.lifecycle.setting_values import declared
from civicnet.lifecycle.standing import Standing, to_json


@dataclass(frozen=True, slots=True)
class Difference:
    """What moves of one plugin, for everyone or on one site.

    ``key`` is ``enabled``, ``sunset_until``, ``mode`` or ``settings.NAME``. A setting's value is the one in force: None says
    that a site takes what is set for everyone.
    """

    plugin: str
    site_id: int | None
    key: str
    before: Any
    after: Any


def differences(before: Mapping[str, Standing], after: Mapping[str, Standing]) -> list[Difference]:
    """What moves from one picture to the other, plugin by plugin in the order of the second."""
    return [one for slug, standing in after.items() for one in _of(slug, before.get(slug, Standing()), standing)]


def _of(slug: str, before: Standing, after: Standing) -> Iterator[Difference]:
    old, new = to_json(before), to_json(after)
    for key in ("enabled", "sunset_until"):
        if old.get(key) != new.get(key):
            yield Difference(slug, None, key, old.get(key), new.get(key))
    defaults = {name: one.default for name, one in declared(slug).items()}
    yield from _settings(slug, None, {**defaults, **before.settings}, {**defaults, **after.settings})
    for site_id in sorted({*before.sites, *after.sites}):
        left, right = before.at(site_id), after.at(site_id)
        if left.mode != right.mode:
            yield Difference(slug, site_id, "mode", str(left.mode), str(right.mode))
        yield from _settings(slug, site_id, left.settings, right.settings)


def _settings(
    slug: str, site_id: int | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Difference(slug, site_id, f"settings.{name}", before.get(name), after.get(name))
