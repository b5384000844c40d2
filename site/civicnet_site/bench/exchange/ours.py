"""Our engine with the roster resource: upload, check, preview, confirm, apply, with everything that they keep."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, pairwise
from pathlib import Path
from threading import Event, Thread
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.access.organisations import Division, load_divisions
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, ImportJob, JobState, SpoolChunk
from civicnet.exchange.preview import kind_counts, preview_rows
from civicnet.exchange.services import confirm_job, upload_file
from civicnet.ledger.bulk import add_rows
from civicnet.lifecycle.activation import enable_plugin
from civicnet_grid.models import Grid, Post, Worker
from civicnet_site.bench.exchange.roster import communities, grids

# Of some thousand pages each, as the settings have it.
_COMMITS_A_CHECKPOINT = 4


def prepare() -> None:
    """Tables, communities and grids."""
    call_command("migrate", verbosity=0)
    enable_plugin(slug="grid", actor=SYSTEM, reason="benchmark")
    places = list(communities())
    towns = sorted({code[:9] for code, _name in places})
    divisions = [Division("222403", "敦化市"), *(Division(code, f"演示{int(code[6:])}镇", "222403") for code in towns)]
    load_divisions(divisions=[*divisions, *(Division(code, name, code[:9]) for code, name in places)], actor=SYSTEM)
    keys = dict(Organisation.objects.values_list("code", "pk"))
    rows = [(keys[community], code, code) for code, community in grids()]
    with transaction.atomic():
        add_rows(actor=SYSTEM, model=Grid, fields=["organisation_id", "code", "name"], rows=rows)


def empty() -> None:
    """Take away what an earlier turn has written."""
    for model in (Post, Worker, SpoolChunk, Finding, ImportJob):
        model.objects.all()._raw_delete(connection.alias)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def take(path: Path) -> dict[str, float]:
    """One file, from opening it to the last commit; returns seconds by part."""
    moments = [time.perf_counter()]
    with path.open("rb") as file:
        job = upload_file(resource="grid.roster", file=file, name=path.name, actor=SYSTEM)
    moments.append(time.perf_counter())
    run_check(job.pk)
    job.refresh_from_db()
    if job.state != JobState.CHECKED or kind_counts(job)["FAULT"] or not preview_rows(job):
        raise RuntimeError(f"{job.state} {job.counts} {job.error}")
    moments.append(time.perf_counter())
    confirm_job(job=job, actor=SYSTEM)
    run_apply(job.pk)
    moments.append(time.perf_counter())
    job.refresh_from_db()
    if job.state != JobState.APPLIED:
        raise RuntimeError(f"{job.state} {job.error}")
    parts = ("upload", "check", "apply")
    return {part: end - begin for part, (begin, end) in zip(parts, pairwise(moments), strict=True)}


def preview(path: Path) -> dict[str, float]:
    """A workbook up to its preview; returns seconds, how often the job was seen to move, and the longest wait between."""
    began = time.perf_counter()
    with path.open("rb") as file:
        job = upload_file(resource="grid.roster", file=file, name=path.name, actor=SYSTEM)
    with _seen(job) as moves:
        run_check(job.pk)
    job.refresh_from_db()
    if job.state != JobState.CHECKED or kind_counts(job)["FAULT"] or not preview_rows(job):
        raise RuntimeError(f"{job.state} {job.counts} {job.error}")
    seconds = time.perf_counter() - began
    waits = [after - before for before, after in pairwise([began, *moves, began + seconds])]
    return {"seconds": seconds, "moves": float(len(moves)), "longest_wait": max(waits)}


@contextmanager
def longest_transaction() -> Iterator[list[float]]:
    """Milliseconds of the longest transaction in the block, on SQLite, where writers wait for each other."""
    told, began, commits = [0.0], [0.0], count(1)
    if connection.vendor != "sqlite":
        yield told
        return
    # Its parts that begin and end a transaction are no door of Django's.
    known: Any = connection
    known.ensure_connection()
    begin, commit, raw = known._start_transaction_under_autocommit, known._commit, known.connection
    (pages,) = raw.execute("PRAGMA wal_autocheckpoint").fetchone()
    # What is copied from the log into the file after a commit keeps nobody waiting: done by hand, it is not counted.
    raw.execute("PRAGMA wal_autocheckpoint=0")

    def started() -> None:
        begin()
        began[0] = time.perf_counter()

    def ended() -> None:
        commit()
        told[0] = max(told[0], (time.perf_counter() - began[0]) * 1000)
        if next(commits) % _COMMITS_A_CHECKPOINT == 0:
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    known._start_transaction_under_autocommit, known._commit = started, ended
    try:
        yield told
    finally:
        del known._start_transaction_under_autocommit, known._commit
        raw.execute(f"PRAGMA wal_autocheckpoint={pages}")


@contextmanager
def _seen(job: ImportJob) -> Iterator[list[float]]:
    """The moments at which somebody who looks four times a second sees a job further than before."""
    moves: list[float] = []
    over = Event()

    def look() -> None:
        done = 0
        while not over.wait(0.25):
            now = ImportJob.objects.values_list("rows_done", flat=True).get(pk=job.pk)
            if now > done:
                moves.append(time.perf_counter())
            done = now
        connection.close()

    looker = Thread(target=look)
    looker.start()
    try:
        yield moves
    finally:
        over.set()
        looker.join()


def check(rows: int, *, changed: bool) -> None:
    """Everybody is there, with the phone of the file."""
    one = Worker.objects.get(name="演示7")
    if Post.objects.filter(valid_to=None).count() != rows or one.phone != f"14{changed:d}00000007":
        raise RuntimeError(f"{Worker.objects.count()} workers, {Post.objects.count()} posts, {one.masked_phone}")
