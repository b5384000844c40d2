"""Webhooks on the pages of API clients: how each fares, and the log of what it was sent."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from wagtail.models import Site

from civicnet.access.actors import actor_of
from civicnet.access.clients import CHANGE, VIEW
from civicnet.access.models import ApiClient
from civicnet.access.scope import covers
from civicnet.console import webhook_acts as acts
from civicnet.console.doors import open_to
from civicnet.console.webhook_forms import LogForm
from civicnet.console.webhook_state import delivery_state, webhook_state
from civicnet.contract import Actor
from civicnet.delivery.kinds import label_of
from civicnet.delivery.models import Delivery
from civicnet.delivery.selectors import visible_deliveries, visible_webhooks
from civicnet.delivery.services import REPLAYED

_PER_PAGE = 20


def webhooks_of(client: ApiClient, actor: Actor) -> list[dict[str, Any]]:
    """A client's webhooks, each with its state, those that have ended last."""
    found = visible_webhooks(actor).filter(client=client)
    return sorted(
        ({"webhook": one, "state": webhook_state(one)} for one in found),
        key=lambda line: bool(line["webhook"].ended_at),
    )


@require_safe
@open_to(VIEW)
def webhook_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook: where it leads, what it is told of, and its log."""
    webhook, actor = acts.webhook_for(request, pk), actor_of(request)
    form = LogForm(webhook.kinds, request.GET)
    chosen = form.chosen()
    page = Paginator(visible_deliveries(actor).filter(webhook=webhook, **chosen), _PER_PAGE).get_page(
        request.GET.get("p")
    )
    open_now = not webhook.ended_at and not webhook.client.revoked_at
    context = {
        "webhook": webhook,
        "client": webhook.client,
        "state": webhook_state(webhook),
        "kinds": [label_of(kind) for kind in webhook.kinds],
        "sites": Site.objects.filter(pk__in=webhook.sites),
        "can_change": open_now and covers(actor, CHANGE, webhook.client.organisation.path),
        "form": form,
        "chosen": urlencode(chosen),
        "page": page,
        "lines": [_line(one) for one in page],
    }
    return render(request, "console/webhooks/webhook.html", context)


def _line(delivery: Delivery) -> dict[str, Any]:
    return {
        "delivery": delivery,
        "state": delivery_state(delivery),
        "kind": label_of(delivery.kind),
        "content": json.dumps(delivery.payload, ensure_ascii=False, indent=2),
        "can_replay": delivery.state in REPLAYED,
    }


PATHS = [
    path("<int:pk>/webhooks/new/", acts.add, name="add_webhook"),
    path("webhooks/<int:pk>/", webhook_page, name="webhook"),
    path("webhooks/<int:pk>/change/", acts.change, name="change_webhook"),
    path("webhooks/<int:pk>/end/", acts.end, name="end_webhook"),
    path("deliveries/<uuid:pk>/replay/", acts.replay, name="replay"),
]
