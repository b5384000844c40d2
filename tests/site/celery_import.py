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

from django.utils import timezone  # noqa: E402

from civicnet.access.actors import SYSTEM  # noqa: E402
from civicnet.access.models import Organisation  # noqa: E402
from civicnet.access.organisations import Division, load_divisions  # noqa: E402
from civicnet.exchange.models import ImportJob  # noqa: E402
from civicnet.exchange.services import LOST_AFTER, confirm_job, resume_stalled, upload_file  # noqa: E402
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


def lose(folder: str) -> dict[str, Any]:
    jobs = ImportJob.objects.filter(pk=upload().pk)
    sent = list(Path(folder).iterdir())
    for message in sent:
        message.unlink()
    jobs.update(beat_at=timezone.now() - LOST_AFTER + timedelta(minutes=1))
    at_once = resume_stalled()
    jobs.update(beat_at=timezone.now() - LOST_AFTER - timedelta(minutes=1))
    found = {"sent": len(sent), "at_once": at_once, "after_a_while": resume_stalled()}
    return found | {"sent_again": len(list(Path(folder).iterdir()))}


act, *words = sys.argv[1:]
print(json.dumps({"import": import_all, "lose": lose}[act](*words)))
