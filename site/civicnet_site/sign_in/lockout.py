"""Lockout: after so many failures an account is closed to the address that failed, for a while."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from civicnet.contract.addresses import client_address, neighbourhood

TOO_MANY = 429


def address(request: HttpRequest) -> str | None:
    """The address axes counts by, a whole /64 as one; None where the transport has none."""
    return neighbourhood(client_address(request)) or None


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The same page whether or not the account exists, with the way back."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    back = "desk_sign_in" if request.path.startswith("/desk/") else "wagtailadmin_login"
    answer = render(request, "sign_in/locked.html", {"minutes": minutes, "back": back}, status=TOO_MANY)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
