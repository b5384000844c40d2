"""Files on their way in, as holders of personal data: sealed while they wait, emptied when they are in, gone after a while."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.keepers import Keeper
from civicnet.cipher import blind_indexes
from civicnet.contract import Actor, Conflict, Obstacle, PersonalQuery, PersonalRecord, require
from civicnet.exchange.ending import undo_for
from civicnet.exchange.giving_up import OPEN, give_up, waits_for
from civicnet.exchange.models import Finding, ImportJob, JobState, SpoolChunk
from civicnet.exchange.naming import NamingRow, rows_naming
from civicnet.exchange.steps import delete_file
from civicnet.ledger.images import Image, loaded
from civicnet.lifecycle.manifest import PersonalField

YEAR = timedelta(days=365)
# Digits enough for a phone or an ID number: only such values are compared.
FEWEST_DIGITS = 7


def records_about(query: PersonalQuery) -> list[PersonalRecord]:
    """Rows of files that still wait and name the person, and what stood in rows before an import changed them."""
    return [*_waiting(query), *_before(query)]


def erase(*, query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Nothing is taken out of a file that waits: it is confirmed or cancelled as a whole.

    What stood in the person's rows before an import is forgotten; the import can still be taken back for all others.

    Raises:
        Refused: not by a person; the host's command asks.
        Conflict: such a file waits (IMPORT_WAITING).
    """
    require(actor.kind == "system")
    for one in _waiting(query):
        if one.obstacle:
            raise Conflict(one.obstacle.message, code=one.obstacle.code)
    return sum(_forget_before(chunk, query) for chunk in _with_image(query))


def forget_expired(*, now: datetime, actor: Actor) -> int:
    """Give up files and undos nobody goes on with, take away emptied chunks, and forget what no undo will need any more.

    Names and findings of old files go, too.
    """
    require(actor.kind == "system")
    done = give_up(now=now, actor=actor)
    late = ImportJob.objects.filter(undo_until__lt=now).exclude(state=JobState.UNDOING)
    done += forget_images(late)
    late.update(undo_until=None)
    over = ImportJob.objects.exclude(state__in=(*OPEN, JobState.UNDOING))
    # Nobody has said until when, so nobody can take them back.
    done += forget_images(over.filter(undo_until=None, finished_at__lt=now - undo_for()))
    rest = over.filter(finished_at__lt=now - waits_for())
    rows = SpoolChunk.objects.filter(job__in=rest, image="")
    done += rows._raw_delete(rows.db)
    done += _forget_files(rest)
    old = over.filter(finished_at__lt=now - YEAR)
    done += Finding.objects.filter(job__in=old).delete()[0]
    return done + old.exclude(file_name="").update(file_name="")


def forget_images(jobs: QuerySet[ImportJob]) -> int:
    """Empty what stood there before these jobs; returns how many chunks."""
    return SpoolChunk.objects.filter(job__in=jobs).exclude(image="").update(image="")


def _forget_files(jobs: QuerySet[ImportJob]) -> int:
    """Files nobody will read any more: refused ones that waited for a choice of columns, and what else was left behind."""
    done = 0
    for job in jobs.exclude(file="").order_by("pk"):
        with transaction.atomic():
            transaction.on_commit(partial(delete_file, job))
            done += ImportJob.objects.filter(pk=job.pk, state=job.state).update(file="")
    return done


def _waiting(query: PersonalQuery) -> Iterator[PersonalRecord]:
    """Good rows are found in the spool, others in the sealed file itself."""
    spooled = set()
    chunks = _chunks(query).filter(job__state__in=OPEN).exclude(sealed="").defer("image")
    for chunk in chunks.iterator(chunk_size=1):
        for row, _kind, _mark, *values in loaded(chunk.sealed):
            if _names(values, query):
                spooled.add((chunk.job_id, row))
                yield _record(chunk, row, "sealed", values[0], _obstacle())
    wanted = query.id_indexes | query.phone_indexes
    for found in rows_naming(wanted, apart_from=spooled) if wanted else ():
        yield _record_of(found)


