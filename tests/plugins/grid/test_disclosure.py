"""The roster with full values: out by way of two people, and in again without a change."""

from __future__ import annotations

import io
from datetime import date

import pytest
from stdnum.cn import ric

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.disclosures import ask_disclosure, decide_disclosure, fetch_disclosure
from civicnet.exchange.models import ImportJob
from civicnet.exchange.selectors import kinds
from civicnet.exchange.services import confirm_job, upload_file
from civicnet_grid.models import Post, Worker
from civicnet_grid.services import apply_roster

RIGHTS = [
    "civicnet_exchange.add_importjob",
    "civicnet_exchange.add_disclosurerequest",
    "civicnet_grid.import_roster",
    "civicnet_grid.view_worker",
    "civicnet_grid.view_post",
    "civicnet_grid.reveal_phone",
    "civicnet_grid.reveal_id_number",
]
FIRST, SECOND = "222403001001", "222403100200"


def id_number(person: int) -> str:
    """An ID number of a region that does not exist, with a right check digit; the person is a woman."""
    number = f"99999919900101{2 * person:03d}"
    return number + ric.calc_check_digit(number + "0")


@pytest.fixture
def roster(city, row):
    """Two grids in two townships: a lead and pairs in the first, a pair in the second."""
    places = [
        (1, FIRST, 1, None),
        (2, FIRST, 2, None),
        (3, FIRST, 2, None),
        (4, FIRST, 3, None),
        (5, FIRST, 3, None),
        (6, SECOND, 2, "B"),
        (7, SECOND, 2, "A"),
    ]
    rows = [
        row(
            person,
            organisation_code=place,
            grid_code=f"{place}001",
            level=level,
            duty=duty,
            id_number=id_number(person),
            phone=f"1400000{person:04d}",
            since=date(2023, 6, person),
        )
        for person, place, level, duty in places
    ]
    apply_roster(rows=rows, actor=SYSTEM)


@pytest.fixture
def taken_out(roster, staff, city, django_capture_on_commit_callbacks):
    """Asks, has it approved by a second person, and fetches: ``taken_out(format, organisation_code)``."""
    clerk = staff_actor(staff(RIGHTS, username="clerk"))
    second = staff_actor(staff(["civicnet_exchange.approve_disclosure"], username="second"))

    def take(kind="xlsx", code="222403"):
        with django_capture_on_commit_callbacks(execute=True):
            request = ask_disclosure(
                resource="grid.roster", organisation=city[code], format=kind, reason="核对本月名册", actor=clerk
            )
            decide_disclosure(request=request, approve=True, actor=second)
        request.refresh_from_db()
        return request, b"".join(fetch_disclosure(request=request, actor=clerk)), clerk

    return take


def held():
    posts = Post.objects.order_by("pk").values_list(
        "pk", "worker_id", "level", "seat", "duty", "valid_from", "valid_to"
    )
    people = Worker.objects.order_by("pk").values_list(
        "pk", "name", "sex", "id_index", "phone_index", "organisation_id"
    )
    return list(posts), list(people)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_goes_in_again_and_changes_nothing(taken_out, kind):
    request, content, clerk = taken_out(kind)
    before = held()

    job = upload_file(resource="grid.roster", file=io.BytesIO(content), name=f"back.{kind}", actor=clerk)
    run_check(job.pk)
    job.refresh_from_db()
    assert [(one.code, one.column) for one in kinds(job)] == []
    confirm_job(job=job, actor=clerk)
    run_apply(job.pk)

    job.refresh_from_db()
    assert request.rows == 7
    assert (job.state, job.result) == ("APPLIED", {"unchanged": 7})
    assert held() == before
    assert ImportJob.objects.get().counts == {"OK": 7}


def test_only_the_rows_of_the_area_that_was_asked_for_leave(taken_out):
    request, content, _clerk = taken_out("csv", "222403100")

    text = content.decode("utf-8-sig")
    assert (request.rows_asked, request.rows, len(text.splitlines())) == (2, 2, 3)
    assert id_number(6) in text and "14000000006" in text and id_number(1) not in text
