"""Half signed in is not signed in: what a person still has to do comes before everything else.

At the administration and the desk such a person is led to the step that is missing. At every other door, GraphQL and
documents among them, they are nobody; there the question is put only when the person is looked at, so that public
answers depend on no cookie.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from civicnet.access.models import User
from civicnet_site.sign_in import two_factor
from civicnet_site.sign_in.passwords import is_due

# Marks a session that began by single sign-on: the password here is not what opened it.
ELSEWHERE = "civicnet_elsewhere"
_ALWAYS_OPEN = ("wagtailadmin_logout", "desk_sign_out", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite")


class GateMiddleware:
    """Stands behind authentication; costs nothing where no session's cookie comes along."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or lead to the missing step."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            if not request.path_info.startswith(("/admin/", "/desk/")):
                request.user = SimpleLazyObject(partial(_whole, request, request.user))  # type: ignore[assignment]
            elif (step := missing_step(request, request.user)) and not _is_open(request, step):
                back = request.get_full_path() if request.method == "GET" else f"/{_door(request)}/"
                return redirect_to_login(back, login_url=reverse(f"{_door(request)}_{step}"))
        return self.get_response(request)


def missing_step(request: HttpRequest, user: User | AnonymousUser) -> str:
    """What this person has to do next before anything opens: the ending of an address's name, or nothing."""
    if not user.is_authenticated:
        return ""
    if step := two_factor.missing_step(user):
        return step
    return "change_password" if is_due(user) and ELSEWHERE not in request.session else ""


def _whole(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    return AnonymousUser() if missing_step(request, user) else user


def _door(request: HttpRequest) -> str:
    return "admin" if request.path_info.startswith("/admin/") else "desk"


def _is_open(request: HttpRequest, step: str) -> bool:
    door = _door(request)
    own = [f"{door}_{step}", *([f"{door}_two_factor_picture"] if step == "two_factor_set_up" else [])]
    return request.path_info in {reverse(name) for name in (*_ALWAYS_OPEN, *own)}
