"""Exports of full values: asked with a reason, decided by a second person, sealed, fetched for a day, and gone."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone
from python_calamine import load_workbook

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Position, User
from civicnet.contract import CivicNetError, NotFound
from civicnet.exchange import preparing
from civicnet.exchange.disclosures import ask_disclosure, decide_disclosure, expire_disclosures, fetch_disclosure
from civicnet.exchange.models import DisclosureRequest
from civicnet.exchange.preparing import resume_disclosures, run_prepare
from civicnet.exchange.selectors import disclosure_for, disclosures_to_decide
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.activation import disable_plugin, enable_plugin

ASKS = ["civicnet_exchange.add_disclosurerequest", "auth.view_group", "auth.change_group"]
DECIDES = ["civicnet_exchange.approve_disclosure"]
WHY = "向上级报送本月名册"


class Killed(BaseException):
    """As if the process had been killed."""


@pytest.fixture
def requester(staff, resource):
    Group.objects.create(name="甲队")
    return staff_actor(staff(ASKS, username="requester"))


@pytest.fixture
def second(staff):
    return staff_actor(staff([*DECIDES, *ASKS], username="second"))


@pytest.fixture
def ask(requester, city):
    def make(actor=requester, *, code="222403", kind="xlsx", reason=WHY):
        return ask_disclosure(resource="team.list", organisation=city[code], format=kind, reason=reason, actor=actor)

    return make


@pytest.fixture
def approve(second, django_capture_on_commit_callbacks):
    def decide(request, *, actor=second, run=True):
        with django_capture_on_commit_callbacks(execute=run):
            decide_disclosure(request=request, approve=True, actor=actor)
        request.refresh_from_db()
        return request

    return decide


def actions() -> list[str]:
    found = AuditRecord.objects.filter(action__endswith="_disclosure").order_by("id")
    return [
        action.removeprefix("exchange.").removesuffix("_disclosure")
        for action in found.values_list("action", flat=True)
    ]


def stored(request: DisclosureRequest) -> list[int]:
    """The attempts whose files lie in the storage."""
    storage = storages["uploads"]
    return [number for number in range(1, 5) if storage.exists(f"disclosures/{request.pk}-{number}.sealed")]


def test_the_whole_way_from_the_question_to_the_file_and_its_end(
    ask, approve, requester, django_capture_on_commit_callbacks
):
    request = approve(ask())
    assert (request.state, request.rows_asked, request.rows, request.fetches_left) == ("PREPARED", 1, 1, 3)

    content = b"".join(fetch_disclosure(request=request, actor=requester))

    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows == [["序号", "名称", "电话", "日期"], ["1", "甲队", "14000000001", ""]]
    request.refresh_from_db()
    assert (request.state, request.fetches) == ("FETCHED", 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_disclosures(actor=SYSTEM, now=timezone.now() + timedelta(hours=25)) == 1
    request.refresh_from_db()
    assert request.state == "EXPIRED" and not storages["uploads"].exists(request.file.name)
    assert actions() == ["ask", "approve", "prepare", "fetch", "expire"]
    said = AuditRecord.objects.get(action="exchange.ask_disclosure")
    assert (said.reason, said.after["rows"], said.after["organisation"]) == (WHY, 1, "222403")


def test_a_text_says_the_same(ask, approve, requester):
    content = b"".join(fetch_disclosure(request=approve(ask(kind="csv")), actor=requester))

    assert content.decode("utf-8-sig").splitlines() == ["序号,名称,电话,日期", "1,甲队,14000000001,"]


def test_the_stored_file_is_sealed(ask, approve):
    with storages["uploads"].open(approve(ask(kind="csv")).file.name) as file:
        content = file.read()

    assert content.startswith(b"CNS1") and b"14000000001" not in content and "甲队".encode() not in content


def test_nobody_decides_on_their_own_request(ask, second, requester):
    request = ask(second)

    with pytest.raises(CivicNetError) as refusal:
        decide_disclosure(request=request, approve=True, actor=second)

    request.refresh_from_db()
    assert (refusal.value.code, request.state) == ("SECOND_PERSON_NEEDED", "REQUESTED")
    assert request not in disclosures_to_decide(second)


def test_the_database_itself_refuses_a_request_decided_by_who_asked(ask, requester):
    request = ask()

    for wrong in ({"decided_by_id": request.requester_id, "decided_at": timezone.now()}, {"state": "APPROVED"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DisclosureRequest.objects.filter(pk=request.pk).update(**wrong)


def test_the_second_person_decides_for_their_own_area_only(ask, staff, requester):
    elsewhere = staff_actor(staff(DECIDES, "222403100", username="elsewhere"))
    request = ask()

    with pytest.raises(CivicNetError) as refusal:
        decide_disclosure(request=request, approve=True, actor=elsewhere)

    request.refresh_from_db()
    assert (refusal.value.code, request.state) == ("FORBIDDEN", "REQUESTED")
    with pytest.raises(NotFound):
        disclosure_for(elsewhere, request.pk)
    assert list(disclosures_to_decide(elsewhere)) == []
    assert list(disclosures_to_decide(staff_actor(staff(DECIDES, username="there")))) == [request]


def test_who_may_only_look_asks_in_vain(staff, ask, resource):
    looker = staff_actor(staff(ASKS[:2], username="looker"))

    with pytest.raises(CivicNetError) as refusal:
        ask(looker)

    assert refusal.value.code == "FORBIDDEN" and not DisclosureRequest.objects.exists()


def test_an_area_beyond_ones_own_cannot_be_asked_for(staff, ask, resource):
    townsman = staff_actor(staff(ASKS, "222403100", username="townsman"))

    with pytest.raises(CivicNetError) as refusal:
        ask(townsman, code="222403001")

    assert refusal.value.code == "FORBIDDEN" and not DisclosureRequest.objects.exists()


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "REASON_TOO_SHORT"), ("给13900000000", "REASON_HOLDS_NUMBER"), ("给139 0000-0000", "REASON_HOLDS_NUMBER")],
)
def test_a_request_needs_a_reason_that_says_something(ask, reason, code):
    with pytest.raises(CivicNetError) as refusal:
        ask(reason=reason)

    assert refusal.value.code == code and not DisclosureRequest.objects.exists()


def test_the_same_is_not_asked_twice_while_it_is_open(ask):
    ask()

    with pytest.raises(CivicNetError) as refusal:
        ask()

    assert refusal.value.code == "ALREADY_ASKED" and DisclosureRequest.objects.count() == 1


def test_an_area_without_rows_is_told_at_once(ask):
    Group.objects.filter(name="甲队").delete()

    with pytest.raises(CivicNetError) as refusal:
        ask()

    assert refusal.value.code == "NOTHING_TO_EXPORT" and not DisclosureRequest.objects.exists()


@pytest.mark.parametrize("note", ["!" * 300, "好\0\n", "11111111111" * 30])
def test_whoever_approves_may_write_anything_that_fits(ask, second, note):
    request = ask()

    decide_disclosure(request=request, approve=True, note=note, actor=second)

    request.refresh_from_db()
    assert len(request.decision_note) <= 200 and request.decision_note.isprintable()


def test_a_refusal_says_why_and_ends_it(ask, second):
    request = ask()
    with pytest.raises(CivicNetError) as wordless:
        decide_disclosure(request=request, approve=False, actor=second)
    assert (wordless.value.code, wordless.value.field) == ("NOTE_NEEDED", "note")

    decide_disclosure(request=request, approve=False, note="遮挡后的名册已够用", actor=second)

    request.refresh_from_db()
    assert (request.state, request.decision_note) == ("REFUSED", "遮挡后的名册已够用")
    assert actions() == ["ask", "refuse"] and stored(request) == []


def test_whoever_decides_second_hears_that_it_is_decided(ask, approve, staff):
    request = approve(ask(), run=False)

    with pytest.raises(CivicNetError) as late:
        decide_disclosure(
            request=request, approve=False, note="遮挡后的已够用", actor=staff_actor(staff(DECIDES, username="late"))
        )

    request.refresh_from_db()
    assert (late.value.code, request.state) == ("ALREADY_DECIDED", "APPROVED")


def test_a_request_that_waited_too_long_cannot_be_approved_any_more(ask, second):
    request = ask()
    DisclosureRequest.objects.update(expires_at=timezone.now())

    with pytest.raises(CivicNetError) as late:
        decide_disclosure(request=request, approve=True, actor=second)

    assert late.value.code == "ALREADY_DECIDED"
    assert list(disclosures_to_decide(second)) == []


def test_only_the_requester_fetches(ask, approve, second):
    request = approve(ask())

    with pytest.raises(CivicNetError) as refusal:
        fetch_disclosure(request=request, actor=second)

    assert refusal.value.code == "FORBIDDEN" and "fetch" not in actions()


def test_it_is_fetched_three_times_at_most(ask, approve, requester):
    request = approve(ask())
    for _time in range(3):
        b"".join(fetch_disclosure(request=request, actor=requester))

    with pytest.raises(CivicNetError) as refusal:
        fetch_disclosure(request=request, actor=requester)

    assert refusal.value.code == "EXPORT_OVER" and actions().count("fetch") == 3


def test_after_a_day_it_is_over_even_before_it_is_purged(ask, approve, requester):
    request = approve(ask())
    DisclosureRequest.objects.update(expires_at=timezone.now())

    with pytest.raises(CivicNetError) as refusal:
        fetch_disclosure(request=request, actor=requester)

    assert refusal.value.code == "EXPORT_OVER"


def test_a_right_withdrawn_after_the_approval_stops_the_file(
    ask, approve, requester, django_capture_on_commit_callbacks
):
    request = approve(ask(), run=False)
    Position.objects.filter(person_id=requester.id).delete()

    with django_capture_on_commit_callbacks(execute=True):
        run_prepare(request.pk)

    request.refresh_from_db()
    assert (request.state, request.error_code, stored(request)) == ("EXPIRED", "FORBIDDEN", [])


def test_a_right_withdrawn_after_the_file_was_made_keeps_it_in(ask, approve, requester):
    request = approve(ask())
    Position.objects.filter(person_id=requester.id).delete()

    with pytest.raises(CivicNetError) as refusal:
        fetch_disclosure(request=request, actor=staff_actor(User.objects.get(pk=requester.id)))

    assert refusal.value.code == "FORBIDDEN"


def test_a_file_that_was_tampered_with_is_not_given_out(ask, approve, requester):
    request = approve(ask())
    storage = storages["uploads"]
    with storage.open(request.file.name) as file:
        content = bytearray(file.read())
    content[-1] ^= 1
    storage.delete(request.file.name)
    storage.save(request.file.name, io.BytesIO(bytes(content)))

    with pytest.raises(CivicNetError) as refusal:
        fetch_disclosure(request=request, actor=requester)

    assert refusal.value.code == "EXPORT_OVER" and "fetch" not in actions()


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_begins_anew(
    ask, approve, resource, monkeypatch, django_capture_on_commit_callbacks
):
    request = approve(ask(), run=False)
    original = resource.rows_to_export

    def dies(self, actor):
        yield from original(self, actor)
        raise Killed()

    monkeypatch.setattr(resource, "rows_to_export", dies)
    with pytest.raises(Killed):
        run_prepare(request.pk)
    request.refresh_from_db()
    assert (request.state, stored(request)) == ("APPROVED", []) and resume_disclosures() == 0
    monkeypatch.setattr(resource, "rows_to_export", original)
    DisclosureRequest.objects.update(beat_at=timezone.now() - timedelta(minutes=5))

    with django_capture_on_commit_callbacks(execute=True):
        assert resume_disclosures() == 1

    request.refresh_from_db()
    assert (request.state, request.attempts, request.rows) == ("PREPARED", 2, 1)
    assert stored(request) == [2]


def test_a_worker_killed_after_storing_leaves_a_file_that_the_next_one_removes(ask, approve, monkeypatch):
    request = approve(ask(), run=False)
    monkeypatch.setattr(preparing, "record", lambda **_what: (_ for _ in ()).throw(Killed()))
    with pytest.raises(Killed):
        run_prepare(request.pk)
    assert stored(request) == [1]
    monkeypatch.undo()

    run_prepare(request.pk)

    assert stored(request) == [2]


def test_a_slow_worker_that_was_overtaken_keeps_nothing(ask, approve, resource, monkeypatch):
    request = approve(ask(), run=False)
    original, overtaken = resource.rows_to_export, []

    def slow(self, actor):
        if not overtaken:
            overtaken.append(True)
            run_prepare(request.pk)
        yield from original(self, actor)

    monkeypatch.setattr(resource, "rows_to_export", slow)
    run_prepare(request.pk)

    request.refresh_from_db()
    assert (request.state, stored(request), actions().count("prepare")) == ("PREPARED", [2], 1)


def test_a_file_that_never_gets_done_is_given_up_with_a_code(ask, approve, resource, monkeypatch):
    request = approve(ask(), run=False)

    def dies(self, actor):
        raise Killed()

    monkeypatch.setattr(resource, "rows_to_export", dies)
    for _attempt in range(3):
        with pytest.raises(Killed):
            run_prepare(request.pk)
    DisclosureRequest.objects.update(beat_at=timezone.now() - timedelta(minutes=5))

    assert resume_disclosures() == 0

    request.refresh_from_db()
    assert (request.state, request.error_code) == ("EXPIRED", "GAVE_UP")


def test_while_the_plugin_is_off_the_file_waits(ask, approve, requester, django_capture_on_commit_callbacks):
    request = approve(ask(), run=False)
    disable_plugin(slug="team", actor=SYSTEM, reason="test")
    run_prepare(request.pk)
    request.refresh_from_db()
    assert (request.state, request.error_code) == ("APPROVED", "PLUGIN_DISABLED")

    enable_plugin(slug="team", actor=SYSTEM, reason="test")
    DisclosureRequest.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_disclosures() == 1

    request.refresh_from_db()
    assert (request.state, request.error_code) == ("PREPARED", "")


def test_people_do_not_run_the_purge(ask, requester):
    ask()

    with pytest.raises(CivicNetError):
        expire_disclosures(actor=requester, now=timezone.now() + timedelta(days=30))

    assert DisclosureRequest.objects.get().state == "REQUESTED"


def test_a_question_nobody_answered_ends_after_a_week(ask):
    ask()

    assert expire_disclosures(actor=SYSTEM, now=timezone.now() + timedelta(days=6)) == 0
    assert expire_disclosures(actor=SYSTEM, now=timezone.now() + timedelta(days=8)) == 1
    assert DisclosureRequest.objects.get().state == "EXPIRED"
