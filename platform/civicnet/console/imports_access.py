"""Who gets onto the import screens, and what a refusal looks like there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from civicnet.access.actors import actor_of
from civicnet.contract import NotFound, Refused
from civicnet.exchange.permissions import ADD, VIEW

View = Callable[..., HttpResponseBase]


def may_enter(request: HttpRequest) -> bool:
    """Whether the person may import, or look at imports."""
    actor = actor_of(request)
    return actor.may(ADD) or actor.may(VIEW)


def for_exchange(view: View) -> View:
    """Let only those in who may enter; tell refusals as Wagtail does, and unknown jobs as Django does."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_enter(request):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(str(error)) from error
        except Refused as error:
            raise PermissionDenied(str(error)) from error

    return guarded
