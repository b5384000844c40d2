"""Sheets: one comes back as it went, its template is understood, and what it has written can be taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from django.utils import translation
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from civicnet.access.actors import SYSTEM
from civicnet.exchange.cells import ChoiceWidget, TextWidget
from civicnet.exchange.models import ImportJob, JobState, Outcome, RowKind
from civicnet.exchange.offers import offered
from civicnet.exchange.preview import changes_by_column
from civicnet.exchange.resource import Column, ImportResource
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.tables import harmless
from civicnet.exchange.templates import template
from civicnet.exchange.writing import whole_lines
from civicnet.lifecycle.manifest import Manifest

Lines = list[list[str]]
Act = Callable[[], ImportJob]
# What any kind of cell may be changed to, when nothing is known of it; and how many rows that is tried with.
_OTHERS = ("\u6539", "2", "2026-02-03")
_ROWS = 2


@pytest.fixture
def written_by_people_alone() -> Collection[str]:
    """Keys of sheets that the system cannot write: tests of the plugin's own have to show that these are taken back."""
    return ()


@pytest.fixture
def carried_out(
    settings: Settings, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> Callable[[Act], ImportJob]:
    """Runs an act on a job, and what it leaves to the background at once."""
    settings.MEDIA_ROOT = str(tmp_path)

    def run(act: Act) -> ImportJob:
        with django_capture_on_commit_callbacks(execute=True):
            job = act()
        job.refresh_from_db()
        return job

    return run


def test_its_sheets_come_back_as_they_went_and_what_they_write_is_taken_back(
    under_test: Manifest,
    rows_to_try: None,
    written_by_people_alone: Collection[str],
    carried_out: Callable[[Act], ImportJob],
) -> None:
    """Each, put in as it was taken out, holds rows that are there already; changed in a cell, it is undone to the last."""
    for key, resource in _resources(under_test):
        before = list(whole_lines(resource(), SYSTEM))
        if len(before) < 2:
            continue
        _comes_back(key, resource, before, carried_out)
        if key not in written_by_people_alone:
            _is_taken_back(key, resource, before, carried_out)


def test_its_templates_are_understood_as_they_are(
    under_test: Manifest, rows_to_try: None, carried_out: Callable[[Act], ImportJob], settings: Settings
) -> None:
    """Each of its templates is taken back without a fault, in every language: its headings are known, its example is none."""
    for key, resource in _resources(under_test):
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                file = cast(BinaryIO, template(resource, SYSTEM))
            job = carried_out(partial(upload_file, resource=key, file=file, name="t.xlsx", actor=SYSTEM))
            found = (job.state, job.counts, len(job.headings))
            expected = (JobState.CHECKED, {Outcome.SKIPPED: 1}, len(resource.columns()))
            assert found == expected, f"{key}, {language}: {_faults(job)}"


def _comes_back(
    key: str, resource: type[ImportResource], before: Lines, carried_out: Callable[[Act], ImportJob]
) -> None:
    # Without the columns that no row needs, too: what a file has no column for, it says nothing of.
    for lines in (_needed(before, resource()), before):
        job = carried_out(partial(_uploaded, key, lines))
        assert (job.state, job.good_rows) == (JobState.CHECKED, len(before) - 1), f"{key}: {_faults(job)}"
        assert job.kinds == {RowKind.UNCHANGED: len(before) - 1}, f"{key}: {_differences(job)}"
    job = carried_out(partial(confirm_job, job=job, actor=SYSTEM))
    assert job.state == JobState.APPLIED, f"{key}: {job.error}"
    assert list(whole_lines(resource(), SYSTEM)) == before, f"{key} comes out differently from how it went in"


def _is_taken_back(
    key: str, resource: type[ImportResource], before: Lines, carried_out: Callable[[Act], ImportJob]
) -> None:
    job = _written(key, resource, before, carried_out)
    assert job is not None, f"{key}: nothing in its first rows can be changed; show in a test that it is taken back"
    assert job.undo_until, f"{key}: note what apply() writes, by civicnet.ledger.bulk or civicnet.ledger.images"
    wrote = {"restored": job.result.get("changed", 0), "removed": job.result.get("created", 0), "left": 0}
    job = carried_out(partial(undo_job, job=job, actor=SYSTEM))
    assert (job.state, job.undone) == (JobState.UNDONE, wrote), f"{key}: {job.error}"
    assert list(whole_lines(resource(), SYSTEM)) == before, f"{key} is not as it was before"


def _written(
    key: str, resource: type[ImportResource], lines: Lines, carried_out: Callable[[Act], ImportJob]
) -> ImportJob | None:
    """The first sheet with a changed cell that wrote anything."""
    for varied in _varied(resource, lines):
        job = carried_out(partial(_uploaded, key, varied))
        if not (job.kinds.get(RowKind.CHANGED) or job.kinds.get(RowKind.NEW)):
            continue
        job = carried_out(partial(confirm_job, job=job, actor=SYSTEM))
        assert job.state == JobState.APPLIED, f"{key}: {job.error}"
        if job.result.get("created") or job.result.get("changed"):
            return job
    return None


def _varied(resource: type[ImportResource], lines: Lines) -> Iterator[Lines]:
    columns = list(enumerate(resource.columns().items()))
    # A text is changed most easily, and a row under its own key rather than one that is new.
    columns.sort(key=lambda one: (one[1][0] in resource.natural_key, not isinstance(one[1][1].widget, TextWidget)))
    rows = lines[1 : _ROWS + 1]
    for at, (_name, column) in columns:
        for tries in zip(*(_others(column, row[at]) for row in rows), strict=True):
            yield [lines[0], *([*row[:at], cell, *row[at + 1 :]] for row, cell in zip(rows, tries, strict=True))]


def _others(column: Column, cell: str) -> list[str]:
    if isinstance(column.widget, ChoiceWidget):
        known = [column.widget.render(value) for value in column.widget.choices.values()]
        return [next((one for one in known if one != cell), cell)]
    return [f"{cell}{_OTHERS[0]}", *_OTHERS[1:]]


def _resources(manifest: Manifest) -> list[tuple[str, type[ImportResource]]]:
    # What only goes out does not come back.
    found = [(key, one) for key, one in offered().items() if one.permission]
    return [(key, one) for key, one in found if one.__module__.partition(".")[0] == manifest.package]


def _needed(lines: Lines, resource: ImportResource) -> Lines:
    columns = enumerate(resource.fields.items())
    kept = [at for at, (name, one) in columns if one.required or name in resource.natural_key]
    # By one heading alone no table is known.
    return [[line[at] for at in kept] for line in lines] if len(kept) > 1 else lines


def _uploaded(key: str, lines: Lines) -> ImportJob:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(str(value)) for value in line] for line in lines)
    file = io.BytesIO(text.getvalue().encode("utf-8-sig"))
    return upload_file(resource=key, file=file, name=f"{key}.csv", actor=SYSTEM)


def _differences(job: ImportJob) -> str:
    changed = [f"{one.column} in {one.rows}" for one in changes_by_column(job)]
    return f"{job.kinds}, of changed rows: {', '.join(changed)}" if changed else f"{job.kinds}; give it a natural key"


def _faults(job: ImportJob) -> str:
    return "; ".join(f"row {one.row}, {one.column}: {one.code}" for one in job.findings.all()[:5]) or job.error
