"""People and places for tests: a small tree of organisations, persons with one position, and the actors they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import Group, Permission

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Organisation, User
from civicnet.access.organisations import Division, load_divisions
from civicnet.access.positions import appoint
from civicnet.contract import Actor

# A city, two places below it, and what lies below these; real names and codes, as they are in every sheet.
DIVISIONS = [
    Division("222403", "敦化市"),
    Division("222403001", "渤海街道", "222403"),
    Division("222403001001", "红旗社区", "222403001"),
    Division("222403001002", "北苑社区", "222403001"),
    Division("222403100", "大石头镇", "222403"),
    Division("222403100200", "三道河村委会", "222403100"),
]


def permission(name: str) -> Permission:
    """The Django permission of a name such as ``acme_library.view_branch``."""
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


@pytest.fixture
def city(db: None) -> dict[str, Organisation]:
    """A small tree of organisations, by code."""
    load_divisions(divisions=DIVISIONS, actor=SYSTEM)
    return {one.code: one for one in Organisation.objects.all()}


@pytest.fixture
def staff(city: dict[str, Organisation]) -> Callable[..., User]:
    """Makes a person with one position: ``staff(permissions, organisation_code, username=...)``."""

    def make(permissions: list[str], organisation_code: str = "222403", *, username: str = "demo") -> User:
        person = User.objects.create_user(username=username, password="demo-only-1234", full_name=f"演示{username}")  # noqa: S106
        role = Group.objects.create(name=f"role of {username}")
        role.permissions.set([permission(name) for name in permissions])
        appoint(
            person=person,
            role=role,
            organisation=city[organisation_code],
            valid_from=date(2026, 1, 1),
            actor=SYSTEM,
        )
        return User.objects.get(pk=person.pk)

    return make


@pytest.fixture
def actor(staff: Callable[..., User]) -> Callable[..., Actor]:
    """Makes an actor with permissions over one subtree: ``actor(permissions, organisation_code)``."""
    made: list[User] = []

    def make(permissions: list[str], organisation_code: str = "222403") -> Actor:
        made.append(staff(permissions, organisation_code, username=f"person{len(made) + 1}"))
        return staff_actor(made[-1])

    return make
