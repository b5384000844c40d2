"""Data: the switch leaves every row as it was, and nothing ties the platform's rows down."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from civicnet.lifecycle.manifest import Manifest
from civicnet.testing.switching import Toggle


def test_switching_it_off_and_on_leaves_every_row_as_it_was(
    under_test: Manifest, rows_to_try: None, toggle: Toggle
) -> None:
    """All tables of the plugin hold the same before, while it is off, and after."""
    before = _tables(under_test)

    toggle(under_test.slug, False)
    off = _tables(under_test)
    toggle(under_test.slug, True)

    changed = [name for name, content in before.items() if not content == off[name] == _tables(under_test)[name]]
    assert not changed, f"leave data alone when the switch moves: {', '.join(changed)}"


def test_no_constraint_of_the_database_ties_the_platform_to_it(under_test: Manifest) -> None:
    """Rows of the platform can be deleted also while the plugin is not loaded, when nobody could clear up after them."""
    tied = [f"{field.model._meta.label}.{field.name}" for field in _strange_keys(under_test)]

    assert not tied, f"give these db_constraint=False, with a migration: {', '.join(sorted(tied))}"


def test_its_migrations_say_what_its_models_say(under_test: Manifest) -> None:
    """Installing it makes exactly the tables that its code expects."""
    if not any(apps.get_app_config(under_test.package).get_models()):
        return
    told = io.StringIO()
    try:
        call_command("makemigrations", under_test.package, check=True, dry_run=True, stdout=told)
    except SystemExit:
        pytest.fail(f"run `civicnet makemigrations {under_test.package}` and keep what it writes:\n{told.getvalue()}")


def _tables(manifest: Manifest) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for model in apps.get_app_config(manifest.package).get_models(include_auto_created=True):
        found[model._meta.db_table] = list(model._base_manager.order_by("pk").values())
    return found


def _strange_keys(manifest: Manifest) -> Iterator[Any]:
    for model in apps.get_app_config(manifest.package).get_models(include_auto_created=True):
        keys: list[Any] = [one for one in model._meta.local_fields if isinstance(one, models.ForeignKey)]
        yield from (key for key in keys if key.db_constraint and not _is_own(key, manifest))


def _is_own(key: Any, manifest: Manifest) -> bool:
    # A page of the plugin is a page of Wagtail's and more: the two rows are one.
    return bool(key.remote_field.parent_link) or key.related_model._meta.app_label == manifest.package
