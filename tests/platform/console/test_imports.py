"""The import screens, as a browser sees them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import xlsxwriter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.console.imports_preview import Choice, _where_they_differ
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ColumnMapping, ImportJob
from civicnet.exchange.services import confirm_job
from civicnet.exchange.stops import SENTENCES
from civicnet.exchange.undoing import run_undo
from civicnet.lifecycle.activation import disable_plugin

CLERK = [
    "wagtailadmin.access_admin",
    "civicnet_exchange.add_importjob",
    "civicnet_grid.import_roster",
    "civicnet_grid.view_worker",
    "civicnet_grid.view_post",
]
HEADINGS = "网格编号,岗位,姓名,身份证号,联系电话,任职时间\n"
GOOD = "222403001001001,二级网格员,演示甲,99999919661007007X,14000000001,2024-01-01\n"
BAD = "222403001001001,二级网格员,演示乙,999999196610070070,1400,2024-01-01\n"


@pytest.fixture
def clerk(staff, client) -> Client:
    """A browser in which a roster clerk of the whole city is signed in."""
    client.force_login(staff(CLERK, username="clerk"))
    return client


@pytest.fixture
def upload(clerk, tmp_path):
    """Hands in a CSV; returns the answer."""

    def send(content: str = HEADINGS + GOOD + BAD, *, name: str = "roster.csv", browser: Client = clerk):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        with path.open("rb") as file:
            return browser.post(reverse("imports:new"), {"resource": "grid.roster", "file": file})

    return send


@pytest.fixture
def job(upload) -> ImportJob:
    """A checked job with one good and one faulty row."""
    upload()
    job = ImportJob.objects.get()
    run_check(job.pk)
    return job


@pytest.fixture
def applied(upload) -> Callable[[str], ImportJob]:
    """Lets the rows of a CSV in."""

    def apply(content: str) -> ImportJob:
        upload(content)
        job = ImportJob.objects.latest("created_at")
        run_check(job.pk)
        confirm_job(job=ImportJob.objects.get(pk=job.pk), actor=staff_actor(job.owner))
        run_apply(job.pk)
        return ImportJob.objects.get(pk=job.pk)

    return apply


def page(client: Client, job: ImportJob, **query: str) -> str:
    return client.get(reverse("imports:job", args=[job.pk]), query).content.decode()


def person(number: int, *, name: str = "演示", phone: int = 14_000_000_000) -> str:
    """A good row of somebody with an ID number of their own."""
    body = f"99999919661007{number:03d}"
    weights = [pow(2, 17 - at, 11) for at in range(17)]
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    return f"222403001001001,二级网格员,{name}{number},{body}{check},{phone + number},2024-01-01\n"


def test_a_clerk_goes_from_the_file_to_the_rows_in_place(clerk, upload):
    answer = upload()
    job = ImportJob.objects.get()
    assert answer.headers["Location"] == reverse("imports:job", args=[job.pk])
    assert "data-import-progress" in page(clerk, job)

    run_check(job.pk)
    preview = page(clerk, job, kind="NEW")
    assert reverse("imports:confirm", args=[job.pk]) in preview
    assert "140****0001" in preview and "14000000001" not in preview

    clerk.post(reverse("imports:confirm", args=[job.pk]))
    run_apply(job.pk)
    assert ImportJob.objects.get().state == "APPLIED"
    assert reverse("imports:confirm", args=[job.pk]) not in page(clerk, job)


def test_progress_is_told_in_numbers_and_words(clerk, job):
    told = clerk.get(reverse("imports:progress", args=[job.pk])).json()

    assert (told["state"], told["running"], told["done"], told["total"]) == ("CHECKED", False, 2, 2)
    assert told["words"]


def test_a_refused_file_keeps_the_form_and_says_why_beside_the_field(upload):
    answer = upload("%PDF-1.7", name="roster.xlsx")

    assert answer.status_code == 400
    assert answer.context["form"].errors["file"]
    assert ImportJob.objects.count() == 0


def test_findings_can_be_looked_at_kind_by_kind(clerk, job):
    address = reverse("imports:job", args=[job.pk])
    all_faults, of_one_kind = (clerk.get(address, {"kind": "FAULT", "code": code}) for code in ("", "checksum"))

    assert {one.code for one, _column, _sentence in all_faults.context["findings"]} == {"checksum", "phone_length"}
    assert [one.code for one, _column, _sentence in of_one_kind.context["findings"]] == ["checksum"]


@pytest.mark.parametrize("asked", [{"kind": "\0"}, {"kind": "FAULT", "code": "\0"}, {"kind": "FAULT", "column": "\0"}])
def test_an_address_that_asks_for_what_there_is_not_shows_the_kind_as_a_whole(clerk, job, asked):
    shown = clerk.get(reverse("imports:job", args=[job.pk]), asked)

    assert (shown.status_code, shown.context["choice"]) == (200, Choice("FAULT", "", ""))
    assert {one.code for one, _column, _sentence in shown.context["findings"]} == {"checksum", "phone_length"}


def test_rows_that_were_left_out_are_named_beside_the_verdict(clerk, upload):
    upload(HEADINGS + GOOD + "备注：新增一人,,演示乙,,,\n")
    job = ImportJob.objects.get()
    run_check(job.pk)

    assert '<a href="?kind=SKIPPED#rows">' in page(clerk, job)


def test_changed_rows_are_shown_field_by_field_and_narrowed_to_a_column(clerk, upload, applied):
    applied(HEADINGS + person(1) + person(2) + person(3))
    upload(HEADINGS + person(1, name="新名") + person(2, name="新名", phone=14_100_000_000) + person(3))
    job = ImportJob.objects.latest("created_at")
    run_check(job.pk)

    shown = clerk.get(reverse("imports:job", args=[job.pk]))
    assert {tab.kind: tab.count for tab in shown.context["tabs"]} == {
        "NEW": 0,
        "CHANGED": 2,
        "UNCHANGED": 1,
        "FAULT": 0,
    }
    assert [
        (one.row, one.name, [(cell.before, cell.after) for cell in one.cells]) for one in shown.context["changed_rows"]
    ] == [
        (2, "新名1 · 222403001001001", [("演示1", "新名1")]),
        (3, "新名2 · 222403001001001", [("演示2", "新名2"), ("140****0002", "141****0002")]),
    ]
    narrowed = clerk.get(reverse("imports:job", args=[job.pk]), {"kind": "CHANGED", "column": "phone"})
    assert [one.row for one in narrowed.context["changed_rows"]] == [3]


def test_a_long_preview_comes_in_pages_of_fifty_and_costs_no_more_statements(clerk, upload):
    counts = []
    for rows in (60, 110):
        upload(HEADINGS + "".join(person(number) for number in range(rows)))
        job = ImportJob.objects.latest("created_at")
        run_check(job.pk)
        with CaptureQueriesContext(connection) as asked:
            shown = clerk.get(reverse("imports:job", args=[job.pk]), {"p": "2"})
        counts.append(len(asked))
        numbers = [row for row, _cells in shown.context["rows"]]
        assert numbers == list(range(52, min(rows, 100) + 2))

    assert counts[0] == counts[1]


def test_all_or_none_is_not_offered_while_rows_are_faulty(clerk, job):
    assert 'value="all" disabled' in page(clerk, job)

    clerk.post(reverse("imports:confirm", args=[job.pk]), {"rows": "all"})
    assert ImportJob.objects.get().state == "CHECKED"


def test_all_rows_or_none_go_in_as_chosen(clerk, upload):
    upload(HEADINGS + GOOD)
    job = ImportJob.objects.get()
    run_check(job.pk)

    clerk.post(reverse("imports:confirm", args=[job.pk]), {"rows": "all"})
    assert ImportJob.objects.get().all_or_nothing


def test_an_import_is_taken_back_after_the_page_has_said_what_that_does(clerk, applied):
    job = applied(HEADINGS + GOOD)
    address = reverse("imports:undo", args=[job.pk])
    assert address in page(clerk, job)
    sheet = clerk.get(address, headers={"X-Dialog": "1"})
    assert {tile.kind: tile.count for tile in sheet.context["results"]}["NEW"] == 1
    assert b"<html" not in sheet.content and b"<html" in clerk.get(address).content

    clerk.post(address)
    job.refresh_from_db()
    assert job.state == "UNDOING"
    assert reverse("imports:cancel", args=[job.pk]) not in page(clerk, job)
    run_undo(job.pk)

    job.refresh_from_db()
    assert job.state == "UNDONE" and job.undone["removed"]
    assert address not in page(clerk, job)
    assert clerk.get(address).headers["Location"] == reverse("imports:job", args=[job.pk])


UNNAMED = "网格号码,岗位,名字,证件,联系电话,任职时间\n"


def test_columns_are_chosen_beside_the_own_headings_and_remembered(clerk, upload):
    upload(UNNAMED + GOOD)
    job = ImportJob.objects.get()
    run_check(job.pk)
    address = reverse("imports:columns", args=[job.pk])
    assert address in page(clerk, job)

    shown = clerk.get(address)
    lines = {line.heading: line for line in shown.context["lines"]}
    assert (lines["岗位"].chosen, lines["证件"].chosen, lines["网格号码"].near) == ("post", "", "grid_code")
    assert lines["联系电话"].samples == ["140****0001"]
    assert b"14000000001" not in shown.content
    assert [name for name, _label in shown.context["lacking"]] == ["grid_code", "name", "id_number"]

    given = {"column-1": "post", "column-2": "name", "column-4": "phone", "column-5": "since", "near-0": "grid_code"}
    refused = clerk.post(address, given)
    assert refused.status_code == 400
    assert [line.chosen for line in refused.context["lines"]] == ["grid_code", "post", "name", "", "phone", "since"]
    assert ImportJob.objects.get().state == "REFUSED"

    answer = clerk.post(address, given | {"column-3": "id_number", "remember": "on"})
    assert answer.headers["Location"] == reverse("imports:job", args=[job.pk])
    run_check(job.pk)
    assert ImportJob.objects.get().kinds == {"NEW": 1}
    assert ColumnMapping.objects.get().fields == {"网格号码": "grid_code", "名字": "name", "证件": "id_number"}


def test_a_workbook_with_several_sheets_is_looked_at_sheet_by_sheet(clerk, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "sheets.xlsx")
    for name in ("甲", "乙"):
        for at, line in enumerate((HEADINGS + GOOD).splitlines()):
            book.get_worksheet_by_name(name) or book.add_worksheet(name)
            book.get_worksheet_by_name(name).write_row(at, 0, line.split(","))
    book.close()

    def sent() -> ImportJob:
        with (tmp_path / "sheets.xlsx").open("rb") as file:
            clerk.post(reverse("imports:new"), {"resource": "grid.roster", "file": file})
        job = ImportJob.objects.latest("created_at")
        run_check(job.pk)
        return job

    job = sent()
    address = reverse("imports:columns", args=[job.pk])
    assert clerk.get(address).context["candidate"].sheet == "甲"
    given = {line.at: line.chosen for line in clerk.get(address, {"sheet": "乙"}).context["lines"]}
    clerk.post(address, {f"column-{at}": name for at, name in given.items()} | {"sheet": "乙"})
    assert ImportJob.objects.get().columns["sheet"] == "乙"
    # Once the one that fits best is in, the next comes to the eye first.
    clerk.post(address, {f"column-{at}": name for at, name in given.items()} | {"sheet": "甲"})
    run_check(job.pk)
    clerk.post(reverse("imports:confirm", args=[job.pk]))
    run_apply(job.pk)
    address = reverse("imports:columns", args=[sent().pk])
    assert clerk.get(address).context["candidate"].sheet == "乙"


def test_a_colleague_sees_how_many_but_no_rows_and_takes_nothing_back(staff, applied, clerk):
    job = applied(HEADINGS + GOOD)
    other = Client()
    other.force_login(staff([*CLERK, "civicnet_exchange.view_importjob"], username="other"))

    assert reverse("imports:undo", args=[job.pk]) not in page(other, job)
    for name in ("imports:undo", "imports:columns"):
        other.get(reverse(name, args=[job.pk]))
        other.post(reverse(name, args=[job.pk]))
    assert ImportJob.objects.get().state == "APPLIED"
    for whose, expected in (("", 1), ("mine", 0)):
        assert len(other.get(reverse("imports:index"), {"whose": whose}).context["lines"]) == expected


def test_the_rows_of_a_waiting_job_are_for_its_owner_alone(staff, job):
    other = Client()
    other.force_login(staff([*CLERK, "civicnet_exchange.view_importjob"], username="other"))

    assert "140****0001" not in page(other, job, kind="NEW")


def test_a_cancelled_import_says_so_and_leaves_nothing(clerk, job):
    clerk.post(reverse("imports:cancel", args=[job.pk]))

    assert ImportJob.objects.get().state == "CANCELLED"
    assert reverse("imports:confirm", args=[job.pk]) not in page(clerk, job)


@pytest.mark.parametrize(
    "name", ["imports:job", "imports:progress", "imports:faults", "imports:columns", "imports:undo"]
)
def test_a_clerk_of_another_town_finds_no_such_job(staff, job, name):
    other = Client()
    other.force_login(staff([*CLERK, "civicnet_exchange.view_importjob"], "222403100", username="other"))

    assert other.get(reverse(name, args=[job.pk])).status_code == 404
    for act in ("imports:confirm", "imports:cancel", "imports:columns", "imports:undo"):
        assert other.post(reverse(act, args=[job.pk])).status_code == 404
    assert ImportJob.objects.get().state == "CHECKED"


def test_whoever_may_not_import_does_not_get_in(staff, job):
    other = Client()
    other.force_login(staff(["wagtailadmin.access_admin"], username="other"))

    for name in ("imports:index", "imports:new"):
        assert other.get(reverse(name)).status_code == 302
    assert reverse("imports:index") not in other.get(reverse("wagtailadmin_home")).content.decode()


def test_a_form_from_elsewhere_is_refused(staff, job):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(job.owner)

    assert strict.post(reverse("imports:confirm", args=[job.pk])).status_code == 403
    assert ImportJob.objects.get().state == "CHECKED"


def test_confirming_takes_a_form_and_no_mere_link(clerk, job):
    assert clerk.get(reverse("imports:confirm", args=[job.pk])).status_code == 405


def test_template_faults_and_export_can_be_taken_along(clerk, job):
    for answer in (
        clerk.get(reverse("imports:template", args=["grid.roster"])),
        clerk.get(reverse("imports:faults", args=[job.pk])),
        clerk.post(reverse("imports:export", args=["grid.roster", "xlsx"])),
    ):
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert b"".join(answer.streaming_content).startswith(b"PK")


def test_while_the_plugin_is_off_its_rows_are_not_offered_and_the_job_waits(clerk, job, upload):
    disable_plugin(slug="grid", actor=SYSTEM, reason="test")

    assert "grid.roster" not in clerk.get(reverse("imports:new")).content.decode()
    assert upload().status_code == 400
    assert reverse("imports:confirm", args=[job.pk]) not in page(clerk, job)
    clerk.post(reverse("imports:confirm", args=[job.pk]))
    assert clerk.get(reverse("imports:template", args=["grid.roster"])).status_code == 302
    assert ImportJob.objects.get().state == "CHECKED"


def test_markup_in_a_file_name_stays_text(clerk, upload):
    upload(name="a<b onclick=x>.csv")

    assert "<b onclick" not in clerk.get(reverse("imports:index")).content.decode()


def test_of_long_texts_the_place_is_shown_where_they_differ() -> None:
    before, after = "一" * 500 + "旧" + "二" * 500, "一" * 500 + "新" + "二" * 500

    assert _where_they_differ(before, after) == (
        f"…{'一' * 30}旧{'二' * 169}…",
        f"…{'一' * 30}新{'二' * 169}…",
    )
    assert _where_they_differ("short", "other") == ("short", "other")


@pytest.mark.parametrize(("code", "counted"), [("WAITED_TOO_LONG", True), ("UNDO_WAITED_TOO_LONG", False)])
def test_an_import_that_was_given_up_says_why_and_counts_what_is_in_where_it_knows(clerk, applied, code, counted):
    job = applied(HEADINGS + GOOD)
    ImportJob.objects.update(state="CANCELLED", error_code=code, error=str(SENTENCES[code]))

    page = clerk.get(reverse("imports:job", args=[job.pk])).content.decode()

    assert str(SENTENCES[code]) in page
    assert ("已导入的 1 行保留" in page) is counted
