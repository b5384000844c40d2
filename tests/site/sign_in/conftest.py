"""People at the two doors, and what a browser sends there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from civicnet.access.models import User

PASSWORD = "hong-yan-17-bei-fei"
SCREENS = ["wagtailadmin.access_admin"]

SignIn = Callable[..., HttpResponse]


@pytest.fixture
def person(staff) -> User:
    """A member of staff with access to the admin."""
    made = staff(SCREENS, username="lihua")
    made.set_password(PASSWORD)
    made.save()
    return made


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """Signs in at a door: ``sign_in("lihua", password=…, door="desk", address=…)``."""

    def go(
        username: str, *, password: str = PASSWORD, door: str = "desk", address: str = "203.0.113.7"
    ) -> HttpResponse:
        at = "/desk/sign-in/" if door == "desk" else "/admin/login/"
        return client.post(at, {"username": username, "password": password}, REMOTE_ADDR=address)

    return go
