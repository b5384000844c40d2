"""Forms of a message: caches of other makers are told of keys as they take them, with a secret of theirs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet.contract import InvalidInput
from civicnet.delivery import kinds
from civicnet.delivery.models import Delivery, DeliveryState, Webhook
from civicnet.delivery.posting import post_together
from civicnet.delivery.sending import send_due
from civicnet.delivery.services import change_webhook, register_webhook
from civicnet.delivery.shapes import Shape
from civicnet.ledger.models import AuditRecord

pytestmark = pytest.mark.django_db
KIND = "test.keys"


class Cache(BaseHTTPRequestHandler):
    """Takes what it is told; ``answers`` come before its own."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.told.append((dict(self.headers), body))  # type: ignore[attr-defined]
        answers = self.server.answers  # type: ignore[attr-defined]
        self.send_response(answers.pop(0) if answers else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *given: Any) -> None:
        pass


@pytest.fixture
def cache(settings) -> Iterator[Any]:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Cache)
    server.told, server.answers = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/purge"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    kinds.offer(KIND, "Keys are out of date", keys=True)
    yield
    kinds.withdraw(KIND)


@pytest.fixture
def portal(city) -> ApiClient:
    return create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)[0]


def webhook(portal: ApiClient, url: str, *shape: str) -> Webhook:
    return register_webhook(client=portal, url=url, kinds=[KIND], shape=Shape(*shape), actor=SYSTEM)[0]


def tell(*keys: str) -> None:
    def joined(old: Any, new: Any) -> dict[str, Any]:
        return {"keys": [*old["keys"], *new["keys"]]}

    post_together(kind=KIND, payload={"keys": [*keys]}, joined=joined)


@pytest.mark.parametrize(
    ("form", "header", "content"),
    [
        ("HEADER", "Grid a1b2", b""),
        ("SURROGATE_KEYS", None, b'{"surrogate_keys":["Grid","a1b2"]}'),
        ("TAGS", None, b'{"tags":["Grid","a1b2"]}'),
    ],
)
def test_a_cache_is_told_in_its_form_with_its_secret(cache, portal, form: str, header: str | None, content) -> None:
    webhook(portal, cache.url, form, "Fastly-Key", "s3cret word")
    tell("Grid", "a1b2")

    assert send_due() == 1

    ((headers, body),) = cache.told
    assert (headers.get("Surrogate-Key"), body) == (header, content)
    assert headers["Fastly-Key"] == "s3cret word"
    assert headers["X-CivicNet-Event"] == KIND
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_our_own_message_may_carry_a_secret_of_the_receiver_too(cache, portal) -> None:
    webhook(portal, cache.url, "MESSAGE", "Authorization", "Bearer x")
    tell("Grid")

    send_due()

    ((headers, body),) = cache.told
    assert headers["Authorization"] == "Bearer x"
    assert json.loads(body)["data"] == {"keys": ["Grid"]}
    assert headers["X-CivicNet-Signature"].startswith("t=")


def test_what_waits_goes_along_in_one_message_and_nothing_of_a_failed_one_is_lost(cache, portal) -> None:
    webhook(portal, cache.url, "TAGS")
    tell("one")
    tell("two")
    cache.answers = [503]
    send_due()
    failed = Delivery.objects.get()
    tell("three")

    grown = Delivery.objects.get()
    assert grown.pk != failed.pk and grown.payload == {"keys": ["one", "two", "three"]}
    # It goes on where the failed one stood: a cache that is down is not asked more often for it.
    assert (grown.attempts, grown.next_at, grown.state) == (1, failed.next_at, DeliveryState.FAILED)
    assert send_due() == 0
    assert send_due(now=failed.next_at) == 1
    assert [json.loads(body)["tags"] for _headers, body in cache.told] == [["one", "two"], ["one", "two", "three"]]


