"""Sending: signed, once at a time, again after a failure, and given up after a day. The receiver is the one of the docs."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.models import ApiClient
from civicnet.contract import Conflict
from civicnet.delivery import kinds, outgoing
from civicnet.delivery.keeping import KEPT, purge
from civicnet.delivery.models import Delivery, DeliveryState, Failure, Webhook
from civicnet.delivery.posting import post
from civicnet.delivery.sending import LEASE, WAITS, Outcome, _settle, _take, send_due
from civicnet.delivery.services import end_webhook, register_webhook, replay_delivery
from civicnet.lifecycle.activation import disable_plugin, enable_plugin

PAGE = Path(__file__).resolve().parents[3] / "docs/howto/webhooks.md"
KIND = "test.happened"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def receiver_of_the_docs() -> dict[str, Any]:
    """The names that the page's example defines."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    names: dict[str, Any] = {"__name__": "receiver"}
    exec(code, names)
    return names


class Server:
    """The docs' receiver on 127.0.0.1 in a thread; ``answers`` are given before its own, ``heard`` is what it made of it."""

    def __init__(self) -> None:
        self._heard: list[dict[str, Any]] = []
        self._done, self._finished = 0, threading.Condition()
        self.asked: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.before: Callable[[], None] = lambda: None
        server = self
        self.names = receiver_of_the_docs()

        class Receiver(self.names["Receiver"]):
            seen: set[str] = set()

            def do_POST(self) -> None:
                server.asked.append(dict(self.headers))
                server.before()
                self.answer()
                with server._finished:
                    server._done += 1
                    server._finished.notify_all()

            def answer(self) -> None:
                if server.answers:
                    self.send_response(server.answers.pop(0))
                    self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                super().do_POST()

            def happened(self, message: dict[str, Any]) -> None:
                server._heard.append(message)

            def log_message(self, *given: Any) -> None:
                pass

        self.handler = Receiver
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self.url = f"http://127.0.0.1:{self.http.server_port}/hooks?from=civicnet"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def heard(self) -> list[dict[str, Any]]:
        """It answers first and works afterwards: wait until it has."""
        with self._finished:
            assert self._finished.wait_for(lambda: self._done == len(self.asked), timeout=5)
        return self._heard


@pytest.fixture
def server(settings) -> Iterator[Server]:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def kind() -> Iterator[str]:
    kinds.offer(KIND, "Something happened")
    yield KIND
    kinds.withdraw(KIND)


@pytest.fixture
def portal(city) -> ApiClient:
    return create_client(name="演示门户", organisation=city["222403001"], scopes=[], actor=SYSTEM)[0]


@pytest.fixture
def webhook(server: Server, kind: str, portal: ApiClient) -> Webhook:
    made, secret = register_webhook(client=portal, url=server.url, kinds=[kind], actor=SYSTEM)
    server.handler.secret = secret
    return made


def waiting(**values: Any) -> Delivery:
    """One delivery, as posting leaves it."""
    post(kind=KIND, payload={"word": "通知", **values})
    return Delivery.objects.latest("created_at")


def test_the_receiver_of_the_docs_knows_the_message_as_ours(server, webhook) -> None:
    delivery = waiting()

    assert send_due() == 1

    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts, delivery.failure) == ("DELIVERED", 204, 1, "")
    assert delivery.duration_ms is not None and delivery.next_at is None
    (message,), (headers,) = server.heard, server.asked
    assert message["data"] == {"word": "通知"}
    assert (message["id"], message["kind"]) == (str(delivery.event), KIND)
    assert headers["X-CivicNet-Delivery"] == str(delivery.pk)
    assert headers["X-CivicNet-Event"] == KIND
    assert headers["Host"] == f"127.0.0.1:{server.http.server_port}"
    webhook.refresh_from_db()
    assert webhook.delivered_at is not None and webhook.failing_since is None


def test_a_message_is_sent_once_its_transaction_has_committed(
    server, webhook, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with transaction.atomic():
            post(kind=KIND, payload={})
        assert server.asked == []

    assert len(server.heard) == 1
    assert Delivery.objects.get().state == DeliveryState.DELIVERED


def test_it_is_tried_again_later_and_later_and_given_up_after_a_day(server, webhook) -> None:
    server.answers = [500] * 8
    delivery, now = waiting(), NOW + timedelta(days=30)
    Delivery.objects.update(next_at=now)
    waits = []

    for _attempt in range(8):
        assert send_due(now=now) == 1
        assert send_due(now=now) == 0
        delivery.refresh_from_db()
        if delivery.next_at is not None:
            waits.append(delivery.next_at - now)
            assert send_due(now=delivery.next_at - timedelta(seconds=1)) == 0
            now = delivery.next_at

    assert len(waits) == 7
    for waited, named in zip(waits, WAITS, strict=True):
        assert named <= waited <= named * 1.16
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=24)
    assert (delivery.state, delivery.attempts, delivery.status) == ("GIVEN_UP", 8, 500)
    assert delivery.failure == Failure.STATUS
    assert len({one["X-CivicNet-Delivery"] for one in server.asked}) == 1
    webhook.refresh_from_db()
    assert webhook.failing_since == NOW + timedelta(days=30)
    assert webhook.ended_at is None


def test_a_success_ends_the_failing(server, webhook) -> None:
    server.answers = [503]
    delivery = waiting()
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("FAILED", 503)

    assert send_due(now=timezone.now() + timedelta(seconds=12)) == 1

    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.failure) == ("DELIVERED", 2, "")
    assert webhook.failing_since is None
    assert len(server.heard) == 1


