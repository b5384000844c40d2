"""The import screens, as a browser sees them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from civicnet.access.actors import SYSTEM
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ImportJob
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


def page(client: Client, job: ImportJob) -> str:
    return client.get(reverse("imports:job", args=[job.pk])).content.decode()


def test_a_clerk_goes_from_the_file_to_the_rows_in_place(clerk, upload):
    answer = upload()
    job = ImportJob.objects.get()
    assert answer.headers["Location"] == reverse("imports:job", args=[job.pk])
    assert "data-import-progress" in page(clerk, job)

    run_check(job.pk)
    preview = page(clerk, job)
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
    shown = clerk.get(reverse("imports:job", args=[job.pk]), {"outcome": "FAULT", "code": "checksum"})

    assert [one.code for one, _column, _sentence in shown.context["findings"]] == ["checksum"]


def test_a_cancelled_import_says_so_and_leaves_nothing(clerk, job):
    clerk.post(reverse("imports:cancel", args=[job.pk]))

    assert ImportJob.objects.get().state == "CANCELLED"
    assert reverse("imports:confirm", args=[job.pk]) not in page(clerk, job)


@pytest.mark.parametrize("name", ["imports:job", "imports:progress", "imports:faults"])
def test_a_clerk_of_another_town_finds_no_such_job(staff, job, name):
    other = Client()
    other.force_login(staff([*CLERK, "civicnet_exchange.view_importjob"], "222403100", username="other"))

    assert other.get(reverse(name, args=[job.pk])).status_code == 404
    for act in ("imports:confirm", "imports:cancel"):
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
