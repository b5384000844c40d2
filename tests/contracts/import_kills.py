"""Imports whose worker is killed at random moments, and an undo likewise: ``python import_kills.py KILLS SEED``.

Each life is a forked process that goes on with the job wherever it stands, and dies by SIGKILL. What is held in the end must
be what the file says, with each row written once; it prints how often it killed, or fails with what differs.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import signal
import sys
import time
from typing import Any

import django

ROWS, CHUNK = 600, 60
HEADINGS = ["社区代码", "网格编号", "岗位", "姓名", "身份证号", "联系电话", "任职时间"]


def people(shift: int) -> list[list[str]]:
    from civicnet.exchange.identity import check_digit

    lines = []
    for number in range(ROWS):
        body = f"9999991980{1 + number % 12:02d}{1 + number // 12 % 25:02d}{number // 300:03d}"
        grid = f"222403001001{1 + number % 40:03d}"
        phone, day = f"140{number + shift:08d}", f"2023-0{1 + shift % 9}-15"
        lines.append([grid[:12], grid, "三级网格员", f"演示{number}", body + check_digit(body), phone, day])
    return lines


def uploaded(lines: list[list[str]]) -> Any:
    from civicnet.access.actors import SYSTEM
    from civicnet.exchange.services import upload_file

    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *lines])
    file = io.BytesIO(text.getvalue().encode())
    return upload_file(resource="grid.roster", file=file, name="r.csv", actor=SYSTEM).pk


def go_on(pk: Any) -> None:
    """One life: whatever comes next of the job, to its end."""
    from civicnet.access.actors import SYSTEM
    from civicnet.exchange.applying import run_apply
    from civicnet.exchange.checking import run_check
    from civicnet.exchange.models import ImportJob, JobState
    from civicnet.exchange.services import confirm_job
    from civicnet.exchange.undoing import run_undo

    while (job := ImportJob.objects.get(pk=pk)).state in (JobState.UPLOADED, JobState.CHECKING):
        run_check(pk)
    if job.state == JobState.CHECKED:
        confirm_job(job=job, actor=SYSTEM)
    run_apply(pk)
    run_undo(pk)


def lives(pk: Any, *, kills: int, chance: random.Random) -> int:
    """Let the job be worked on by processes of which so many die; returns how many did before it was through."""
    from django.db import connections

    killed = 0
    while True:
        connections.close_all()
        child = os.fork()
        if not child:
            go_on(pk)
            os._exit(0)
        if killed < kills:
            time.sleep(chance.uniform(0, 0.8))
            os.kill(child, signal.SIGKILL)
        _child, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0
            return killed
        killed += 1


def held() -> list[list[str]]:
    from civicnet_grid.models import Post, Worker

    rows = Post.objects.filter(valid_to=None).values_list(
        "worker__organisation__code", "grid__code", "worker", "valid_from"
    )
    people = {one.pk: [one.name, one.id_number, one.phone] for one in Worker.objects.all()}
    return sorted([place, grid, "三级网格员", *people[pk], since.isoformat()] for place, grid, pk, since in rows)


def changes() -> int:
    from civicnet.ledger.models import ChangeRecord

    return ChangeRecord.objects.filter(object_type="civicnet_grid.worker").count()


def main(kills: int, seed: int) -> None:
    django.setup()
    from civicnet.access.actors import SYSTEM
    from civicnet.access.organisations import Division, load_divisions
    from civicnet.exchange import checking, spool
    from civicnet.exchange.models import ImportJob
    from civicnet.exchange.services import undo_job
    from civicnet.lifecycle.activation import enable_plugin

    enable_plugin(slug="grid", actor=SYSTEM, reason="test")
    spool.CHUNKS.update(sqlite=CHUNK, postgresql=CHUNK)
    checking.AT_ONCE = CHUNK
    towns = [Division("222403", "敦化市"), Division("222403001", "渤海街道", "222403")]
    load_divisions(divisions=[*towns, Division("222403001001", "红旗社区", "222403001")], actor=SYSTEM)
    chance, killed, shift, before = random.Random(seed), 0, 0, sorted(people(0))
    while killed < kills or not shift:
        written, lines = changes(), people(shift)
        pk = uploaded(lines)
        killed += lives(pk, kills=max(kills - killed, 1) // 2 + 1, chance=chance)
        assert held() == sorted(lines), f"seed {seed}: what is held is not what the file says"
        assert changes() - written == ROWS, f"seed {seed}: {changes() - written} changes of {ROWS} rows"
        before, shift = (sorted(people(shift - 1)) if shift else []), shift + 1
    undo_job(job=ImportJob.objects.get(pk=pk), actor=SYSTEM)
    killed += lives(pk, kills=3, chance=chance)
    assert held() == before, f"seed {seed}: undone, and not as it was"
    sys.stdout.write(json.dumps({"killed": killed, "imports": shift}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