def test_a_redirect_is_not_followed(server, webhook) -> None:
    server.answers = [307]
    delivery = waiting()

    send_due()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.failure) == ("FAILED", 307, "REDIRECT")
    assert len(server.asked) == 1


def test_a_webhook_that_fails_holds_up_nobody(server, webhook, portal) -> None:
    dead, _secret = register_webhook(client=portal, url="http://127.0.0.1:9/", kinds=[KIND], actor=SYSTEM)
    for number in range(5):
        waiting(number=number)

    # One attempt at the dead one, then it is left alone.
    assert send_due() == 6

    assert len(server.heard) == 5
    states = list(dead.deliveries.order_by("state").values_list("state", "failure"))
    assert states == [("FAILED", "CONNECTION"), *[("WAITING", "")] * 4]


def test_a_killed_senders_row_goes_on_when_its_lease_has_ended(server, webhook) -> None:
    delivery, now = waiting(), timezone.now()
    # Taken, and then nothing.
    assert _take(Delivery.objects.get(), now)
    assert send_due(now=now + LEASE - timedelta(seconds=1)) == 0

    assert send_due(now=now + LEASE) == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failure) == ("WAITING", "DIED")
    assert send_due(now=now + LEASE + timedelta(seconds=12)) == 1

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("DELIVERED", 2)
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_a_row_has_one_sender_at_a_time(server, webhook) -> None:
    waiting()
    one, other = Delivery.objects.get(), Delivery.objects.get()

    assert _take(one, timezone.now())
    assert not _take(other, timezone.now())


def test_a_sender_who_comes_back_after_its_lease_changes_nothing(server, webhook) -> None:
    waiting()
    late, now = Delivery.objects.get(), timezone.now()
    _take(late, now)
    send_due(now=now + LEASE)
    send_due(now=now + LEASE + timedelta(seconds=12))

    _settle(late, Outcome(status=500, failure=Failure.STATUS), now + LEASE + timedelta(seconds=13))

    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_a_kind_of_a_plugin_that_is_off_is_neither_offered_nor_sent(server, webhook, plug, portal) -> None:
    plug("station")
    kinds.offer("station.opened", "A station has opened", plugin="station")
    try:
        assert "station.opened" in kinds.offered()
        told, secret = register_webhook(client=portal, url=server.url, kinds=["station.opened"], actor=SYSTEM)
        server.handler.secret = secret
        post(kind="station.opened", payload={})
        disable_plugin(slug="station", actor=SYSTEM, reason="x")

        assert "station.opened" not in kinds.offered()
        send_due()

        skipped = told.deliveries.get()
        assert (skipped.state, skipped.failure, skipped.next_at) == ("SKIPPED", "OFF", None)
        assert server.asked == []
        enable_plugin(slug="station", actor=SYSTEM, reason="x")
        replay_delivery(delivery=skipped, actor=SYSTEM)
        send_due()
        assert len(server.heard) == 1
    finally:
        kinds.withdraw("station.opened")


def test_what_waits_for_a_webhook_or_client_that_ended_is_not_sent(server, webhook, portal) -> None:
    delivery = waiting()
    end_webhook(webhook=webhook, actor=SYSTEM, reason="over")
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.failure) == ("SKIPPED", "ENDED")

    other, _secret = register_webhook(client=portal, url=server.url, kinds=[KIND], actor=SYSTEM)
    waiting()
    revoke_client(client=portal, actor=SYSTEM, reason="over")
    send_due()

    assert other.deliveries.get().state == DeliveryState.SKIPPED
    assert server.asked == []
    post(kind=KIND, payload={})
    assert Delivery.objects.count() == 2


def test_a_delivery_is_replayed_under_its_number(server, webhook) -> None:
    delivery = waiting()
    with pytest.raises(Conflict):
        replay_delivery(delivery=delivery, actor=SYSTEM)
    send_due()
    delivery.refresh_from_db()

    replay_delivery(delivery=delivery, actor=SYSTEM)
    assert send_due() == 1

    first, second = server.asked
    assert first["X-CivicNet-Delivery"] == second["X-CivicNet-Delivery"]
    # The receiver had it already.
    assert len(server.heard) == 1


@pytest.mark.parametrize("limit", ["STEP_SECONDS", "WHOLE_SECONDS"])
def test_a_receiver_that_takes_too_long_is_cut_off(server, webhook, monkeypatch, limit) -> None:
    ended = threading.Event()
    server.before = lambda: ended.wait(5)
    monkeypatch.setattr(outgoing, limit, 0.05)
    delivery = waiting()

    send_due()
    ended.set()

    delivery.refresh_from_db()
    assert (delivery.state, delivery.failure, delivery.status) == ("FAILED", "TIMEOUT", None)


def test_an_endless_answer_is_not_read_to_its_end(server, webhook) -> None:
    sent = []

    def pour(handler: Any) -> None:
        handler.rfile.read(int(handler.headers["Content-Length"]))
        handler.send_response(200)
        handler.end_headers()
        try:
            for _chunk in range(1000):
                handler.wfile.write(b"x" * 65536)
                sent.append(1)
        except OSError:
            pass

    server.handler.do_POST = pour
    delivery = waiting()

    send_due()

    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED
    assert len(sent) < 1000


def test_what_is_over_is_forgotten_after_thirty_days_and_what_waits_is_not(webhook) -> None:
    over, open_one = waiting(), waiting()
    Delivery.objects.filter(pk=over.pk).update(state="DELIVERED", next_at=None)
    later = timezone.now() + KEPT

    assert purge(now=later - timedelta(minutes=1)) == 0
    assert purge(now=later + timedelta(minutes=1)) == 1
    assert Delivery.objects.get().pk == open_one.pk
