"""The check of a password, and what a right password of the demo still has to become."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from civicnet.access.models import User
from civicnet_site.sign_in.passwords import is_of_the_demo


class PeopleBackend(ModelBackend):
    """Name and password. A password of the demo opens nothing elsewhere but the page where it is changed."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **more: Any
    ) -> User | None:
        """The person, or None."""
        found = super().authenticate(request, username=username, password=password, **more)
        if not isinstance(found, User):
            return None
        if is_of_the_demo(password or "") and not settings.CIVICNET_DEMO and not found.must_change_password:
            found.must_change_password = True
            found.save(update_fields=["must_change_password"])
        return found
