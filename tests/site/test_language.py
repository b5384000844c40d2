"""Chinese is the language of every page unless the reader chose another; programs are answered in theirs."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("headers", "cookie", "language"),
    [
        ({"accept": "text/html", "accept-language": "en-US"}, None, "zh-hans"),
        ({"accept": "text/html"}, None, "zh-hans"),
        ({"accept": "text/html"}, "en", "en"),
        ({"accept": "text/html"}, "xx", "zh-hans"),
        ({"accept": "application/json", "accept-language": "en"}, None, "en"),
        ({"accept": "application/json"}, None, "zh-hans"),
    ],
)
def test_the_language_follows_the_reader(
    client: Client, headers: dict[str, str], cookie: str | None, language: str
) -> None:
    if cookie:
        client.cookies["civicnet_language"] = cookie

    response = client.get("/admin/login/", headers=headers)

    assert response["Content-Language"] == language
