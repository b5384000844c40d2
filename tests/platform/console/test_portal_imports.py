"""A portal's way of importing: a file by its key, then GraphQL, with its own rights and no others."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone
from portals import ELSEWHERE, GOOD, HEADINGS, READ, START, Portal, code_of

from civicnet.access.actors import SYSTEM
from civicnet.access.models import ApiClient, Organisation
from civicnet.console.portal_uploads import COST
from civicnet.contract import Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.models import ImportJob, Upload, upload_storage
from civicnet.exchange.services import confirm_job
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.uploads import MOST_WAITING, TO_BEGIN, forget_uploads
from civicnet.gateway.budget import leases
from civicnet.ledger.models import AuditRecord


def stored() -> set[str]:
    return set(upload_storage().listdir("imports")[1]) if upload_storage().exists("imports") else set()


def test_a_portal_sees_what_it_may_import_and_what_the_columns_are_called(portal: Portal) -> None:
    found = portal.ask("{ platformImportResources { key label columns { heading label required } } }")["data"]

    assert [one["key"] for one in found["platformImportResources"]] == ["platform.organisations"]
    assert found["platformImportResources"][0]["columns"][0] == {
        "heading": "机构代码",
        "label": "Code of the organisation",
        "required": True,
    }


def test_a_file_goes_up_is_checked_confirmed_and_taken_back_by_the_portal_that_sent_it(portal: Portal) -> None:
    key = portal.started(HEADINGS + GOOD + "222403001900,又一次,社区,222403001,2026-01-01\n")

    checked = portal.ask(READ, i=key)["data"]["platformImport"]
    assert (checked["state"], checked["rows"]["new"], checked["rows"]["faulty"]) == ("CHECKED", 1, 1)
    assert checked["findings"]["nodes"] == [
        {
            "row": 3,
            "column": "机构代码",
            "outcome": "FAULT",
            "code": "duplicate_in_file",
            "message": "The same stands in row 2 already.",
        }
    ]
    assert not Organisation.objects.filter(code="222403001900").exists()

    assert portal.act("Confirm", key)["data"]["platformConfirmImport"]["import"]["state"] == "APPLYING"
    run_apply(UUID(key))
    applied = portal.ask(READ, i=key)["data"]["platformImport"]
    assert (applied["state"], applied["result"]) == ("APPLIED", [{"name": "created", "count": 1}])
    assert Organisation.objects.get(code="222403001900").name == "新设社区"
    assert applied["canUndo"] is True

    assert portal.act("Undo", key)["data"]["platformUndoImport"]["import"]["state"] == "UNDOING"
    run_undo(UUID(key))
    undone = portal.ask(READ, i=key)["data"]["platformImport"]
    assert (undone["state"], undone["canUndo"]) == ("UNDONE", False)
    assert {one["name"]: one["count"] for one in undone["undone"]} == {"left": 0, "removed": 1, "restored": 0}
    assert not Organisation.objects.filter(code="222403001900").exists()
    acted = AuditRecord.objects.filter(object_id=key).values_list("action", "actor_kind", "actor_id")
    assert set(acted) == {
        (f"exchange.{act}", "client", str(portal.row.pk))
        for act in ("upload", "check", "confirm", "apply", "begin_undo", "undo")
    }


def test_rows_outside_the_portals_subtree_are_faults_and_stay_out(portal: Portal) -> None:
    key = portal.started(HEADINGS + GOOD + ELSEWHERE)
    portal.act("Confirm", key)
    run_apply(UUID(key))

    told = portal.ask(READ, i=key)["data"]["platformImport"]
    assert [(one["row"], one["code"]) for one in told["findings"]["nodes"]] == [(3, "out_of_scope")]
    assert not Organisation.objects.filter(code="222403100900").exists()


def test_findings_come_page_by_page(portal: Portal) -> None:
    key = portal.started(
        HEADINGS + GOOD + "".join(f"22240310090{n},别处{n},社区,222403100,2026-01-01\n" for n in "123")
    )
    paged = """query ($i: ID!, $a: String) { platformImport(id: $i) {
      findings(outcome: FAULT, first: 2, after: $a) { nodes { row } hasNextPage endCursor } } }"""

    first = portal.ask(paged, i=key)["data"]["platformImport"]["findings"]
    second = portal.ask(paged, i=key, a=first["endCursor"])["data"]["platformImport"]["findings"]

    assert [[one["row"] for one in page["nodes"]] for page in (first, second)] == [[3, 4], [5]]
    assert [first["hasNextPage"], second["hasNextPage"]] == [True, False]


def test_all_or_nothing_is_refused_while_a_row_is_faulty(portal: Portal) -> None:
    key = portal.started(HEADINGS + GOOD + ELSEWHERE)

    answer = portal.ask(
        "mutation ($i: ID!) { platformConfirmImport(id: $i, allOrNothing: true) { __typename } }", i=key
    )

    assert code_of(answer) == "FAULTY_ROWS"
    assert ImportJob.objects.get(pk=key).state == "CHECKED"


def test_another_portal_neither_sees_nor_moves_it(portal: Portal, portals: Any) -> None:
    other = portals("另一门户", "222403")
    upload, key = portal.sent(HEADINGS + ELSEWHERE), portal.started()

    assert other.ask(READ, i=key)["data"] == {"platformImport": None}
    assert [code_of(other.act(name, key)) for name in ("Confirm", "Cancel", "Undo")] == ["NOT_FOUND"] * 3
    assert code_of(other.ask(START, u=upload, r="platform.organisations")) == "NOT_FOUND"
    assert (ImportJob.objects.get(pk=key).state, Upload.objects.filter(pk=upload).exists()) == ("CHECKED", True)


@pytest.mark.parametrize(
    ("scopes", "door", "start"),
    [(["grid.read"], 403, None), (["platform.upload"], 201, "FORBIDDEN"), (["platform.organisations"], 403, None)],
)
def test_it_takes_the_scope_for_uploads_and_the_one_for_the_rows(
    portals: Any, scopes: list[str], door: int, start: str | None
) -> None:
    portal = portals("门户", scopes=scopes)
    answer = portal.send(HEADINGS + GOOD)

    assert answer.status_code == door
    if start is None:
        assert (answer.json()["errors"][0]["extensions"]["code"], Upload.objects.count()) == ("FORBIDDEN", 0)
    else:
        started = portal.ask(START, u=answer.json()["upload"]["id"], r="platform.organisations")
        assert (code_of(started), ImportJob.objects.count(), Upload.objects.count()) == (start, 0, 1)


def test_without_a_key_and_with_a_persons_session_the_door_is_shut(portal: Portal, staff: Any) -> None:
    browser = Client()
    browser.force_login(staff(["civicnet_exchange.add_importjob"]))

    answers = [one.post("/api/uploads?name=a.csv", b"x", content_type="text/csv") for one in (Client(), browser)]

    assert [one.status_code for one in answers] == [403, 403]
    assert Upload.objects.count() == 0


def test_a_session_with_its_token_is_no_way_in_either(portal: Portal, staff: Any) -> None:
    browser = Client()
    browser.force_login(staff(["civicnet_exchange.add_importjob"]))
    browser.cookies["csrftoken"] = "a" * 32

    answer = browser.post("/api/uploads?name=a.csv", b"x", content_type="text/csv", headers={"x-csrftoken": "a" * 32})

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("body", "name", "status", "code"),
    [
        (b"", "a.csv", 400, "EMPTY_FILE"),
        (b"%PDF-1.4\n", "a.xlsx", 400, "BROKEN_FILE"),
        (b"a,b\n", "a.pdf", 400, "UNKNOWN_FORMAT"),
        (b"PK\x03\x04", "a.xlsm", 400, "MACRO_FILE"),
        (b"a,b\n", "", 400, "INVALID_INPUT"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door(
    portal: Portal, body: bytes, name: str, status: int, code: str
) -> None:
    before = stored()
    answer = portal.send(body, name=name)

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)
    assert (Upload.objects.count(), stored()) == (0, before)


@pytest.mark.parametrize("name", ["a%00b.csv", "a%0d%0ab.csv", "%E2%80%AEab.csv", "c/../ab.csv"])
def test_of_a_files_name_nothing_is_kept_that_nobody_sees(portal: Portal, name: str) -> None:
    answer = portal.send(HEADINGS + GOOD, name=name)

    assert answer.status_code == 201
    assert Upload.objects.get(pk=answer.json()["upload"]["id"]).file_name == "ab.csv"


def test_a_file_that_is_too_large_is_refused_before_a_byte_of_it_is_read(portal: Portal) -> None:
    class Untouched(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("nobody reads this")

    answer = portal.send(b"", CONTENT_LENGTH=str(10**12 - 1), **{"wsgi.input": Untouched()})

    assert answer.json()["errors"][0]["extensions"]["code"] == "FILE_TOO_LARGE"


def test_a_file_that_ends_too_early_is_refused(portal: Portal) -> None:
    answer = portal.send("", CONTENT_LENGTH="5000", **{"wsgi.input": io.BytesIO(HEADINGS.encode())})

    assert answer.json()["errors"][0]["extensions"]["code"] == "BROKEN_FILE"
    assert Upload.objects.count() == 0


def test_the_budget_pays_for_an_upload_and_once_it_is_spent_nothing_is_kept(portals: Any) -> None:
    leases.forget_leases()
    portal = portals("小额门户", hourly_cost=COST + 1)

    answers = [portal.send(HEADINGS + GOOD), portal.send(HEADINGS + ELSEWHERE)]

    assert [one.status_code for one in answers] == [201, 429]
    assert answers[1].json()["errors"][0]["extensions"]["code"] == "BUDGET_SPENT"
    assert Upload.objects.count() == 1
    leases.forget_leases()


def test_so_many_wait_and_no_more(portal: Portal) -> None:
    sent = [portal.send(f"{HEADINGS}{number}\n").status_code for number in range(MOST_WAITING + 1)]

    assert sent == [201] * MOST_WAITING + [429]
    assert Upload.objects.count() == MOST_WAITING


def test_what_lies_on_the_disk_is_sealed_and_goes_after_an_hour(
    portal: Portal, django_capture_on_commit_callbacks
) -> None:
    upload = portal.sent()
    name = Upload.objects.get().file.name
    with upload_storage().open(name) as file:
        assert "新设社区".encode() not in file.read()

    late = timezone.now() + TO_BEGIN + timedelta(seconds=1)
    assert forget_uploads(actor=SYSTEM, now=timezone.now()) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_uploads(actor=SYSTEM, now=late) == 1
    assert not upload_storage().exists(name)

    assert code_of(portal.ask(START, u=upload, r="platform.organisations")) == "NOT_FOUND"
    assert Upload.objects.count() == 0


def test_started_twice_with_one_key_there_is_one_import_and_without_a_key_the_upload_is_used_up(portal: Portal) -> None:
    upload = portal.sent()

    answers = [portal.ask(START, u=upload, r="platform.organisations", k="once") for _time in range(2)]
    again = portal.ask(START, u=upload, r="platform.organisations")

    assert [one["data"]["platformStartImport"]["import"]["id"] for one in answers] == [upload, upload]
    assert (code_of(again), ImportJob.objects.count()) == ("NOT_FOUND", 1)


def test_the_same_file_is_not_imported_twice(portal: Portal) -> None:
    key = portal.started()
    portal.act("Confirm", key)
    run_apply(UUID(key))

    answer = portal.ask(START, u=portal.sent(), r="platform.organisations")

    assert (code_of(answer), ImportJob.objects.count(), Upload.objects.count()) == ("ALREADY_IMPORTED", 1, 1)


def test_a_portal_that_is_revoked_meanwhile_writes_nothing_more(portal: Portal) -> None:
    key = portal.started()
    portal.act("Confirm", key)
    ApiClient.objects.filter(pk=portal.row.pk).update(revoked_at=timezone.now())

    run_apply(UUID(key))

    assert ImportJob.objects.get(pk=key).state == "FAILED"
    assert not Organisation.objects.filter(code="222403001900").exists()


def test_a_cancelled_import_lets_nothing_in_and_its_file_goes(
    portal: Portal, django_capture_on_commit_callbacks
) -> None:
    key = portal.started()
    name = ImportJob.objects.get(pk=key).file.name

    with django_capture_on_commit_callbacks(execute=True):
        told = portal.act("Cancel", key)["data"]["platformCancelImport"]["import"]

    assert (told["state"], upload_storage().exists(name)) == ("CANCELLED", False)
    assert code_of(portal.act("Confirm", key)) == "WRONG_STATE"


def test_clerks_of_the_area_see_a_portals_import_and_cannot_go_on_with_it(portal: Portal, staff: Any) -> None:
    key = portal.started()
    rights = ["wagtailadmin.access_admin", "civicnet_exchange.add_importjob", "civicnet_exchange.view_importjob"]
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.force_login(staff(rights, "222403"))

    assert "渤海门户" in browser.get("/admin/imports/").content.decode()
    browser.post(f"/admin/imports/{key}/confirm/")
    assert ImportJob.objects.get(pk=key).state == "CHECKED"
    with pytest.raises(Refused):
        # What a client sent is nobody else's, not even the system's.
        confirm_job(job=ImportJob.objects.get(pk=key), actor=SYSTEM)
