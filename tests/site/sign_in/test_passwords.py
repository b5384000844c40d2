"""Passwords: what they may not be, and who must choose another before going on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from civicnet.access.models import User
from civicnet.ledger.models import AuditRecord

from .conftest import PASSWORD

NEW = "shu-guang-2-chu-xian"


def refusals(password: str, person: User) -> set[str]:
    try:
        validate_password(password, person)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short-1", "password_too_short"),
        ("8613800138000", "password_entirely_numeric"),
        ("password123456"[:11], "password_too_common"),
        ("lihua-lihua-77", "password_has_name"),
        ("zhangxiaoming88", "password_has_name"),
        ("wo-shi-张小明-88", "password_has_name"),
        ("yanshi-0123abcd", "password_of_the_demo"),
        (PASSWORD, "password_unchanged"),
    ],
)
def test_a_weak_password_is_refused_by_name(person, password, code) -> None:
    person.full_name = "张小明"

    assert code in refusals(password, person)


def test_a_good_password_is_not_refused(person) -> None:
    assert refusals(NEW, person) == set()


@pytest.fixture
def due(person, client) -> Client:
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("asked", "step"),
    [("/admin/account/", "/admin/password/?next=/admin/account/"), ("/desk/", "/desk/password/?next=/desk/")],
)
def test_a_person_who_must_change_it_comes_no_further(due, asked, step) -> None:
    answer = due.get(asked)

    assert (answer.status_code, answer.headers["Location"]) == (302, step)
    assert "只有您自己知道" in due.get(step).text


def test_elsewhere_such_a_person_is_nobody(due) -> None:
    assert due.get("/").wsgi_request.user.is_anonymous


def change(client: Client, new: str, *, old: str = PASSWORD) -> object:
    fields = {"old_password": old, "new_password1": new, "new_password2": new, "next": "/admin/account/"}
    return client.post("/admin/password/", fields, REMOTE_ADDR="203.0.113.7")


def test_after_the_change_everything_opens_and_the_session_goes_on(person, due) -> None:
    answer = change(due, NEW)

    assert answer.headers["Location"] == "/admin/account/"
    assert due.get("/admin/account/").status_code == 200
    changed = User.objects.get(pk=person.pk)
    assert changed.check_password(NEW)
    assert not changed.must_change_password
    assert AuditRecord.objects.filter(action="access.change_password", object_id=str(person.pk)).count() == 1


def test_the_same_password_again_is_no_change(person, due) -> None:
    answer = change(due, PASSWORD)

    assert answer.status_code == 200
    assert User.objects.get(pk=person.pk).must_change_password


def test_a_next_that_leads_away_is_not_followed(due) -> None:
    fields = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, "next": "https://evil.example/"}

    answer = due.post("/desk/password/", fields)

    assert answer.headers["Location"] == "/desk/"


def test_a_password_grows_old_only_where_the_settings_say_so(person, client, settings) -> None:
    User.objects.filter(pk=person.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    client.force_login(User.objects.get(pk=person.pk))
    assert client.get("/admin/account/").status_code == 200

    settings.CIVICNET_PASSWORD_MAX_DAYS = 90

    assert client.get("/admin/account/").headers["Location"].startswith("/admin/password/")


@pytest.mark.parametrize("demo", [True, False])
def test_a_password_of_the_demo_opens_nothing_outside_the_demo(person, client, sign_in, settings, demo) -> None:
    settings.CIVICNET_DEMO = demo
    person.set_password("yanshi-0123abcd")
    person.save()

    sign_in("lihua", password="yanshi-0123abcd", door="admin")

    led_away = client.get("/admin/account/").headers.get("Location", "").startswith("/admin/password/")
    assert led_away is not demo
