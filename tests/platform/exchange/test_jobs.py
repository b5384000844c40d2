"""Jobs: nothing goes in before it is confirmed, and nobody else's rows."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Position, User
from civicnet.contract import NotFound, Refused
from civicnet.exchange import checking, services, steps
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.errors import AlreadyImported, FileRefused, ResourceOff, WrongState
from civicnet.exchange.models import Finding, ImportJob, SpoolChunk
from civicnet.exchange.preview import preview_rows
from civicnet.exchange.selectors import job_for, kinds, visible_jobs
from civicnet.exchange.services import cancel_job, confirm_job, upload_file
from civicnet.exchange.spool import forget_the_rest
from civicnet.exchange.stops import error_sentence
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin

FAULTY = [[1, "甲队", "14000000001", "2023-06-30"], [2, "乙队", "1400", "2023.06"], [3, "", "14000000003", ""]]


def teams_held() -> set[str]:
    return set(Group.objects.filter(name__endswith="队").values_list("name", flat=True))


def actions() -> list[str]:
    return list(
        AuditRecord.objects.filter(action__startswith="exchange").order_by("id").values_list("action", flat=True)
    )


def test_good_rows_go_in_after_confirmation_and_every_step_is_a_record(checked, clerk, teams):
    job = checked(teams(3))
    assert (job.state, job.counts, teams_held()) == ("CHECKED", {"OK": 3}, set())

    confirm_job(job=job, actor=clerk)
    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result, job.rows_done) == ("APPLIED", {"created": 3}, 3)
    assert teams_held() == {"1队", "2队", "3队"}
    assert actions() == ["exchange.upload", "exchange.check", "exchange.confirm", "exchange.apply"]


def test_a_file_is_sealed_and_stored_before_anybody_has_to_wait_for_a_writer(checked, teams, monkeypatch):
    held = []

    def sealed_copy(job, file):
        held.append([block for block in connection.atomic_blocks if not block._from_testcase])
        return original(job, file)

    original = steps.sealed_copy
    monkeypatch.setattr(steps, "sealed_copy", sealed_copy)

    checked(teams(1))

    assert held == [[]]


def test_a_file_whose_job_cannot_begin_is_not_left_in_the_storage(checked, teams, monkeypatch):
    def begin_job(job, *given, **named):
        assert job.file.storage.exists(job.file.name)
        begun.append(job)
        raise AlreadyImported(date(2026, 1, 1))

    begun: list[ImportJob] = []
    monkeypatch.setattr(services, "begin_job", begin_job)

    with pytest.raises(AlreadyImported):
        checked(teams(1))

    assert not begun[0].file.storage.exists(begun[0].file.name)
    assert not ImportJob.objects.exists()


def test_faults_are_named_by_row_column_and_code_and_change_nothing(checked):
    job = checked([*FAULTY, ["小计", 3], [], ["填表人："]])

    assert job.counts == {"OK": 1, "FAULT": 2, "SKIPPED": 2}
    assert [(one.row, one.column, one.outcome, one.code) for one in job.findings.all()] == [
        (3, "电话", "FAULT", "phone_length"),
        (3, "日期", "NORMALISED", "month_precision"),
        (4, "名称", "FAULT", "required"),
        (5, "", "SKIPPED", "subtotal_row"),
        (7, "", "SKIPPED", "footer"),
    ]
    assert teams_held() == set()


def test_in_a_workbook_that_counts_days_from_1904_a_bare_number_is_no_day(checked):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"date_1904": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    rows = [
        ["序号", "名称", "电话", "日期"],
        [1, "甲队", "14000000001", date(2023, 6, 30)],
        [2, "乙队", "14000000002", 43645],
    ]
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()

    job = checked([], file=file)

    assert [one.cells["since"] for one in preview_rows(job)] == ["2023-06-30"]
    faults = [(one.row, one.column, one.code) for one in job.findings.filter(outcome="FAULT")]
    assert faults == [(3, "日期", "ambiguous_date")]


def test_only_the_good_rows_of_a_faulty_file_go_in(applied):
    job = applied(FAULTY)

    assert (job.state, teams_held()) == ("APPLIED", {"甲队"})


def test_a_file_without_any_good_row_cannot_be_confirmed(checked, clerk):
    job = checked(FAULTY[1:])

    with pytest.raises(WrongState):
        confirm_job(job=job, actor=clerk)

    assert ImportJob.objects.get().state == "CHECKED"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.xlsx", "EMPTY_FILE"),
        (b"%PDF-1.7", "a.xlsx", "BROKEN_FILE"),
        (b"PK\x03\x04cut", "a.xlsx", "BROKEN_FILE"),
    ],
)
def test_a_broken_file_is_refused_and_nothing_is_kept(clerk, content, name, code):
    with pytest.raises(FileRefused) as caught:
        upload_file(resource="team.list", file=io.BytesIO(content), name=name, actor=clerk)

    assert caught.value.code == code
    assert (ImportJob.objects.count(), actions()) == (0, [])


def test_a_workbook_that_breaks_only_inside_is_refused_at_the_check(checked, workbook, teams):
    content = bytearray(workbook(teams(400)).getvalue())
    # The directory at the end stays whole, the packed sheet in the middle does not.
    start = content.index(b"xl/worksheets/sheet1.xml") + 200
    content[start : start + 1500] = bytes(1500)

    job = checked([], file=io.BytesIO(bytes(content)))

    assert (job.state, job.error_code) == ("REFUSED", "BROKEN_FILE")
    assert (SpoolChunk.objects.count(), Finding.objects.count(), teams_held()) == (0, 0, set())


@pytest.mark.parametrize(
    ("headings", "code", "named"),
    [
        (["甲", "乙"], "HEADINGS_NOT_FOUND", ""),
        (["序号", "名称"], "COLUMNS_MISSING", "电话"),
        (["序号", "名称", "电话"], "NO_ROWS", ""),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_a_sentence(checked, workbook, headings, code, named):
    job = checked([], file=workbook([], headings=headings))

    assert (job.state, job.error_code) == ("REFUSED", code)
    assert named in error_sentence(job)


def test_a_table_with_too_many_rows_is_refused_whole(checked, teams, monkeypatch):
    monkeypatch.setattr(checking, "MOST_ROWS", 600)

    job = checked(teams(601))

    assert (job.state, job.error_code, SpoolChunk.objects.count()) == ("REFUSED", "TOO_MANY_ROWS", 0)


def test_the_same_file_goes_in_once_and_the_refusal_names_the_day(applied, clerk, workbook, teams):
    job = applied(teams(2))

    with pytest.raises(AlreadyImported) as caught:
        upload_file(resource="team.list", file=workbook(teams(2)), name="again.xlsx", actor=clerk)

    assert caught.value.code == "ALREADY_IMPORTED"
    assert f"{job.finished_at.year}" in str(caught.value)
    assert ImportJob.objects.count() == 1


def test_two_jobs_of_one_file_cannot_both_be_confirmed(checked, clerk, teams):
    first, second = checked(teams(2)), checked(teams(2))
    confirm_job(job=first, actor=clerk)

    # While it is going in, and once it is in.
    with pytest.raises(AlreadyImported):
        confirm_job(job=second, actor=clerk)
    run_apply(first.pk)
    with pytest.raises(AlreadyImported):
        confirm_job(job=second, actor=clerk)

    second.refresh_from_db()
    assert second.state == "CHECKED"


def test_a_file_too_large_for_memory_goes_the_same_way(applied):
    file = TemporaryUploadedFile("teams.csv", "text/csv", 0, "utf-8")
    file.write("名称,电话,备忘\n".encode() + b"x,14000000001," + b"z" * 100_000 + b"\n")

    assert applied([], file=file, name="teams.csv").result == {"created": 1}


def test_a_text_in_gb18030_goes_the_same_way(applied):
    content = "名称,电话\n甲队,14000000001\n".encode("gb18030")

    assert applied([], file=io.BytesIO(content), name="teams.csv").state == "APPLIED"
    assert teams_held() == {"甲队"}


def test_the_spool_cannot_be_read_in_the_database_and_goes_with_the_file_once_it_is_in(
    checked, clerk, django_capture_on_commit_callbacks
):
    job = checked(FAULTY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM civicnet_exchange_spoolchunk")
        ((raw,),) = cursor.fetchall()
    assert raw and "14000000001" not in raw and "甲队" not in raw
    assert "1400" in FAULTY[1][2] and "乙队" not in SpoolChunk.objects.get().sealed

    confirm_job(job=job, actor=clerk)
    with django_capture_on_commit_callbacks(execute=True):
        run_apply(job.pk)

    assert not SpoolChunk.objects.exclude(sealed="").exists()
    assert not storages["uploads"].exists(job.file.name)


def test_the_preview_shows_the_first_rows_with_numbers_masked(checked, teams):
    job = checked(teams(7))

    assert [(one.row, list(one.cells.values())) for one in preview_rows(job, most=2)] == [
        (2, ["1", "1队", "139****0001", "2023-06-30"]),
        (3, ["2", "2队", "139****0002", "2023-06-30"]),
    ]


def test_findings_are_grouped_by_kind_with_faults_first(checked):
    job = checked([*FAULTY, [4, "丁队", "140", "2023.06"]])

    assert [(one.outcome, one.code, one.column, one.rows) for one in kinds(job)] == [
        ("FAULT", "phone_length", "电话", 2),
        ("FAULT", "required", "名称", 1),
        ("NORMALISED", "month_precision", "日期", 2),
    ]
    assert "…" in kinds(job)[0].sentence


def test_a_clerk_of_another_area_neither_sees_nor_touches_a_job(checked, neighbour, teams):
    job = checked(teams(2))

    assert list(visible_jobs(neighbour)) == []
    with pytest.raises(NotFound):
        job_for(neighbour, job.pk)
    for act in (confirm_job, cancel_job):
        with pytest.raises(Refused):
            act(job=job, actor=neighbour)
    job.refresh_from_db()
    assert (job.state, teams_held()) == ("CHECKED", set())


def test_a_colleague_who_may_look_at_jobs_of_the_area_sees_one_but_cannot_confirm_it(checked, staff, teams):
    colleague = staff_actor(staff(["civicnet_exchange.view_importjob"], username="colleague"))
    job = checked(teams(2))

    assert job_for(colleague, job.pk) == job
    with pytest.raises(Refused):
        confirm_job(job=job, actor=colleague)


@pytest.mark.parametrize("rights", [["auth.add_group"], ["civicnet_exchange.add_importjob"], []])
def test_uploading_takes_both_the_right_to_import_and_the_right_to_the_rows(staff, resource, workbook, teams, rights):
    person = staff_actor(staff(rights))

    with pytest.raises(Refused):
        upload_file(resource="team.list", file=workbook(teams(1)), name="a.xlsx", actor=person)

    assert ImportJob.objects.count() == 0


def test_a_right_withdrawn_after_the_check_stops_the_confirmation(checked, clerk, teams):
    job = checked(teams(2))
    Position.objects.all().delete()

    with pytest.raises(Refused):
        confirm_job(job=job, actor=staff_actor(User.objects.get(pk=clerk.id)))

    assert ImportJob.objects.get().state == "CHECKED"


def test_a_cancelled_job_forgets_rows_and_file(checked, clerk, teams, django_capture_on_commit_callbacks):
    job = checked(teams(2))

    with django_capture_on_commit_callbacks(execute=True):
        cancel_job(job=job, actor=clerk)
    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.state, teams_held()) == ("CANCELLED", set())
    assert not SpoolChunk.objects.exclude(sealed="").exists()
    assert not storages["uploads"].exists(job.file.name)
    # As one leaves it that dies in the middle.
    SpoolChunk.objects.update(sealed="[]")
    assert (forget_the_rest(), forget_the_rest()) == (1, 0)
    with pytest.raises(WrongState):
        confirm_job(job=job, actor=clerk)


def test_while_its_plugin_is_off_a_resource_is_not_offered_and_its_jobs_wait(checked, clerk, workbook, teams):
    waiting = upload_file(resource="team.list", file=workbook(teams(3)), name="a.xlsx", actor=clerk)
    job = checked(teams(2))
    disable_plugin(slug="team", actor=SYSTEM, reason="test")

    with pytest.raises(ResourceOff) as caught:
        upload_file(resource="team.list", file=workbook(teams(1)), name="b.xlsx", actor=clerk)
    with pytest.raises(ResourceOff):
        confirm_job(job=job, actor=clerk)
    run_check(waiting.pk)

    waiting.refresh_from_db()
    job.refresh_from_db()
    assert caught.value.code == "PLUGIN_DISABLED"
    assert (waiting.state, waiting.error_code, job.state) == ("UPLOADED", "PLUGIN_DISABLED", "CHECKED")
    assert waiting.error and teams_held() == set()

    enable_plugin(slug="team", actor=SYSTEM, reason="test")
    run_check(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == ("CHECKED", "")
