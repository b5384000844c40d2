"""Accounts closed long ago are forgotten; what other packages keep beside an account goes with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from civicnet.access.accounts import _BESIDE, forget_expired
from civicnet.access.actors import SYSTEM
from civicnet.access.models import Position, User
from civicnet.access.person import Person
from civicnet.access.personal import erase_person
from civicnet.contract import Refused
from civicnet.ledger.models import AuditRecord

LATER = timezone.now() + timedelta(days=1200)


@pytest.fixture
def person(staff: Callable[..., User]) -> User:
    """Closed, and in no position any more."""
    made = staff([], username="zhangyi")
    Position.objects.update(valid_to=date(2026, 1, 2))
    User.objects.filter(pk=made.pk).update(is_active=False)
    return User.objects.get(pk=made.pk)


def test_a_closed_account_is_forgotten_after_three_years(person: User) -> None:
    assert forget_expired(now=timezone.now(), actor=SYSTEM) == 0

    assert forget_expired(now=LATER, actor=SYSTEM) == 1

    gone = User.objects.get(pk=person.pk)
    assert (gone.username, gone.full_name, gone.has_usable_password()) == (f"erased-{person.pk}", "", False)
    assert AuditRecord.objects.get(action="access.forget_account").object_label == f"#{person.pk}"
    assert forget_expired(now=LATER, actor=SYSTEM) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": True},
        {"is_superuser": True},
        {"last_login": LATER - timedelta(days=100)},
    ],
)
def test_an_account_that_is_open_or_was_used_stays(person: User, change: dict[str, Any]) -> None:
    User.objects.filter(pk=person.pk).update(**change)

    assert forget_expired(now=LATER, actor=SYSTEM) == 0
    assert User.objects.get(pk=person.pk).full_name == "演示zhangyi"


def test_people_do_not_run_it(person: User, actor: Callable[..., Any]) -> None:
    with pytest.raises(Refused):
        forget_expired(now=LATER, actor=actor([]))


def test_what_stands_beside_an_account_goes_with_it(person: User) -> None:
    UserProfile.get_for_user(person)
    attempts = apps.get_model("axes", "AccessAttempt")
    attempts.objects.create(username="zhangyi", ip_address="192.0.2.1", failures_since_start=3)
    ModelLogEntry.objects.log_action(person, "wagtail.edit", user=person)

    erase_person(person=Person(account="zhangyi"), actor=SYSTEM, reason="本人书面申请")

    assert not UserProfile.objects.filter(user=person).exists()
    assert not attempts.objects.exists()
    assert ModelLogEntry.objects.get().label == f"erased-{person.pk}"


def test_every_package_that_is_there_is_known_by_its_right_name() -> None:
    installed = [(app, model, name) for app, model, name in _BESIDE if app in apps.app_configs]

    assert {"wagtailusers", "axes", "otp_totp"} <= {app for app, _model, _name in installed}
    for app, model, name in installed:
        assert apps.get_model(app, model)._meta.get_field(name)


def test_sessions_that_are_over_go(db: None) -> None:
    Session.objects.create(session_key="over", session_data="", expire_date=timezone.now() - timedelta(days=1))
    Session.objects.create(session_key="open", session_data="", expire_date=timezone.now() + timedelta(days=1))

    forget_expired(now=timezone.now(), actor=SYSTEM)

    assert list(Session.objects.values_list("pk", flat=True)) == ["open"]
