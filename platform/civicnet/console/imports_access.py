"""Who gets onto the import and export screens, and what a refusal looks like there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from civicnet.access.actors import actor_of
from civicnet.contract import NotFound, Refused
from civicnet.exchange.offers import disclosable, exportable
from civicnet.exchange.permissions import ADD, DECIDE, VIEW

View = Callable[..., HttpResponseBase]


def may_enter(request: HttpRequest) -> bool:
    """Whether the person may import, or look at imports."""
    actor = actor_of(request)
    return actor.may(ADD) or actor.may(VIEW)


def may_export(request: HttpRequest) -> bool:
    """Whether the person may export something, or decide on exports."""
    actor = actor_of(request)
    return actor.may(DECIDE) or bool(exportable(actor) or disclosable(actor))


def for_exchange(view: View) -> View:
    """Let only those in who may enter; tell refusals as Wagtail does, and unknown jobs as Django does."""
    return _guarded(view, may_enter)


def for_exports(view: View) -> View:
    """The same for exports."""
    return _guarded(view, may_export)


def for_either(view: View) -> View:
    """The same for what both screens lead to."""
    return _guarded(view, lambda request: may_enter(request) or may_export(request))


def _guarded(view: View, allowed: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not allowed(request):
            raise PermissionDenied
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(str(error)) from error
        except Refused as error:
            raise PermissionDenied(str(error)) from error

    return guarded
