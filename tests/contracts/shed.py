"""The shed: a throw-away plugin with tables of its own, whose models the host's registry of apps does not know.

Out of ``registry`` it is a plugin whose code does not load; in it, ``known_as_loaded`` lets its models be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from civicnet.access.models import Organisation, User
from civicnet.lifecycle import inventory
from civicnet.lifecycle.models import PluginState
from civicnet.lifecycle.registry import registry
from civicnet.testing.fixtures import manifest_for

LABEL = "acme_shed"


class _Apps(Apps):
    """Knows its models without knowing an app, so that a deletion finds what hangs on a row."""

    @cache  # noqa: B019 — Django empties it
    def get_models(self, include_auto_created: bool = False, include_swapped: bool = False) -> list[Any]:
        """All of them."""
        return list(self.all_models[LABEL].values())


_apps = _Apps()


class Tool(models.Model):
    """A column of every kind."""

    name = models.CharField(max_length=50, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=3)
    bought_at = models.DateTimeField()
    checked_on = models.DateField(null=True)
    opens_at = models.TimeField(null=True)
    lasts = models.DurationField(null=True)
    notes = models.JSONField(default=dict)
    photo = models.BinaryField(default=b"")
    serial = models.UUIDField(null=True)
    weight = models.FloatField(null=True)
    is_sharp = models.BooleanField(default=False)
    manual = models.FileField(blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, db_constraint=False)

    class Meta:
        apps, app_label = _apps, LABEL


class Loan(models.Model):
    """Points at its own plugin with a constraint, and at the host without one."""

    tool = models.ForeignKey(Tool, on_delete=models.CASCADE)
    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, db_constraint=False)
    giver = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, db_constraint=False, related_name="+")
    with_tools = models.ManyToManyField(Tool, related_name="+")

    class Meta:
        apps, app_label = _apps, LABEL


class App:
    """What Django would keep of the plugin."""

    name = label = LABEL

    @cache  # noqa: B019 — Django empties it
    def get_models(self, include_auto_created: bool = False) -> list[Any]:
        """Its models, with the table that links two of them."""
        return [Tool, Loan, *([Loan.with_tools.through] if include_auto_created else [])]


MODELS = App().get_models(include_auto_created=True)


@contextmanager
def schema_changes() -> Iterator[None]:
    """Let tables be made inside a test's own transaction, where SQLite cannot stop watching constraints."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(connection, "disable_constraint_checking", lambda: True)
            patch.setattr(connection, "enable_constraint_checking", lambda: None)
        yield


def make_tables() -> None:
    """What ``migrate`` would do for it: tables, content types, permissions, and a note that it was done."""
    with schema_changes(), connection.schema_editor() as editor:
        editor.create_model(Tool)
        editor.create_model(Loan)
    for model in ("tool", "loan"):
        kind = ContentType.objects.create(app_label=LABEL, model=model)
        Permission.objects.create(content_type=kind, codename=f"view_{model}", name=f"Can view {model}")
    MigrationRecorder(connection).record_applied(LABEL, "0001_initial")


@contextmanager
def known_as_loaded(version: str = "1.0") -> Iterator[None]:
    """The plugin is loaded as long as this lasts, and off."""
    from packaging.version import Version

    with pytest.MonkeyPatch.context() as patch:
        find = inventory.app_of
        for name in ("inventory", "orphans", "removal.indexes"):
            patch.setattr(f"civicnet.lifecycle.{name}.app_of", lambda name: App() if name == LABEL else find(name))
        registry.add(manifest_for("shed", version=Version(version)), object())
        try:
            yield
        finally:
            registry.remove("shed")


def keep_inventory() -> None:
    """What ``post_migrate`` would keep of it while it was loaded."""
    with known_as_loaded():
        told = inventory.to_json(inventory.take_inventory("shed"))
    PluginState.objects.create(slug="shed", inventory=told, last_seen_version="1.0")