def test_what_is_on_its_way_is_left_alone(portal) -> None:
    made = webhook(portal, "https://cache.example.cn/", "TAGS")
    tell("one")
    made.deliveries.update(state=DeliveryState.SENDING, next_at=timezone.now())

    tell("two")

    told = made.deliveries.order_by("state").values_list("state", "payload")
    assert list(told) == [("SENDING", {"keys": ["one"]}), ("WAITING", {"keys": ["two"]})]


@pytest.mark.parametrize(
    ("kinds_", "shape", "field"),
    [
        (["schema.changed"], ("TAGS",), "form"),
        ([KIND, "schema.changed"], ("HEADER",), "form"),
        ([KIND], ("XML",), "form"),
        ([KIND], ("TAGS", "Host", "x"), "header_name"),
        ([KIND], ("TAGS", "X-CivicNet-Signature", "x"), "header_name"),
        ([KIND], ("TAGS", "Two Words", "x"), "header_name"),
        ([KIND], ("TAGS", "Fastly-Key", "a\r\nb"), "header_value"),
        ([KIND], ("TAGS", "Fastly-Key", ""), "header_value"),
        ([KIND], ("TAGS", "", "x"), "header_value"),
    ],
)
def test_a_form_or_header_that_cannot_be_sent_is_refused(portal, kinds_: list[str], shape, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        register_webhook(
            client=portal, url="https://cache.example.cn/", kinds=kinds_, shape=Shape(*shape), actor=SYSTEM
        )

    assert refused.value.field == field
    assert not Webhook.objects.exists()


def test_the_receiver_s_secret_lies_sealed_is_in_no_record_and_stays_until_it_is_changed(portal) -> None:
    made = webhook(portal, "https://cache.example.cn/", "TAGS", "Fastly-Key", "s3cret")
    given: dict[str, Any] = {"url": made.url, "kinds": made.kinds, "sites": [], "actor": SYSTEM, "reason": "x"}

    change_webhook(webhook=made, shape=Shape("HEADER", "Fastly-Key"), **given)
    assert Webhook.objects.values_list("form", "header_value").get() == ("HEADER", "s3cret")
    change_webhook(webhook=made, **given)
    assert Webhook.objects.get().header_value == "s3cret"
    with pytest.raises(InvalidInput):
        change_webhook(webhook=made, shape=Shape("HEADER", "Other-Key"), **given)
    change_webhook(webhook=made, shape=Shape("HEADER"), **given)
    assert Webhook.objects.values_list("header_name", "header_value").get() == ("", "")

    assert all("s3cret" not in str((one.before, one.after)) for one in AuditRecord.objects.all())
    webhook(portal, "https://cache.example.cn/", "TAGS", "Fastly-Key", "s3cret")
    with connection.cursor() as cursor:
        cursor.execute("SELECT header_value FROM civicnet_delivery_webhook ORDER BY id DESC")
        assert "s3cret" not in cursor.fetchone()[0]


@pytest.mark.parametrize("elsewhere", ["https://other.example.cn/", "https://cache.example.cn:8443/"])
def test_the_receiver_s_secret_does_not_go_to_another_receiver(portal, elsewhere: str) -> None:
    made = webhook(portal, "https://cache.example.cn/", "TAGS", "Fastly-Key", "s3cret")
    given: dict[str, Any] = {"webhook": made, "kinds": made.kinds, "sites": [], "actor": SYSTEM, "reason": "x"}

    for shape in (None, Shape("TAGS", "Fastly-Key")):
        with pytest.raises(InvalidInput) as refused:
            change_webhook(url=elsewhere, shape=shape, **given)
        assert refused.value.field == "header_value"
    assert Webhook.objects.values_list("url", "header_value").get() == ("https://cache.example.cn/", "s3cret")

    change_webhook(url=elsewhere, shape=Shape("TAGS", "Fastly-Key", "another"), **given)
    assert Webhook.objects.values_list("url", "header_value").get() == (elsewhere, "another")
    change_webhook(url=f"{elsewhere}path", **given)
    assert Webhook.objects.get().header_value == "another"
