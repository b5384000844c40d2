"""Whether the addresses of previews are such."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error


def address_problems(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Each address of ``CIVICNET_PREVIEW_URLS`` is one of the web that has a place for the token."""
    return [
        Error(
            f"CIVICNET_PREVIEW_URLS: {address!r} of {host} is no address with {{token}} in it",
            hint="Write for example https://portal.example/preview?token={token}.",
            id="civicnet.gateway.E003",
        )
        for host, address in settings.CIVICNET_PREVIEW_URLS.items()
        if urlsplit(str(address)).scheme not in ("http", "https") or "{token}" not in str(address)
    ]
