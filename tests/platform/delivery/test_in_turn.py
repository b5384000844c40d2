"""Of what is about one subject a receiver hears in turn, and of what it will not hear whoever posted it learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet.delivery import kinds, sending
from civicnet.delivery.models import Delivery
from civicnet.delivery.posting import post_to
from civicnet.delivery.sending import LEASE, WAITS, send_due
from civicnet.delivery.services import end_webhook, register_webhook

KIND = "test.moved"


@pytest.fixture
def lost() -> Iterator[list[tuple[Mapping[str, Any], bool]]]:
    """What will not arrive."""
    told: list[tuple[Mapping[str, Any], bool]] = []
    kinds.offer(KIND, "Something moved", lost=lambda payload, given_up: told.append((payload, given_up)))
    yield told
    kinds.withdraw(KIND)


@pytest.fixture
def portal(city: Any, lost: Any) -> ApiClient:
    made = create_client(name="演示门户", organisation=city["222403"], scopes=[], actor=SYSTEM)[0]
    register_webhook(client=made, url="https://portal.example.cn/", kinds=[KIND], actor=SYSTEM)
    return made


def tell(portal: ApiClient, turn: int, subject: str = "7") -> Delivery:
    event = UUID(int=turn)
    return post_to(portal.pk, kind=KIND, payload={"turn": turn}, event=event, subject=subject, turn=turn)[0]


def states() -> list[tuple[int, str, str]]:
    return list(Delivery.objects.order_by("turn").values_list("turn", "state", "failure"))


def test_a_newer_message_waits_for_the_one_under_way_and_takes_the_place_of_any_that_waits(
    portal: ApiClient, lost: Any, monkeypatch: Any
) -> None:
    heard: list[bytes] = []
    monkeypatch.setattr(sending, "send", lambda _target, body, _headers: heard.append(body) or 200)
    now = timezone.now() + timedelta(seconds=1)
    first = tell(portal, 1)
    assert sending._take(first, now)
    tell(portal, 2)
    tell(portal, 3)
    other = tell(portal, 4, subject="8")

    assert send_due(now=now) == 1, "another subject waits for nobody"
    assert states() == [(1, "SENDING", ""), (2, "SKIPPED", "NEWER"), (3, "WAITING", ""), (4, "DELIVERED", "")]
    # Its sender never comes back, and it is not sent a second time after what is newer.
    send_due(now=now + LEASE)
    send_due(now=now + LEASE)
    send_due(now=now + LEASE + timedelta(minutes=1))
    assert states()[:3] == [(1, "SKIPPED", "NEWER"), (2, "SKIPPED", "NEWER"), (3, "DELIVERED", "")]
    assert [b'"turn":4' in body for body in heard] == [True, False] and b'"turn":3' in heard[1]
    assert (lost, other.turn) == ([], 4)


def test_whoever_posted_it_learns_what_no_webhook_takes(portal: ApiClient, lost: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(sending, "send", lambda *_given: (_ for _ in ()).throw(sending.Unsent(sending.Failure.TIMEOUT)))
    tell(portal, 1)
    Delivery.objects.update(attempts=len(WAITS) - 1)
    send_due()
    assert lost == []

    Delivery.objects.update(next_at=timezone.now())
    send_due()
    assert (states(), lost) == ([(1, "GIVEN_UP", "TIMEOUT")], [({"turn": 1}, True)])

    tell(portal, 2)
    end_webhook(webhook=portal.webhooks.get(), actor=SYSTEM, reason="x")
    send_due()
    assert lost[1:] == [({"turn": 2}, False)]
