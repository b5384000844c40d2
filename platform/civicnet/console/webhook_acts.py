"""Acts on webhooks: adding one, which shows its secret once, changing and ending it, and sending again."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from civicnet.access.actors import actor_of
from civicnet.access.clients import CHANGE
from civicnet.console.acts import act_view, ask, attempt, done
from civicnet.console.client_acts import client_for
from civicnet.console.client_forms import ReasonForm
from civicnet.console.doors import open_to
from civicnet.console.webhook_forms import WebhookForm
from civicnet.contract import CivicNetError, Conflict, NotFound, Refused
from civicnet.delivery.models import Webhook
from civicnet.delivery.selectors import visible_deliveries, visible_webhooks
from civicnet.delivery.services import change_webhook, end_webhook, register_webhook, replay_delivery


def _closes(error: CivicNetError) -> bool:
    return isinstance(error, NotFound | Refused)


_try = partial(attempt, closes=_closes)
_ask = partial(ask, icon="key", sheet="console/clients.css", look="cn-clients cn-clients--act")


def webhook_for(request: HttpRequest, pk: int) -> Webhook:
    """The webhook as far as the reader may see it.

    Raises:
        NotFound: there is none, or the reader may not know of it.
    """
    found = visible_webhooks(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound()
    return found


@act_view
@never_cache
@open_to(CHANGE)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a webhook and show its signing secret."""
    client = client_for(request, pk)
    form = WebhookForm(client, request.POST or None)
    if made := _try(form, lambda: register_webhook(client=client, **form.given(), actor=actor_of(request))):
        # Shown in the answer itself: it is kept nowhere, not even in the session.
        context = {"client": client, "webhook": made[0], "secret": made[1]}
        return render(request, "console/webhooks/shown.html", context)
    return _ask(
        request,
        form,
        title=_("A webhook for %(client)s") % {"client": client},
        note=_(
            "We send a short signed message to the client's system when something happens, so that it need not ask."
        ),
        back=reverse("clients:client", args=[pk]),
        button=_("Add it and show the secret"),
    )


@act_view
@open_to(CHANGE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a webhook lead elsewhere, or tell of other events."""
    webhook = webhook_for(request, pk)
    form = WebhookForm(webhook.client, request.POST or None, webhook=webhook)
    back = reverse("clients:webhook", args=[pk])
    if _try(form, lambda: change_webhook(webhook=webhook, **form.given(), actor=actor_of(request))):
        return done(request, back, _("Changed. What still waits goes to the new address; the secret stays."))
    title = _("Change the webhook of %(client)s") % {"client": webhook.client}
    return _ask(request, form, title=title, back=back, button=_("Change the webhook"))


@act_view
@open_to(CHANGE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a webhook for good."""
    webhook = webhook_for(request, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("clients:webhook", args=[pk])
    if _try(form, lambda: end_webhook(webhook=webhook, **form.cleaned_data, actor=actor_of(request))):
        return done(request, back, _("The webhook has ended. Its log stays for 30 days."))
    return _ask(
        request,
        form,
        title=_("End the webhook of %(client)s") % {"client": webhook.client},
        note=_("Nothing is sent to %(url)s any more, not even what waits, and this cannot be undone.")
        % {"url": webhook.url},
        back=back,
        button=_("End the webhook"),
        serious=True,
    )


@require_POST
@open_to(CHANGE)
def replay(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send one delivery again."""
    delivery = visible_deliveries(actor_of(request)).filter(pk=pk).first()
    if delivery is None:
        raise NotFound()
    try:
        replay_delivery(delivery=delivery, actor=actor_of(request))
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is sent again within half a minute, under the same number."))
    return HttpResponseRedirect(reverse("clients:webhook", args=[delivery.webhook_id]))
