"""``civicnet import``: the same engine and the same faults as on the screens, by hand or from a script."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import translation

from civicnet.exchange.models import Finding, ImportJob, SpoolChunk
from civicnet.exchange.permissions import ADD
from civicnet.ledger.models import AuditRecord


@pytest.fixture
def sheet(workbook, teams, tmp_path, settings, resource):
    """A file with two good rows, and one faulty row if asked."""
    settings.MEDIA_ROOT = str(tmp_path / "media")

    def make(*more: list) -> str:
        path = tmp_path / "teams.xlsx"
        path.write_bytes(workbook([*teams(2), *more]).getvalue())
        return str(path)

    return make


def run(capsys, *words: str) -> tuple[int, str]:
    code = 0
    with translation.override("en"):
        try:
            call_command("import", *words)
        except SystemExit as end:
            code = int(end.code)
    return code, capsys.readouterr().out


BAD = [3, "3队", "1390000", "2023-06-30"]


def test_without_confirming_it_only_says_what_would_happen(sheet, capsys):
    code, text = run(capsys, "team.list", sheet(BAD))

    assert code == 3
    assert "2 new, 0 changed, 0 unchanged, 1 faulty rows." in text
    assert "Row 4, 电话: A mobile number has 11 digits; here are 7. [phone_length]" in text
    assert not Group.objects.filter(name__contains="队").exists()
    assert ImportJob.objects.get().state == "CANCELLED"
    assert [one.sealed for one in SpoolChunk.objects.all()] == [""]


def test_confirmed_the_good_rows_go_in_and_a_script_reads_the_rest(sheet, capsys):
    code, text = run(capsys, "team.list", sheet(BAD), "--confirm", "--json")

    told = json.loads(text)
    assert code == 3
    assert (told["state"], told["rows"]) == ("APPLIED", {"NEW": 2, "CHANGED": 0, "UNCHANGED": 0, "FAULT": 1})
    assert told["findings"] == [
        {"row": 4, "column": "电话", "code": "phone_length", "message": "A mobile number has 11 digits; here are 7."}
    ]
    assert Group.objects.filter(name__contains="队").count() == 2


@pytest.mark.parametrize("most", ["-1", "many", "1.5"])
def test_a_number_of_faults_that_is_none_is_refused_before_anything_is_kept(sheet, capsys, most):
    with pytest.raises(CommandError, match="is no number of faults"):
        run(capsys, "team.list", sheet(BAD), "--most", most)

    assert not ImportJob.objects.exists()


def test_an_import_of_the_system_is_taken_back_by_the_command_and_what_stays_is_named(sheet, capsys, staff):
    run(capsys, "team.list", sheet(), "--confirm")
    job = str(ImportJob.objects.get().pk)
    staff([ADD, "auth.add_group"], username="stranger")
    for words in (["--undo", job, "--as", "stranger"], ["--undo", job, "--confirm"], ["team.list"]):
        with pytest.raises(CommandError, match=r"no import|Name the kind"):
            run(capsys, *words)
    assert Group.objects.filter(name__contains="队").count() == 2

    Group.objects.filter(name="2队").update(name="二队")
    code, text = run(capsys, "--undo", job)

    assert (code, list(Group.objects.filter(name__contains="队").values_list("name", flat=True))) == (3, ["二队"])
    assert "1 entries removed, 0 back to their former values, 1 left as they are." in text
    assert "[changed_since]" in text
    with pytest.raises(CommandError, match=r"\[WRONG_STATE\]"):
        run(capsys, "--undo", job)


def test_a_file_without_faults_ends_with_0(sheet, capsys):
    assert run(capsys, "team.list", sheet(), "--confirm")[0] == 0
    assert Finding.objects.count() == 0


def test_all_or_nothing_lets_nothing_in_while_a_row_is_faulty(sheet, capsys):
    with pytest.raises(CommandError, match=r"\[FAULTY_ROWS\]"):
        run(capsys, "team.list", sheet(BAD), "--confirm", "--all-or-nothing")

    assert not Group.objects.filter(name__contains="队").exists()
    assert ImportJob.objects.get().state == "CANCELLED"


def test_the_same_file_is_refused_a_second_time(sheet, capsys):
    path = sheet()
    run(capsys, "team.list", path, "--confirm")

    with pytest.raises(CommandError, match=r"\[ALREADY_IMPORTED\]"):
        run(capsys, "team.list", path)


def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence(sheet, tmp_path, capsys):
    path = tmp_path / "other.csv"
    path.write_text("甲,乙\n1,2\n")

    code, text = run(capsys, "team.list", str(path), "--json")
    assert code == 1
    assert (json.loads(text)["state"], json.loads(text)["error"]["code"]) == ("REFUSED", "HEADINGS_NOT_FOUND")


def test_as_a_person_it_does_what_their_posts_allow(sheet, staff, capsys):
    staff([ADD, "auth.add_group"], username="clerk")
    staff([ADD], username="stranger")
    path = sheet()

    with pytest.raises(CommandError, match=r"There is nothing called team\.list to import here\."):
        run(capsys, "team.list", path, "--as", "stranger")
    with pytest.raises(CommandError, match="There is no active person nobody"):
        run(capsys, "team.list", path, "--as", "nobody")
    assert run(capsys, "team.list", path, "--confirm", "--as", "clerk")[0] == 0
    assert ImportJob.objects.get().owner.username == "clerk"
    assert AuditRecord.objects.filter(action="exchange.confirm").get().actor_kind == "staff"
