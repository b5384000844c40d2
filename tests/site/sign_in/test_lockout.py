"""Lockout: five failures close an account to the address they came from, for a while, whether or not it exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from civicnet.ledger.models import AuditRecord
from civicnet_site.sign_in.clearing import clear


@pytest.fixture(autouse=True)
def lockout_is_on(settings) -> None:
    settings.AXES_ENABLED = True


def audited(action: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action=action))


@pytest.mark.parametrize("door", ["desk", "admin"])
def test_the_fifth_failure_closes_the_door_and_the_right_password_does_not_open_it(
    person, sign_in, client, door
) -> None:
    for _try in range(4):
        assert sign_in("lihua", password="wrong", door=door).status_code == 200

    fifth = sign_in("lihua", password="wrong", door=door)
    right = sign_in("lihua", door=door)

    assert fifth.status_code == right.status_code == 429
    assert "15 分钟" in fifth.text
    assert fifth.headers["Retry-After"] == "900"
    assert "_auth_user_id" not in client.session


def test_the_page_does_not_tell_whether_the_account_exists(person, sign_in) -> None:
    pages = {}
    for name in ("lihua", "nobody"):
        for _try in range(6):
            answer = sign_in(name, password="wrong")
        pages[name] = (answer.status_code, answer.text)

    assert pages["lihua"] == pages["nobody"]


def test_another_address_is_not_locked(person, sign_in, client) -> None:
    for _try in range(5):
        sign_in("lihua", password="wrong", address="198.51.100.1")

    assert sign_in("lihua", address="203.0.113.7").status_code == 302


def test_addresses_of_one_ipv6_line_are_counted_together(person, sign_in) -> None:
    for last in range(5):
        sign_in("lihua", password="wrong", address=f"2001:db8:1:1::{last}")

    assert sign_in("lihua", address="2001:db8:1:1:ffff::9").status_code == 429
    assert sign_in("lihua", address="2001:db8:1:2::9").status_code == 302
    assert audited("access.lock_out")


def test_a_header_from_a_stranger_does_not_make_another_address_of_it(person, client) -> None:
    for last in range(6):
        answer = client.post(
            "/desk/sign-in/",
            {"username": "lihua", "password": "wrong"},
            REMOTE_ADDR="198.51.100.1",
            headers={"x-forwarded-for": f"10.0.0.{last}"},
        )

    assert answer.status_code == 429


def test_it_opens_again_after_the_time_and_trying_on_does_not_make_it_longer(person, sign_in) -> None:
    for _try in range(8):
        sign_in("lihua", password="wrong")
    assert AccessAttempt.objects.get().failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    assert sign_in("lihua").status_code == 302


def test_success_forgets_the_failures(person, sign_in, client) -> None:
    for _round in range(2):
        for _try in range(4):
            sign_in("lihua", password="wrong")
        assert sign_in("lihua").status_code == 302
        client.post("/desk/sign-out/")

    assert not AccessAttempt.objects.exists()


def test_what_is_kept_of_a_failure_holds_no_password(person, sign_in) -> None:
    sign_in("lihua", password="secret-of-lihua")
    sign_in("lihua", password="secret-of-lihua")

    kept = str(AccessAttempt.objects.values().get()) + str(list(AuditRecord.objects.values()))
    assert "secret-of-lihua" not in kept


def test_the_audit_has_each_failure_of_an_account_and_one_record_of_its_lockout(person, sign_in) -> None:
    for _try in range(9):
        sign_in("lihua", password="wrong")

    refused, locked = audited("access.sign_in_refused"), audited("access.lock_out")
    assert len(refused) == 4  # the fifth is the lockout
    assert [record.object_id for record in locked] == [str(person.pk)]
    assert {record.origin for record in [*refused, *locked]} == {"203.0.113.7 /desk"}


def test_guessing_at_a_name_nobody_has_fills_no_ledger(city, sign_in) -> None:
    for _try in range(30):
        sign_in("my-password-by-mistake", password="wrong")

    assert not audited("access.sign_in_refused")
    assert len(audited("access.lock_out")) == 1
    assert "my-password-by-mistake" not in str(list(AuditRecord.objects.values()))


def test_signing_in_and_out_is_audited_with_the_address(person, sign_in, client) -> None:
    sign_in("lihua")
    client.post("/desk/sign-out/", REMOTE_ADDR="203.0.113.7")

    for action in ("access.sign_in", "access.sign_out"):
        (record,) = audited(action)
        assert (record.actor_id, record.origin) == (str(person.pk), "203.0.113.7 /desk")


def test_the_night_clears_what_no_longer_counts(person, sign_in, client) -> None:
    sign_in("lihua", password="wrong", address="198.51.100.1")
    sign_in("lihua")
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    sign_in("nobody", password="wrong")

    clear()

    assert not Session.objects.exists()
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["nobody"]


def test_a_command_opens_the_account_sooner_and_is_audited(person, sign_in, capsys) -> None:
    for _try in range(5):
        sign_in("lihua", password="wrong")

    call_command("sign_in", "unlock", "lihua", reason="来电核实")

    assert sign_in("lihua").status_code == 302
    assert [record.reason for record in audited("access.unlock")] == ["来电核实"]
