"""Posting: an event goes, with its transaction, into the outbox of those who asked for it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import transaction
from wagtail.models import Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet.delivery import kinds
from civicnet.delivery.models import Delivery, Webhook
from civicnet.delivery.posting import post
from civicnet.delivery.services import register_webhook
from civicnet.delivery.signing import body_of

KIND = "test.happened"
URL = "https://portal.example.cn/hooks"


@pytest.fixture
def kind() -> Iterator[str]:
    kinds.offer(KIND, "Something happened")
    yield KIND
    kinds.withdraw(KIND)


@pytest.fixture
def portal(city) -> ApiClient:
    return create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)[0]


@pytest.fixture
def webhook(kind: str, portal: ApiClient) -> Webhook:
    return register_webhook(client=portal, url=URL, kinds=[kind], actor=SYSTEM)[0]


def test_what_was_rolled_back_is_not_posted(webhook) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(kind=KIND, payload={})
        raise ZeroDivisionError

    assert not Delivery.objects.exists()


def test_an_event_goes_to_those_who_asked_for_it_at_its_site(kind, portal, city) -> None:
    site = Site.objects.get()
    other = Site.objects.create(hostname="other.test", root_page=site.root_page)
    bound, _key = create_client(
        name="只管一个站点", organisation=city["222403"], scopes=[], sites=[other.pk], actor=SYSTEM
    )
    kinds.offer("test.other", "Another thing")
    made = {
        "all": register_webhook(client=portal, url=URL, kinds=[KIND], actor=SYSTEM)[0],
        "one": register_webhook(client=portal, url=URL, kinds=[KIND], sites=[site.pk], actor=SYSTEM)[0],
        "bound": register_webhook(client=bound, url=URL, kinds=[KIND], actor=SYSTEM)[0],
        "else": register_webhook(client=portal, url=URL, kinds=["test.other"], actor=SYSTEM)[0],
    }
    kinds.withdraw("test.other")

    def told(site_id: int | None) -> set[str]:
        event = post(kind=KIND, payload={}, site_id=site_id)
        hooks = set(Delivery.objects.filter(event=event).values_list("webhook", flat=True))
        return {name for name, one in made.items() if one.pk in hooks}

    assert told(site.pk) == {"all", "one"}
    assert told(other.pk) == {"all", "bound"}
    assert told(None) == {"all", "one", "bound"}


def test_what_nobody_offers_cannot_be_posted(db) -> None:
    with pytest.raises(LookupError, match="offer the kind"):
        post(kind="never.heard", payload={})


def test_the_message_is_the_same_to_the_byte_at_every_attempt(webhook) -> None:
    post(kind=KIND, payload={"word": "通知", "b": 1, "a": 2})
    delivery = Delivery.objects.get()

    assert body_of(delivery) == body_of(Delivery.objects.get(pk=delivery.pk))
    assert json.loads(body_of(delivery))["data"] == {"word": "通知", "a": 2, "b": 1}
