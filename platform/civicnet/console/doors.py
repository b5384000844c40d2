"""Doors of the host's screens: asked by post, superusers like everybody else; refusals told as Wagtail and Django tell them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from wagtail.admin.menu import MenuItem

from civicnet.access.actors import actor_of
from civicnet.contract import NotFound, Refused

View = Callable[..., HttpResponseBase]


def may_any(request: HttpRequest, *permissions: str) -> bool:
    """Whether the person's posts give any of these permissions."""
    actor = actor_of(request)
    return any(actor.may(permission) for permission in permissions)


def open_to(*permissions: str) -> Callable[[View], View]:
    """Let only those in whose posts give any of these permissions; what services refuse is refused here too."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may_any(request, *permissions):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except NotFound as error:
                raise Http404(str(error)) from error
            except Refused as error:
                raise PermissionDenied(str(error)) from error

        return guarded

    return decorate


class PostMenuItem(MenuItem):
    """A menu item for whose post gives any of its permissions."""

    permissions: ClassVar[tuple[str, ...]] = ()

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the actor, not the superuser flag."""
        return may_any(request, *self.permissions)
