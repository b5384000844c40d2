"""Acts on API clients: each a page that says what will happen, asks why, and calls one service."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Site

from civicnet.access.actors import actor_of
from civicnet.access.clients import ADD, CHANGE, change_client, create_client, revoke_client, visible_clients
from civicnet.access.models import ApiClient
from civicnet.access.rotation import issue_secret, revoke_key, rotate_key, withdraw_secret
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.client_forms import NewClientForm, ReasonForm, RightsForm, RotateForm, as_given, in_a_year
from civicnet.console.doors import open_to
from civicnet.contract import CivicNetError, NotFound, Refused


def _closes(error: CivicNetError) -> bool:
    return isinstance(error, NotFound | Refused)


_try = partial(attempt, closes=_closes, called={"expires_at": "expires_on"})
_ask = partial(ask, icon="key", sheet="console/clients.css", look="cn-clients cn-clients--act")


def client_for(request: HttpRequest, pk: int) -> ApiClient:
    """The client as far as the reader may see it.

    Raises:
        NotFound: there is none, or the reader may not know of it.
    """
    found = visible_clients(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@act_view
@never_cache
@open_to(ADD)
def new(request: HttpRequest) -> HttpResponse:
    """Register a client and show its first key."""
    actor = actor_of(request)
    form = NewClientForm(actor, request.POST or None, initial={"expires_on": in_a_year()})
    if made := _try(form, lambda: create_client(**form.given(), actor=actor)):
        return _show(request, made[0], key=made[1])
    return _ask(
        request,
        form,
        title=_("Register a client"),
        back=reverse("clients:index"),
        button=_("Register and show the key"),
    )


@act_view
@open_to(CHANGE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a client may do."""
    client = client_for(request, pk)
    form = RightsForm(request.POST or None, initial=as_given(client))
    back = reverse("clients:client", args=[pk])
    if _try(form, lambda: change_client(client=client, **form.given(), actor=actor_of(request))):
        return done(request, back, _("Changed. Its keys obey from their next call on."))
    title = _("Change the rights of %(client)s") % {"client": client}
    return _ask(request, form, title=title, back=back, button=_("Change the rights"))


@act_view
@never_cache
@open_to(CHANGE)
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a client its next key."""
    client = client_for(request, pk)
    form = RotateForm(request.POST or None)
    if key := _try(form, lambda: rotate_key(client=client, **form.cleaned_data, actor=actor_of(request))):
        return _show(request, client, key=key)
    return _ask(
        request,
        form,
        title=_("A new key for %(client)s") % {"client": client},
        note=_("The new key has the same rights and is shown once. The old one ends by itself."),
        back=reverse("clients:client", args=[pk]),
        button=_("Make the new key"),
    )


@act_view
@open_to(CHANGE)
def revoke_one(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """Close one key."""
    client = client_for(request, pk)
    found = client.keys.filter(pk=key).first()
    if found is None:
        raise NotFound()
    form = ReasonForm(request.POST or None)
    back = reverse("clients:client", args=[pk])
    if _try(form, lambda: revoke_key(key=found, **form.cleaned_data, actor=actor_of(request)) or True):
        return done(request, back, _("The key %(key)s does not open any more.") % {"key": found})
    return _ask(
        request,
        form,
        title=_("Revoke the key %(key)s") % {"key": found},
        note=_("Calls with it are refused from now on, and this cannot be undone. Other keys of the client go on."),
        back=back,
        button=_("Revoke the key"),
        serious=True,
    )


@act_view
@open_to(CHANGE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a client for good."""
    client = client_for(request, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("clients:client", args=[pk])
    if _try(form, lambda: revoke_client(client=client, **form.cleaned_data, actor=actor_of(request))):
        return done(request, back, _("%(client)s is revoked. Its record stays.") % {"client": client})
    return _ask(
        request,
        form,
        title=_("Revoke %(client)s") % {"client": client},
        note=_("Every key and token of it is refused from now on, and this cannot be undone. The record of it stays."),
        back=back,
        button=_("Revoke the client"),
        serious=True,
    )


@act_view
@never_cache
@open_to(CHANGE)
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a client a number and secret for OAuth2."""
    client = client_for(request, pk)
    if not settings.CIVICNET_OAUTH2:
        raise Http404
    form = ReasonForm(request.POST or None)
    if made := _try(form, lambda: issue_secret(client=client, **form.cleaned_data, actor=actor_of(request))):
        return _show(request, client, number=made[0], secret=made[1])
    return _ask(
        request,
        form,
        title=_("An OAuth2 secret for %(client)s") % {"client": client},
        note=_("The secret is shown once. One that it had before stops working at once, and so do its tokens."),
        back=reverse("clients:client", args=[pk]),
        button=_("Make the secret"),
    )


@act_view
@open_to(CHANGE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End a client's way in by OAuth2."""
    client = client_for(request, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("clients:client", args=[pk])
    if _try(form, lambda: withdraw_secret(client=client, **form.cleaned_data, actor=actor_of(request)) or True):
        return done(request, back, _("The OAuth2 secret and its tokens do not open any more."))
    return _ask(
        request,
        form,
        title=_("Withdraw the OAuth2 secret of %(client)s") % {"client": client},
        note=_("The secret and its tokens stop working at once. The client's keys go on."),
        back=back,
        button=_("Withdraw the secret"),
        serious=True,
    )


def _show(request: HttpRequest, client: ApiClient, **shown: str) -> HttpResponse:
    # Shown in the answer itself: it is kept nowhere, not even in the session.
    site = Site.objects.filter(pk__in=client.sites).first() if client.sites else None
    base = site.root_url if site else request.build_absolute_uri("/").rstrip("/")
    context = {"client": client, "endpoint": f"{base}/graphql/", "token_endpoint": f"{base}/oauth/token", **shown}
    return render(request, "console/clients/shown.html", context)
