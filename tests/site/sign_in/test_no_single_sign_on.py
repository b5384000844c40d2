"""Where no provider is named, nothing of single sign-on is there."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse


def test_nothing_of_it_is_there_while_it_is_off(client: Client, db: None) -> None:
    assert not [app for app in settings.INSTALLED_APPS if app.startswith("allauth")]
    with pytest.raises(NoReverseMatch):
        reverse("single_sign_on")
    assert "single-sign-on" not in client.get("/admin/login/").text
