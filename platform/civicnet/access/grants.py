"""Grants: the permissions that mean something here, in words people understand; a role holds none but these.

A plugin names its grants in ``plugin.toml`` under ``[permissions]``; the rooms of the platform offer theirs from their
``AppConfig.ready``. What Django adds for each table stays out of it: such a permission would lead past the services.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from civicnet.lifecycle.labels import in_language
from civicnet.lifecycle.manifest import Manifest
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission with the words for it.

    ``sensitive``: it shows what is written about people or cases. ``wide``: it concerns the platform as a whole, so that
    it can only be held at the top of the tree.
    """

    permission: str
    label: Any
    sensitive: bool = False
    wide: bool = False
    neutral: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """The grants of one plugin or room. While a plugin is off its grants rest: they are kept, and allow nothing."""

    key: str
    label: Any
    grants: tuple[Grant, ...]
    resting: bool = False


# The shelves of the platform in this order; a room that is not named here comes after them.
_ORDER = ("platform", "people", "organisations", "clients", "exchange", "audit", "sites")
_offered: dict[str, tuple[Any, dict[str, Grant]]] = {}


def offer(room: str, label: Any, grants: Iterable[Grant]) -> None:
    """Put grants of a room of the platform on its shelf; the same permission again replaces the words for it."""
    _known, held = _offered.setdefault(room, (label, {}))
    held.update({one.permission: one for one in grants})


def shelves() -> list[Shelf]:
    """All grants, those of the platform first, then the plugins' in order of loading."""
    keys = sorted(_offered, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))
    rooms = [Shelf(key, _offered[key][0], tuple(_offered[key][1].values())) for key in keys]
    on = read(None)
    return rooms + [
        Shelf(slug, in_language(manifest.label, slug), _of(manifest), resting=not on.is_on(slug))
        for slug, manifest in registry.manifests.items()
        if manifest.permissions
    ]


def grants() -> dict[str, Grant]:
    """Every grant by its permission, resting or not."""
    found = {one.permission: one for _label, held in _offered.values() for one in held.values()}
    return found | {one.permission: one for manifest in registry.manifests.values() for one in _of(manifest)}


def label_of(permission: str) -> str:
    """The words for a permission; its bare name when nobody offers it any more."""
    found = grants().get(permission)
    return str(found.label) if found else permission


def _of(manifest: Manifest) -> tuple[Grant, ...]:
    return tuple(
        Grant(one.name, in_language(one.label, one.name), sensitive=one.sensitive, wide=one.wide)
        for one in manifest.permissions
    )


def offer_own() -> None:
    """What the floors below and this room itself offer."""
    offer(
        "people",
        gettext_lazy("People and roles"),
        [
            Grant("civicnet_access.view_people", gettext_lazy("See people, roles and who may do what")),
            Grant("civicnet_access.manage_people", gettext_lazy("Manage accounts and appoint people to roles")),
            Grant("civicnet_access.manage_roles", gettext_lazy("Make roles and say what they may do"), wide=True),
        ],
    )
    offer(
        "organisations",
        gettext_lazy("Organisations"),
        [
            Grant("civicnet_access.view_organisation", gettext_lazy("See organisations and their history")),
            Grant("civicnet_access.add_organisation", gettext_lazy("Add organisations")),
            Grant("civicnet_access.change_organisation", gettext_lazy("Rename, move, merge and close organisations")),
        ],
    )
    offer(
        "clients",
        gettext_lazy("Open interface"),
        [
            Grant("civicnet_access.view_apiclient", gettext_lazy("See API clients and what they were refused for")),
            Grant("civicnet_access.add_apiclient", gettext_lazy("Admit API clients")),
            Grant("civicnet_access.change_apiclient", gettext_lazy("Change API clients, their keys and their end")),
        ],
    )
    offer(
        "platform",
        gettext_lazy("The platform"),
        [
            Grant("wagtailadmin.access_admin", gettext_lazy("Enter this administration"), neutral=True),
            Grant("civicnet_lifecycle.switch_plugin", gettext_lazy("Switch plugins on and off"), wide=True),
        ],
    )
    offer(
        "audit",
        gettext_lazy("Audit"),
        [Grant("civicnet_ledger.view_auditrecord", gettext_lazy("Read the audit"), wide=True)],
    )
