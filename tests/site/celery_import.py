"""What the tests of Celery do in a process of their own, as a server would: upload, wait for the worker, confirm."""

from __future__ import annotations

import io
import json
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from civicnet.access.actors import SYSTEM  # noqa: E402
from civicnet.access.models import Organisation  # noqa: E402
from civicnet.access.organisations import Division, load_divisions  # noqa: E402
from civicnet.exchange.models import ImportJob  # noqa: E402
from civicnet.exchange.services import LOST_AFTER, STALLED_AFTER, confirm_job, resume_stalled, upload_file  # noqa: E402
from civicnet.exchange.tasks import check_import  # noqa: E402
from civicnet.lifecycle.models import ScheduleRun  # noqa: E402

SHEET = "机构代码,机构名称,机构类型,上级代码\n222403001900,甲社区,社区,222403001\n222403001901,乙社区,社区,222403001\n"


def upload() -> ImportJob:
    if not Organisation.objects.exists():
        load_divisions(
            divisions=[
                Division("222403", "敦化市"),
                Division("222403001", "渤海街道", "222403"),
            ],
            actor=SYSTEM,
        )
    return upload_file(
        resource="platform.organisations", file=io.BytesIO(SHEET.encode()), name="sheet.csv", actor=SYSTEM
    )


def until(job: ImportJob, state: str) -> None:
    end = time.monotonic() + 90
    while job.state != state:
        assert time.monotonic() < end, (job.state, job.error)
        time.sleep(0.1)
        job.refresh_from_db()


def import_all() -> dict[str, Any]:
    job = upload()
    until(job, "CHECKED")
    confirm_job(job=job, actor=SYSTEM)
    until(job, "APPLIED")
    end = time.monotonic() + 60
    while not ScheduleRun.objects.exclude(finished_at=None).exists() and time.monotonic() < end:
        time.sleep(0.2)
    kept = ScheduleRun.objects.exclude(finished_at=None).exists()
    return {"state": job.state, "created": job.result["created"], "schedules": kept}


def messages(folder: str) -> int:
    return len(list(Path(folder).iterdir()))


def beat(job: ImportJob, ago: timedelta) -> None:
    ImportJob.objects.filter(pk=job.pk).update(beat_at=timezone.now() - ago)


def mute(folder: str) -> dict[str, Any]:
    """The broker does not answer while a file comes up, and answers again."""
    away = Path(folder).rename(f"{folder}.away")
    Path(folder).touch()
    job = upload()
    job.refresh_from_db()
    told = {"state": job.state, "code": job.error_code}
    with transaction.atomic():
        check_import.enqueue(job="a task in the middle of a deed")
    beat(job, STALLED_AFTER * 2)
    told["still_mute"] = [resume_stalled(), ImportJob.objects.get(pk=job.pk).error_code]
    Path(folder).unlink()
    away.rename(folder)
    told["at_once"] = resume_stalled()
    beat(job, STALLED_AFTER * 2)
    told["later"] = [resume_stalled(), messages(folder), ImportJob.objects.get(pk=job.pk).error_code]
    return told


def hold_back(folder: str) -> dict[str, Any]:
    """Tasks that are enqueued in a transaction, which comes to nothing or goes through."""
    told = []
    for goes_through in (False, True):
        with transaction.atomic():
            check_import.enqueue(job="any")
            told.append(messages(folder))
            transaction.set_rollback(not goes_through)
        told.append(messages(folder))
    return {"in_and_after_what_failed": told[:2], "in_and_after_what_went_through": told[2:]}


def lose(folder: str) -> dict[str, Any]:
    job, before = upload(), set(Path(folder).iterdir())
    for message in before:
        message.unlink()
    beat(job, LOST_AFTER - timedelta(minutes=1))
    at_once = resume_stalled()
    beat(job, LOST_AFTER + timedelta(minutes=1))
    return {"at_once": at_once, "after_a_while": resume_stalled(), "sent_again": messages(folder)}


act, *words = sys.argv[1:]
acts = {"import": import_all, "hold_back": hold_back, "mute": mute, "lose": lose}
print(json.dumps({name: acts[name](*words) for name in act.split("+")}))
