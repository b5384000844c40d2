"""No trace: after a roster with faults and a caller's case, no table and no file shows a phone or an ID number in the clear."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection
from stdnum.cn import ric

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.contract import ANONYMOUS
from civicnet.exchange.models import Finding, ImportJob, JobState
from civicnet.exchange.services import cancel_job, confirm_job, upload_file
from civicnet.ledger.models import AuditRecord
from civicnet_grid.models import Worker
from civicnet_hotline.models import Case, Group, Source
from civicnet_hotline.services import Caller, Place, open_category, reveal_phone, submit_case, withdraw_case

HEADINGS = "社区（村）代码,网格编码,岗位,AB岗,姓名,性别,身份证号,联系电话,政治面貌,任职时间"
CALLER = "13800000999"
CALLER_NAME = "演示求助人"


def id_number(serial: int) -> str:
    body = f"22240319900101{serial:03d}"
    return body + ric.calc_check_digit(body + "0")


def roster() -> tuple[str, list[str]]:
    """Eight rows, three of them faulty, and every number in them."""
    lines, numbers = [HEADINGS], []
    for n in range(8):
        number, phone = id_number(101 + 2 * n), f"138000000{n:02d}"
        if n == 5:
            number = number[:-1] + ("0" if number[-1] != "0" else "1")
        if n == 6:
            phone = phone[:-1]
        grid = "222403001001001" if n != 7 else "999999999999001"
        sex = "女" if int(number[16]) % 2 == 0 else "男"
        lines.append(f"{grid[:12]},{grid},三级网格员,{'AB'[n % 2]},演示{n},{sex},{number},{phone},群众,2026-01-01")
        numbers += [number, phone]
    return "\n".join(lines), numbers


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of uploads, empty."""
    monkeypatch.setattr(ImportJob._meta.get_field("file"), "storage", FileSystemStorage(tmp_path))
    return tmp_path


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff(["civicnet_exchange.add_importjob", "civicnet_grid.import_roster"], username="clerk")


def stored_texts() -> Iterator[tuple[str, str]]:
    """Every text of every table of the database, also of those no model knows."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, bytes | memoryview):
                        value = bytes(value).decode("utf-8", "replace")
                    if value is not None and not isinstance(value, bool | int | float):
                        yield f"{table}.{column}", str(value)


def traces(values: list[str], folder: Path) -> list[str]:
    found = [place for place, text in stored_texts() if any(value in text for value in values)]
    for path in folder.rglob("*"):
        if path.is_file() and any(value.encode() in path.read_bytes() for value in values):
            found.append(path.name)
    return sorted(set(found))


def test_no_table_and_no_file_shows_a_number_in_the_clear(
    uploads: Path,
    clerk: User,
    staff: Callable[..., User],
    django_capture_on_commit_callbacks: Any,
) -> None:
    text, numbers = roster()
    actor = staff_actor(clerk)

    def run(words: str) -> ImportJob:
        with django_capture_on_commit_callbacks(execute=True):
            file = io.BytesIO(words.encode())
            job = upload_file(resource="grid.roster", file=file, name="名册.csv", actor=actor)
            assert list(uploads.rglob("*.sealed"))
            assert traces(numbers, uploads) == []
        job.refresh_from_db()
        return job

    applied, cancelled, waiting = run(text), run(text + "\n"), run(text + "\n\n")
    assert {one.state for one in (applied, cancelled, waiting)} == {JobState.CHECKED}
    assert Finding.objects.filter(job=applied, outcome="FAULT").count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        confirm_job(job=applied, actor=actor)
        cancel_job(job=cancelled, actor=actor)
    assert [one.phone for one in Worker.objects.order_by("pk")] == numbers[1:10:2]
    case = call(staff)

    assert Case.objects.get(pk=case.pk).caller_phone == CALLER
    assert traces([*numbers, CALLER, CALLER_NAME], uploads) == []
    assert [path.stem for path in uploads.rglob("*.sealed")] == [str(waiting.pk)]
    names = [one.full_name for one in User.objects.all()]
    labels = AuditRecord.objects.values_list("object_label", flat=True)
    assert not [label for label in labels if any(name in label for name in names)]


def test_the_search_for_traces_finds_one(uploads: Path, clerk: User) -> None:
    (uploads / "left.csv").write_text(f"演示,{CALLER}")
    clerk.full_name = f"演示 {CALLER}"
    clerk.save()

    assert traces([CALLER], uploads) == ["civicnet_access_user.full_name", "left.csv"]


def call(staff: Callable[..., User]) -> Case:
    """A caller's case: submitted, its number shown to somebody, over."""
    open_category(actor=SYSTEM, code="light", name="路灯", group=Group.HELP, description="", keywords="")
    case = submit_case(
        actor=ANONYMOUS,
        source=Source.WEB,
        category="light",
        description="路灯不亮",
        place=Place(address="红旗社区第1网格2号楼"),
        caller=Caller(name=CALLER_NAME, phone=CALLER),
    )
    worker = staff([], username="worker")
    Case.objects.filter(pk=case.pk).update(assignee=worker)
    assert reveal_phone(actor=staff_actor(worker), case=case, reason="回拨核实地点") == CALLER
    return withdraw_case(actor=SYSTEM, case=case)
