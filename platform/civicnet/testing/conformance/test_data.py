"""Data: the switch leaves every row as it was, a sheet comes back as it went, and nothing ties the platform's rows down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.utils import translation
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from civicnet.access.actors import SYSTEM
from civicnet.exchange.models import ImportJob, JobState, Outcome, RowKind
from civicnet.exchange.offers import offered
from civicnet.exchange.preview import changes_by_column
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.services import confirm_job, upload_file
from civicnet.exchange.tables import harmless
from civicnet.exchange.templates import template
from civicnet.exchange.writing import whole_lines
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


def test_exported_and_imported_again_nothing_has_changed(
    under_test: Manifest,
    rows_to_try: None,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Each of its sheets, taken out whole and put in again, holds nothing but rows that are there already.

    The same is so without the columns that no row needs: what a file has no column for, it says nothing of.
    """
    settings.MEDIA_ROOT = str(tmp_path)
    for key, resource in _resources(under_test):
        before = list(whole_lines(resource(), SYSTEM))
        if len(before) < 2:
            continue
        for lines in (_needed(before, resource()), before):
            with django_capture_on_commit_callbacks(execute=True):
                job = upload_file(resource=key, file=_sheet(lines), name=f"{key}.csv", actor=SYSTEM)
            job.refresh_from_db()
            assert (job.state, job.good_rows) == (JobState.CHECKED, len(before) - 1), f"{key}: {_faults(job)}"
            assert job.kinds == {RowKind.UNCHANGED: len(before) - 1}, f"{key}: {_differences(job)}"
        with django_capture_on_commit_callbacks(execute=True):
            confirm_job(job=job, actor=SYSTEM)
        job.refresh_from_db()
        assert job.state == JobState.APPLIED, f"{key}: {job.error}"
        assert list(whole_lines(resource(), SYSTEM)) == before, f"{key} comes out differently from how it went in"


def test_its_templates_are_understood_as_they_are(
    under_test: Manifest,
    rows_to_try: None,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Each of its templates is taken back without a fault, in every language: its headings are known, its example is none."""
    settings.MEDIA_ROOT = str(tmp_path)
    for key, resource in _resources(under_test):
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                file = template(resource, SYSTEM)
            with django_capture_on_commit_callbacks(execute=True):
                job = upload_file(resource=key, file=file, name=f"{key}.xlsx", actor=SYSTEM)  # type: ignore[arg-type]
            job.refresh_from_db()
            found = (job.state, job.counts, len(job.headings))
            expected = (JobState.CHECKED, {Outcome.SKIPPED: 1}, len(resource.columns()))
            assert found == expected, f"{key}, {language}: {_faults(job)}"


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


def _resources(manifest: Manifest) -> list[tuple[str, type[ImportResource]]]:
    # What only goes out does not come back.
    found = [(key, one) for key, one in offered().items() if one.permission]
    return [(key, one) for key, one in found if one.__module__.partition(".")[0] == manifest.package]


def _differences(job: ImportJob) -> str:
    changed = [f"{one.column} in {one.rows}" for one in changes_by_column(job)]
    return f"{job.kinds}, of changed rows: {', '.join(changed)}" if changed else f"{job.kinds}; give it a natural key"


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


def _needed(lines: list[list[str]], resource: ImportResource) -> list[list[str]]:
    columns = enumerate(resource.fields.items())
    kept = [at for at, (name, one) in columns if one.required or name in resource.natural_key]
    # By one heading alone no table is known.
    return [[line[at] for at in kept] for line in lines] if len(kept) > 1 else lines


def _sheet(lines: list[list[str]]) -> io.BytesIO:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(str(value)) for value in line] for line in lines)
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def _faults(job: ImportJob) -> str:
    return "; ".join(f"row {one.row}, {one.column}: {one.code}" for one in job.findings.all()[:5]) or job.error
