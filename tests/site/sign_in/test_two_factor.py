"""The second factor: a code of the person's phone, asked for before anything opens, and at no public address."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from civicnet.access.models import User
from civicnet.ledger.models import AuditRecord
from civicnet_site.sign_in.two_factor import BY_ROLE

from .conftest import PASSWORD, SCREENS

ASKED = {"/admin/account/": "/admin/two-factor/", "/desk/": "/desk/two-factor/"}


def code(device: TOTPDevice, *, later: int = 0) -> str:
    return f"{totp(device.bin_key, t0=-later * 30):06d}"


@pytest.fixture
def required(settings) -> None:
    settings.CIVICNET_TWO_FACTOR = "required"


@pytest.fixture
def phone(person) -> TOTPDevice:
    return TOTPDevice.objects.create(user=person, name="phone", confirmed=True)


@pytest.mark.parametrize("address", ASKED)
def test_where_it_is_off_nobody_is_asked(person, phone, client, address) -> None:
    client.force_login(person)

    assert "two-factor" not in client.get(address).headers.get("Location", "")
    assert client.get(ASKED[address]).status_code == 404


@pytest.mark.parametrize("address", ASKED)
def test_a_person_with_a_phone_types_its_code_before_anything_opens(person, phone, client, required, address) -> None:
    client.force_login(person)
    asked = client.get(address).headers["Location"]
    assert asked == f"{ASKED[address]}?next={address}"

    answer = client.post(asked, {"otp_token": code(phone), "next": address})

    assert answer.headers["Location"] == address
    assert "two-factor" not in client.get(address).headers.get("Location", "")


def test_a_wrong_code_opens_nothing_and_a_code_counts_once(person, phone, client, required) -> None:
    client.force_login(person)
    wrong = client.post("/admin/two-factor/", {"otp_token": "000000"})
    assert "验证码不正确" in wrong.text
    TOTPDevice.objects.update(throttling_failure_count=0)
    right = code(phone)
    client.post("/admin/two-factor/", {"otp_token": right})

    other = Client()
    other.force_login(person)
    other.post("/admin/two-factor/", {"otp_token": right})

    assert client.get("/admin/account/").status_code == 200
    assert other.get("/admin/account/").status_code == 302


def test_guessing_codes_is_slowed_down(person, phone, client, required) -> None:
    client.force_login(person)
    client.post("/admin/two-factor/", {"otp_token": "000000"})

    hasty = client.post("/admin/two-factor/", {"otp_token": code(phone)})

    assert "次数过多" in hasty.text
    assert client.get("/admin/account/").status_code == 302


def test_half_signed_in_is_nobody_at_every_other_door(person, phone, client, required) -> None:
    client.force_login(person)

    for address in ("/", "/graphql/?query={platform{version}}"):
        assert client.get(address).wsgi_request.user.is_anonymous


def test_public_answers_depend_on_no_cookie(client, db, required) -> None:
    assert "Cookie" not in client.get("/").headers.get("Vary", "")
    # A session is answered for itself there, so a shared cache must tell it apart; what has none stays public.
    answer = client.get("/graphql/?query={platform{version}}")
    assert answer.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("door", ["admin", "desk"])
def test_a_person_without_a_phone_sets_one_up_first(person, client, required, door) -> None:
    client.force_login(person)
    page = client.get(f"/{door}/", follow=True)
    assert page.request["PATH_INFO"] == f"/{door}/two-factor/set-up/"
    device = TOTPDevice.objects.get(confirmed=False)
    assert client.get(f"/{door}/two-factor/picture/").headers["Content-Type"] == "image/svg+xml"

    refused = client.post(page.request["PATH_INFO"], {"otp_token": code(device), "password": "wrong"})
    assert "密码不正确" in refused.text and not TOTPDevice.objects.filter(confirmed=True).exists()
    client.post(page.request["PATH_INFO"], {"otp_token": code(device, later=1), "password": PASSWORD})

    assert TOTPDevice.objects.filter(user=person, confirmed=True).count() == 1
    assert "two-factor" not in client.get(f"/{door}/").headers.get("Location", "")
    assert AuditRecord.objects.filter(action="access.set_up_two_factor").count() == 1


def test_another_phone_takes_the_place_of_the_first(person, phone, client, required) -> None:
    client.force_login(person)
    client.post("/admin/two-factor/", {"otp_token": code(phone)})
    client.get("/admin/two-factor/set-up/")
    other = TOTPDevice.objects.get(confirmed=False)

    client.post("/admin/two-factor/set-up/", {"otp_token": code(other), "password": PASSWORD})

    assert list(TOTPDevice.objects.values_list("pk", "confirmed")) == [(other.pk, True)]
    assert client.get("/admin/account/").status_code == 200


def test_setting_up_another_phone_needs_the_first(person, phone, client, required) -> None:
    client.force_login(person)

    assert client.get("/admin/two-factor/set-up/").headers["Location"].startswith("/admin/two-factor/?")


def test_where_it_is_offered_only_roles_that_require_it_must(staff, client, settings) -> None:
    settings.CIVICNET_TWO_FACTOR = "offered"
    for name, permissions, asked in [("free", SCREENS, False), ("bound", [*SCREENS, BY_ROLE], True)]:
        client.force_login(staff(permissions, username=name))

        assert (
            client.get("/admin/account/").headers.get("Location", "").startswith("/admin/two-factor/set-up/") is asked
        )


def test_a_lost_phone_is_reset_by_a_command_that_ends_the_sessions_and_is_audited(
    person, phone, client, required
) -> None:
    client.force_login(person)

    call_command("sign_in", "reset-two-factor", "lihua", reason="手机丢失，本人到场核实")

    assert not TOTPDevice.objects.exists()
    assert client.get("/admin/account/").headers["Location"].startswith("/admin/login/")
    record = AuditRecord.objects.get(action="access.reset_two_factor")
    assert (record.object_id, record.before, record.reason) == (
        str(person.pk),
        {"devices": 1},
        "手机丢失，本人到场核实",
    )


def test_the_code_comes_before_the_change_of_a_password(person, phone, client, required) -> None:
    User.objects.update(must_change_password=True)
    client.force_login(User.objects.get(pk=person.pk))

    assert client.get("/admin/password/").headers["Location"].startswith("/admin/two-factor/")
    client.post("/admin/two-factor/", {"otp_token": code(phone)})

    assert client.get("/admin/password/").status_code == 200
