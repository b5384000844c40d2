"""Sheets of columns and articles for tests: tables, archives with pictures, and their way through the engine."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from civicnet.contract import Actor
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, ImportJob
from civicnet.exchange.services import confirm_job, upload_file


def table(rows: Sequence[Mapping[str, str]]) -> bytes:
    """A CSV with the headings of all rows."""
    headings = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    """A picture of one colour."""
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    return stream.getvalue()


def archive(files: Mapping[str, bytes]) -> bytes:
    """A .zip of these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


def checked(content: bytes, actor: Actor, *, name: str = "a.csv", resource: str = "publicity.articles") -> ImportJob:
    """A file that was uploaded and checked."""
    job = upload_file(resource=resource, file=io.BytesIO(content), name=name, actor=actor)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def applied(content: bytes, actor: Actor, **given: Any) -> ImportJob:
    """A file whose good rows are in."""
    job = checked(content, actor, **given)
    assert job.state == "CHECKED", (job.error_code, job.error)
    confirm_job(job=job, actor=actor)
    run_apply(job.pk)
    job.refresh_from_db()
    return job


def faults(job: ImportJob) -> list[tuple[int, str, str]]:
    """Row, heading and code of each fault."""
    found = Finding.objects.filter(job=job, outcome="FAULT").order_by("row", "id")
    return list(found.values_list("row", "column", "code"))
