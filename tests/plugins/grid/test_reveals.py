"""Whole numbers of workers: masked everywhere, shown once against a reason, to those whose post needs them."""

from __future__ import annotations

import pytest

from civicnet.access.actors import SYSTEM
from civicnet.contract import ANONYMOUS, CivicNetError
from civicnet.ledger.models import AuditRecord
from civicnet_grid.models import Worker
from civicnet_grid.services import reveal_id_number, reveal_phone

SEES = ["civicnet_grid.view_worker", "civicnet_grid.view_post", "civicnet_grid.view_grid"]
PHONE, ID_NUMBER = "civicnet_grid.reveal_phone", "civicnet_grid.reveal_id_number"
REASON = "核实值班安排"


@pytest.fixture
def worker(team) -> Worker:
    """The lead of the first grid."""
    return Worker.objects.get(name="演示1")


@pytest.fixture
def office(staff, client, worker):
    """A browser in which somebody with these permissions is signed in: ``office(permissions, organisation_code)``."""

    def enter(permissions, organisation_code="222403001"):
        client.force_login(
            staff(["wagtailadmin.access_admin", *SEES, *permissions], organisation_code, username="office")
        )
        return client

    return enter


def address(worker, slug=""):
    return f"/admin/grid/workers/{worker.pk}/" + (f"show/{slug}/" if slug else "")


def revealed():
    return list(AuditRecord.objects.filter(action__contains=".reveal_").values_list("action", "reason").order_by("id"))


def test_the_page_of_a_worker_masks_both_numbers_and_offers_what_the_post_allows(office, worker):
    text = office([PHONE]).get(address(worker)).content.decode()

    assert worker.masked_phone in text and worker.masked_id_number in text
    assert worker.phone not in text and worker.id_number not in text
    assert address(worker, "phone") in text and address(worker, "id_number") not in text


def test_a_reason_shows_the_number_once_and_leaves_a_record(office, worker):
    browser = office([PHONE])

    shown = browser.post(address(worker, "phone"), {"reason": f"  {REASON}\n"})
    again = browser.get(address(worker))

    assert worker.phone in shown.content.decode() and worker.id_number not in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert worker.phone not in again.content.decode()
    assert worker.phone not in str(dict(browser.session))
    record = AuditRecord.objects.get(action="grid.reveal_phone")
    assert (record.object_label, record.reason, record.actor_label) == (worker.number, REASON, "演示office")
    assert worker.phone not in f"{record.before}{record.after}{record.object_label}"


def test_the_id_number_takes_a_permission_of_its_own(office, worker):
    browser = office([PHONE])

    refused = browser.post(address(worker, "id_number"), {"reason": REASON})

    assert refused.status_code == 403
    assert worker.id_number not in refused.content.decode() and revealed() == []


def test_whoever_has_it_is_shown_the_id_number(office, worker):
    shown = office([ID_NUMBER]).post(address(worker, "id_number"), {"reason": REASON})

    assert worker.id_number in shown.content.decode()
    assert revealed() == [("grid.reveal_id_number", REASON)]


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("", "REASON_TOO_SHORT"),
        (" 看 ", "REASON_TOO_SHORT"),
        ("。。。。。。", "REASON_TOO_SHORT"),
        ("1111111", "REASON_TOO_SHORT"),
        ("打给14000000001", "REASON_HOLDS_NUMBER"),
        ("核实999999196610070070", "REASON_HOLDS_NUMBER"),
    ],
)
def test_a_reason_that_says_nothing_or_too_much_shows_nothing(actor, worker, reason, code):
    with pytest.raises(CivicNetError) as refusal:
        reveal_phone(worker=worker, reason=reason, actor=actor([*SEES, PHONE]))

    assert (refusal.value.code, refusal.value.field) == (code, "reason")
    assert revealed() == []


def test_the_page_keeps_what_was_typed_and_says_beside_it_what_is_wrong(office, worker):
    answer = office([PHONE]).post(address(worker, "phone"), {"reason": "看看"})

    text = answer.content.decode()
    assert answer.status_code == 400 and 'value="看看"' in text and 'role="alert"' in text
    assert worker.phone not in text


def test_a_worker_of_another_area_is_not_there_whatever_one_may_do_at_home(office, worker, actor):
    browser = office([PHONE, ID_NUMBER], "222403100")

    answers = [browser.get(address(worker)), browser.post(address(worker, "phone"), {"reason": REASON})]

    assert [answer.status_code for answer in answers] == [404, 404]
    with pytest.raises(CivicNetError) as refusal:
        reveal_phone(worker=worker, reason=REASON, actor=actor([*SEES, PHONE], "222403100"))
    assert refusal.value.code == "NOT_FOUND" and revealed() == []


def test_only_people_are_shown_numbers(worker):
    for nobody in (ANONYMOUS, SYSTEM):
        with pytest.raises(CivicNetError) as refusal:
            reveal_phone(worker=worker, reason=REASON, actor=nobody)
        assert refusal.value.code == "FORBIDDEN"

    assert revealed() == []


def test_one_person_is_shown_only_so_many_numbers_in_an_hour_and_the_refusal_is_kept(actor, worker, settings):
    settings.CIVICNET_REVEALS_PER_HOUR = 2
    person, colleague = actor([*SEES, PHONE, ID_NUMBER]), actor([*SEES, PHONE])
    reveal_phone(worker=worker, reason=REASON, actor=person)
    reveal_id_number(worker=worker, reason=REASON, actor=person)

    with pytest.raises(CivicNetError) as refusal:
        reveal_phone(worker=worker, reason=REASON, actor=person)

    assert (refusal.value.code, refusal.value.status) == ("TOO_MANY_REVEALS", 429)
    record = AuditRecord.objects.get(action="access.refuse_reveal")
    assert (record.object_label, record.after, record.actor_id) == (
        worker.number,
        {"action": "grid.reveal_phone"},
        person.id,
    )
    assert len(revealed()) == 2
    assert reveal_phone(worker=worker, reason=REASON, actor=colleague) == worker.phone


def test_an_unknown_kind_of_number_is_not_there(office, worker):
    assert office([PHONE]).post(address(worker, "name"), {"reason": REASON}).status_code == 404


def test_the_list_of_workers_masks_phones_and_holds_the_own_area_only(office, worker, row):
    browser = office([])

    text = browser.get("/admin/grid/workers/").content.decode()

    assert worker.masked_phone in text and worker.phone not in text and worker.number in text
    assert address(worker) in text


def test_graphql_knows_no_whole_number(graphql, worker):
    answer = graphql("{ __schema { types { name fields { name } } } }")

    fields = {field["name"] for one in answer["data"]["__schema"]["types"] for field in one["fields"] or ()}
    assert not {name for name in fields if "phone" in name.lower() or "idnumber" in name.lower()}