def _record_of(found: NamingRow) -> PersonalRecord:
    return PersonalRecord(
        model="ImportJob",
        key=str(found.job.pk),
        values={"file": found.text},
        obstacle=_obstacle(),
        **_told(found.job, found.row),
    )


def _told(job: ImportJob, row: int) -> dict[str, Any]:
    day = timezone.localdate(job.created_at)
    return {
        "label": _("row %(row)d of an import of %(day)s") % {"row": row, "day": f"{day:%Y-%m-%d}"},
        "since": day,
    }


def _obstacle() -> Obstacle:
    return Obstacle("IMPORT_WAITING", _("An import that names this person waits. Confirm or cancel it first."))


def _before(query: PersonalQuery) -> Iterator[PersonalRecord]:
    for chunk in _with_image(query):
        for written in Image.load(chunk.image).written:
            for origin, values in zip(written.origins, written.before or [], strict=False):
                if _names(values, query):
                    yield _record(chunk, origin, "image", values, None)


def _forget_before(chunk: SpoolChunk, query: PersonalQuery) -> int:
    image = Image.load(chunk.image)
    forgotten = image.forget(lambda values: _names(values, query))
    if forgotten:
        chunk.image = image.dump()
        chunk.save(update_fields=["image"])
    return forgotten


def _with_image(query: PersonalQuery) -> Iterator[SpoolChunk]:
    return _chunks(query).exclude(image="").defer("sealed").iterator(chunk_size=1)


def _chunks(query: PersonalQuery) -> QuerySet[SpoolChunk]:
    # Without a number to compare, nobody is named.
    wanted = query.id_indexes | query.phone_indexes
    found = SpoolChunk.objects.select_related("job").order_by("pk")
    return found if wanted else found.none()


def _record(chunk: SpoolChunk, row: int, column: str, values: Any, obstacle: Obstacle | None) -> PersonalRecord:
    return PersonalRecord(
        model="SpoolChunk",
        key=f"{chunk.pk}:{row}",
        values={column: json.dumps(values, ensure_ascii=False)},
        obstacle=obstacle,
        **_told(chunk.job, row),
    )


def _names(values: Any, query: PersonalQuery) -> bool:
    wanted = query.id_indexes | query.phone_indexes
    return any(wanted & set(blind_indexes(text)) for text in _numbers(values))


def _numbers(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if sum(sign.isdigit() for sign in value) >= FEWEST_DIGITS:
            yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _numbers(one)


_WAITS = {"zh-hans": "核对后等待确认导入。", "en": "Waiting, checked, to be confirmed."}
_MARKED = {
    "zh-hans": "核对后等待确认；上传者可取回标出错误的原表。确认或取消即删除。",
    "en": "Waiting to be confirmed or cancelled, and then deleted; until then its uploader may have it back with marks.",
}
KEEPER = Keeper(
    name="exchange",
    fields=(
        PersonalField(
            "SpoolChunk", "sealed", _WAITS, {"zh-hans": "最后一次处理之日", "en": "the last step"}, waits_for().days
        ),
        PersonalField(
            "SpoolChunk",
            "image",
            {"zh-hans": "导入前的原值，用于撤销导入。", "en": "What stood there before an import, to take it back."},
            {"zh-hans": "导入结束之日", "en": "the end of the import"},
            undo_for().days,
        ),
        PersonalField(
            "ImportJob", "file", _MARKED, {"zh-hans": "最后一次处理之日", "en": "the last step"}, waits_for().days
        ),
        PersonalField(
            "DisclosureRequest",
            "file",
            {
                "zh-hans": "经第二人批准的完整导出，等待取走。",
                "en": "A full export that a second person agreed to, to be fetched.",
            },
            {"zh-hans": "文件备好之日", "en": "the file was made"},
            1,
        ),
        PersonalField(
            "ImportJob",
            "file_name",
            {"zh-hans": "让上传的人认得是哪份文件。", "en": "Letting whoever uploaded it recognise the file."},
            {"zh-hans": "导入结束之日", "en": "the end of the import"},
            YEAR.days,
        ),
    ),
    records=records_about,
    erase=erase,
    forget=forget_expired,
)
