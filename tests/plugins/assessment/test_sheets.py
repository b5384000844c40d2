"""Assessments as a sheet: filed by the rules of the screen, handed out as they came, and taken back."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from civicnet.access.models import User
from civicnet.contract import Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import Finding, ImportJob
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.writing import export
from civicnet.ledger.models import AuditRecord
from civicnet_assessment.models import Assessment, AssessmentScore

SHEET = "assessment.results"
HEADINGS = ["年度", "考核表", "工号", "姓名", "各项得分", "总分", "评语"]
FORM = ("2026", "2026 年度考核")
GOOD = "入户走访：38.5（走访记录；第3页）\n述职：20"
ASSESSES = [f"civicnet_assessment.{one}" for one in ("view_assessmentform", "view_assessment", "add_assessment")]
ASSESSES += ["civicnet_exchange.add_importjob"]


@pytest.fixture
def assessor(register, form, actor, settings, tmp_path):
    """Somebody of 渤海街道 who assesses and brings in files."""
    settings.MEDIA_ROOT = str(tmp_path)
    return actor(ASSESSES, "222403001")


def checked(actor, *rows, headings=HEADINGS) -> ImportJob:
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    file = io.BytesIO(text.getvalue().encode())
    job = upload_file(resource=SHEET, file=file, name="assessments.csv", actor=actor)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def brought_in(actor, *rows) -> ImportJob:
    job = checked(actor, *rows)
    run_apply(confirm_job(job=job, actor=actor).pk)
    job.refresh_from_db()
    return job


def exported(actor, kind="json"):
    return export(resource=SHEET, format=kind, actor=actor).read()


def test_a_sheet_files_what_assessors_filled_in_and_an_export_of_it_changes_nothing(assessor, register):
    job = brought_in(
        assessor, [*FORM, "T1", "演示甲", GOOD, "58.5", "=好"], [*FORM, "T2", "", "述职 ２０分;入户走访=0", "", ""]
    )

    assert (job.state, job.result) == ("APPLIED", {"created": 2}), list(Finding.objects.values())
    told = json.loads(exported(assessor))
    assert [(one["number"], one["name"], one["scores"], one["total"], one["comment"]) for one in told] == [
        ("T2", "演示乙", "入户走访：0\n述职：20", 20.0, None),
        ("T1", "演示甲", GOOD, 58.5, "=好"),
    ]
    assert {one["assessor"] for one in told} == {str(Assessment.objects.first().assessor)}
    # Somebody who is not there any more stays known by the key.
    register.people = [one for one in register.people if one.key != "test:2"]
    lines = list(csv.reader(io.StringIO(exported(assessor, "csv").decode("utf-8-sig"))))
    again = checked(assessor, *lines[1:], [*lines[1][:3], "test:1", *lines[1][4:]], headings=lines[0])
    assert (again.kinds, [one.code for one in again.findings.all()]) == ({"UNCHANGED": 2}, ["duplicate_in_file"])


def test_rows_are_refused_by_the_rules_of_the_screen(assessor, register, opened):
    opened(title=FORM[1], closes=timezone.localdate() - timedelta(days=1))
    register.link("test:2", User.objects.get(pk=assessor.id))
    assert [one.code for one in checked(assessor, [*FORM, "T1", "", GOOD, "", ""]).findings.all()] == ["office_needed"]
    head, city, town = [*HEADINGS, "考核单位代码"], "222403", "222403001"
    rows = {
        ("2025", FORM[1], "T1", "", GOOD, "", "", city): "unknown_form",
        (*FORM, "T9", "", GOOD, "", "", city): "unknown_person",
        (*FORM, "T2", "", GOOD, "", "", city): "own_assessment",
        (*FORM, "T1", "", "述职：20", "", "", city): "score_missing",
        (*FORM, "T1", "", "述职：21\n入户走访：1", "", "", city): "score_limits",
        (*FORM, "T1", "", "述职：1.234\n入户走访：1", "", "", city): "score_decimals",
        (*FORM, "T1", "", "述职：1\n述职：2\n入户走访：1", "", "", city): "score_twice",
        (*FORM, "T1", "", "述职：1\n其他：2\n入户走访：1", "", "", city): "scores_unreadable",
        (*FORM, "T1", "", "很好", "", "", city): "scores_unreadable",
        (*FORM, "T1", "", f"述职：1{' ' * 20_000}x", "", "", city): "scores_unreadable",
        (*FORM, "T1", "", "   ", "", "", city): "required",
        (FORM[0], FORM[1].replace(" ", "  "), "T3", "", GOOD, "", "", city): "unknown_person",
        (*FORM, "T1", "演示乙", GOOD, "60", "", city): "other_person total_differs",
        (*FORM, "T1", "", GOOD, "", "", town): "form_closed",
    }
    job = checked(assessor, *rows, headings=head)

    assert [one.code for one in job.findings.order_by("row", "pk")] == " ".join(rows.values()).split()
    assert job.kinds == {}
    assert not Assessment.objects.exists()


def test_what_is_filed_stays_and_what_may_not_be_read_is_not_told(assessor, actor):
    brought_in(assessor, [*FORM, "T1", "", GOOD, "", ""])
    blind = actor([one for one in ASSESSES if not one.endswith("view_assessment")], "222403001")

    other = checked(assessor, [*FORM, "T1", "", "入户走访：1\n述职：1", "", ""])
    guess = checked(blind, [*FORM, "T1", "演示甲", GOOD, "", ""])

    assert [[one.code for one in job.findings.all()] for job in (other, guess)] == [["filed_already"]] * 2
    assert [job.chunks.count() for job in (other, guess)] == [0, 0]
    with pytest.raises(Refused):
        exported(blind)


def test_a_sheet_is_taken_back_but_for_what_somebody_has_touched(assessor):
    job = brought_in(assessor, [*FORM, "T1", "", GOOD, "", ""], [*FORM, "T2", "", GOOD, "", ""])
    Assessment.objects.filter(subject_key="test:2").update(total=1)

    undo_job(job=job, actor=assessor)
    run_undo(job.pk)

    job.refresh_from_db()
    assert (job.state, job.undone) == ("UNDONE", {"restored": 0, "removed": 1, "left": 1})
    assert list(Assessment.objects.values_list("subject_key", flat=True)) == ["test:2"]
    assert AssessmentScore.objects.count() == 2


def test_more_rows_take_no_more_statements_and_one_record(assessor):
    statements = []
    for numbers in (["T1"], ["T1", "T2"]):
        job = checked(assessor, *([*FORM, number, "", GOOD, "", ""] for number in numbers))
        confirm_job(job=job, actor=assessor)
        with CaptureQueriesContext(connection) as asked:
            run_apply(job.pk)
        statements.append(len(asked))
        for model in (AssessmentScore, Assessment):
            model.objects.all().delete()

    assert statements[0] == statements[1]
    assert AuditRecord.objects.filter(action="assessment.file_assessments").count() == 2
