"""The plan of a removal: everything that would go, counted, and everything that stands in the way. It changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from wagtail.models import Page

from civicnet.contract import NotFound
from civicnet.lifecycle.inventory import Inventory, Table, describe, known_inventory
from civicnet.lifecycle.models import (
    HookBreaker,
    HookTiming,
    PluginFault,
    PluginSiteState,
    PluginState,
    ScheduleRun,
    SiteMode,
)
from civicnet.lifecycle.obstacles import obstacles
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.removal.reach import DERIVED, Model, Reach, reach_of, tops
from civicnet.lifecycle.removal.stand_ins import StandIn
from civicnet.lifecycle.removal.tables import constraints_into
from civicnet.lifecycle.standing import Standing, read_standings

# A migration writes these again when the plugin comes back.
REWRITTEN: tuple[Model, ...] = (ContentType, Permission)


@dataclass(frozen=True, slots=True)
class Line:
    """Rows of one table that go: ``own`` tables go whole; of the ``host``'s, rows that hang on them.

    ``derived`` rows are made anew from others, ``blanked`` rows stay and lose what they point at.
    """

    table: str
    rows: int
    kind: str


@dataclass(slots=True)
class Removal:
    """What taking a plugin out comes to."""

    slug: str
    inventory: Inventory
    own: list[Table]
    reach: Reach
    standing: Standing
    lines: list[Line] = field(default_factory=list)
    branches: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    @property
    def kept(self) -> list[tuple[Model, Table]]:
        """Models of the host of which rows go that an archive keeps."""
        kept = (one for one in self.reach.going if one not in (*DERIVED, *REWRITTEN))
        return [(one, describe(one)) for one in sorted(kept, key=lambda one: one._meta.db_table)]

    def counts(self) -> dict[str, int]:
        """Rows that go, by table."""
        return {one.table: one.rows for one in self.lines if one.rows and one.kind != "blanked"}


def plan_removal(slug: str) -> Removal:
    """Look at everything that would go with a plugin, loaded or not.

    Raises:
        NotFound: no such plugin was ever loaded here.
    """
    inventory = known_inventory(slug)
    if inventory is None:
        raise NotFound(_("Nothing is known of a plugin named %(slug)s: it was never loaded here.") % {"slug": slug})
    own = _there(inventory)
    standings = read_standings()
    removal = Removal(slug, inventory, own, reach_of(inventory), standings.get(slug, Standing()))
    removal.lines = list(_lines(removal))
    removal.branches = [f"{top.url_path} {top.title}" for top in tops(removal.reach.keys(Page))]
    removal.constraints = [f"{table}.{column}" for table, column, _to in constraints_into({one.name for one in own})]
    removal.files = list(_files(own))
    removal.obstacles = [*_switches(slug, standings), *obstacles(slug), *removal.reach.obstacles]
    return removal


def tables_of(slug: str) -> list[str]:
    """The plugin's own tables that are in the database."""
    inventory = known_inventory(slug)
    return [one.name for one in _there(inventory)] if inventory else []


def traces(slug: str) -> list[models.QuerySet[Any]]:
    """Rows of the life cycle that speak of one plugin and go with it; its changes stay, as the audit does."""
    named: list[Any] = [PluginSiteState, PluginFault, HookBreaker, HookTiming, PluginState]
    return [ScheduleRun.objects.filter(name__startswith=f"{slug}."), *(one.objects.filter(slug=slug) for one in named)]


def migrations_of(label: str) -> models.QuerySet[Any]:
    """What Django has noted of the migrations of an app."""
    found: models.QuerySet[Any] = MigrationRecorder(connection).migration_qs.filter(app=label)
    return found


def _there(inventory: Inventory) -> list[Table]:
    present = set(connection.introspection.table_names())
    return [one for one in inventory.tables if one.name in present]


def _lines(removal: Removal) -> Iterator[Line]:
    for table in removal.own:
        yield Line(table.name, StandIn(table).rows.count(), "own")
    for model, keys in sorted(removal.reach.going.items(), key=lambda one: one[0]._meta.db_table):
        yield Line(model._meta.db_table, len(keys), "derived" if model in DERIVED else "host")
    for rows in [*traces(removal.slug), migrations_of(removal.inventory.label)]:
        yield Line(rows.model._meta.db_table, rows.count(), "host")
    for (model, name), keys in sorted(removal.reach.blanked.items(), key=lambda one: one[0][0]._meta.db_table):
        link: Any = model._meta.get_field(name)
        yield Line(f"{model._meta.db_table}.{link.column}", len(keys), "blanked")


def _files(own: list[Table]) -> Iterator[str]:
    for table in own:
        for column in (one for one in table.columns if one.kind == "FileField"):
            stand_in = StandIn(table)
            name = stand_in.name_of(column.name)
            if count := stand_in.rows.exclude(**{name: ""}).exclude(**{name: None}).count():
                yield f"{table.name}.{column.name}: {count}"


def _switches(slug: str, standings: dict[str, Standing]) -> Iterator[str]:
    # Where its code does not load it is on nowhere, whatever its switch says.
    if slug in registry.manifests and _is_on_anywhere(standings.get(slug, Standing())):
        yield _("Switch %(slug)s off first, everywhere and on each site.") % {"slug": slug}
    if dependants := [one for one in registry.dependants(slug) if _is_on_anywhere(standings.get(one, Standing()))]:
        yield _("Switch off %(plugins)s first: they need this plugin.") % {"plugins": ", ".join(dependants)}


def _is_on_anywhere(standing: Standing) -> bool:
    return standing.enabled or any(one.mode == SiteMode.ON for one in standing.sites.values())
