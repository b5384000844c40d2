"""Reach: which rows of the host and of other plugins go with a plugin's, by the rules that the models themselves set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from civicnet.lifecycle.inventory import Inventory, foreign_keys
from civicnet.lifecycle.removal.stand_ins import StandIn, chunks

Model = type[models.Model]
Keys = set[Any]
# Made anew from the rows themselves: they go, and nothing of them is kept.
DERIVED: tuple[Model, ...] = (IndexEntry, ReferenceIndex)
_MOST_NAMED = 5


@dataclass(slots=True)
class Reach:
    """What goes beside the plugin's own tables.

    ``going``: rows by model, their keys. ``blanked``: rows that stay, with a foreign key that becomes null.
    ``obstacles``: sentences about rows that neither may go nor can stay.
    """

    going: dict[Model, Keys] = field(default_factory=dict)
    blanked: dict[tuple[Model, str], Keys] = field(default_factory=dict)
    obstacles: list[str] = field(default_factory=list)

    def keys(self, model: Model) -> Keys:
        """Keys of the rows of a model that go."""
        return self.going.get(model, set())


def reach_of(inventory: Inventory) -> Reach:
    """Follow every foreign key of every loaded model that leads to what goes, until nothing more does."""
    return _Walk(inventory).walk()


class _Walk:
    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.own = {table.model for table in inventory.tables}
        self.present = set(connection.introspection.table_names())
        self.tables = [one for one in inventory.tables if one.name in self.present]
        self.reach = Reach()
        self.waiting: list[tuple[Model, Keys]] = []
        self.stays: list[tuple[Model, Any, Keys]] = []
        self.leading = _leading(inventory.label, self.present)

    def walk(self) -> Reach:
        kinds = ContentType.objects.filter(app_label=self.inventory.label)
        self._go(ContentType, set(kinds.values_list("pk", flat=True)))
        self._go(Page, set(Page._base_manager.filter(content_type__in=kinds).values_list("pk", flat=True)))
        self._start_at_own_tables()
        while self.waiting:
            model, keys = self.waiting.pop()
            for other, link in self.leading.get(model._meta.label_lower, ()):
                for some in chunks(sorted(keys, key=str)):
                    led = model._base_manager.filter(pk__in=some)
                    self._follow(other, link, _keys(other._base_manager.filter(**{f"{link.name}__in": led})))
        self._settle()
        return self.reach

    def _start_at_own_tables(self) -> None:
        for table in self.tables:
            for column in (one for one in table.columns if one.parent):
                stand_in = StandIn(table)
                # The row that a plugin's row extends, such as a page.
                extended = stand_in.rows.values_list(stand_in.name_of(column.name), flat=True)
                if column.to not in self.own and column.to_table in self.present:
                    base = apps.get_model(column.to)
                    for some in chunks(extended.iterator()):
                        self._go(base, _keys(base._base_manager.filter(pk__in=some)))
            for other, link in self.leading.get(table.model, ()):
                self._follow(other, link, _keys(other._base_manager.filter(**{f"{link.name}__isnull": False})))

    def _follow(self, other: Model, link: Any, keys: Keys) -> None:
        rule = link.remote_field.on_delete
        if rule is models.CASCADE:
            self._go(other, keys)
        elif rule is models.SET_NULL:
            self.reach.blanked.setdefault((other, link.name), set()).update(keys)
        elif rule is not models.DO_NOTHING:
            self.stays.append((other, link, keys))

    def _go(self, model: Model, keys: Keys) -> None:
        new = keys - self.reach.keys(model)
        if not new:
            return
        self.reach.going.setdefault(model, set()).update(new)
        if model in DERIVED:
            return
        self.waiting.append((model, new))
        for base, link in model._meta.parents.items():
            if link is None:
                continue
            for some in chunks(new):
                self._go(base, set(model._base_manager.filter(pk__in=some).values_list(link.attname, flat=True)))

    def _settle(self) -> None:
        for (model, name), keys in list(self.reach.blanked.items()):
            keys -= self.reach.keys(model)
            if not keys:
                del self.reach.blanked[model, name]
        for model, _link, keys in self.stays:
            if left := keys - self.reach.keys(model):
                told = {"count": len(left), "rows": model._meta.verbose_name_plural}
                self.reach.obstacles.append(
                    _("%(count)s %(rows)s need what would go. Delete or change them first.") % told
                )
        if strangers := _pages_below(self.reach.keys(Page)):
            told = {"pages": ", ".join(strangers[:_MOST_NAMED])}
            self.reach.obstacles.append(
                _("Pages of other kinds stand below its pages: %(pages)s. Move or delete them first.") % told
            )


def tops(pages: Keys) -> Iterator[Page]:
    """Of the pages that go, those whose parent stays, in the order of the tree."""
    kept = ""
    for some in chunks(_paths(pages)):
        for path, key in some:
            if not kept or not path.startswith(kept):
                kept = path
                yield Page._base_manager.get(pk=key)


def _paths(pages: Keys) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for some in chunks(pages):
        found += Page._base_manager.filter(pk__in=some).values_list("path", "pk")
    return sorted(found)


def _pages_below(pages: Keys) -> list[str]:
    found: list[str] = []
    for top in tops(pages):
        below = Page._base_manager.filter(path__startswith=top.path).order_by("path")
        found += [title for key, title in below.values_list("pk", "title").iterator() if key not in pages]
    return found


def _leading(label: str, present: set[str]) -> dict[str, list[tuple[Model, Any]]]:
    """Foreign keys of all models but the plugin's, by the label of the model that they lead to."""
    found: dict[str, list[tuple[Model, Any]]] = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label == label or model._meta.proxy or model._meta.db_table not in present:
            continue
        for one in foreign_keys(model):
            target = one.remote_field.model._meta.concrete_model
            found.setdefault(target._meta.label_lower, []).append((model, one))
    return found


def _keys(rows: models.QuerySet[Any]) -> Keys:
    return set(rows.order_by().values_list("pk", flat=True))
