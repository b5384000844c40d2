"""Two channels whose senders are killed while an office writes: ``python channel_kills.py ARTICLES KILLS SEED``.

Each sender is a forked process and dies by SIGKILL, also in the middle of a send. In the end a folder and a portal hold exactly
what was wished last of each article; no portal heard of anything older than what it had heard already, and the same twice
only under the same number. It prints how often it killed, and what one delivery costs, or fails with what differs.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
from django.conf import settings

SENDERS = 2
SOON = timedelta(seconds=0.2)
# Longer than anything here takes to send, and short enough to outlive the dead soon.
LEASE = timedelta(seconds=2)


class Receiver(BaseHTTPRequestHandler):
    """A portal that notes what it hears, in the order in which it hears it, and is moody."""

    protocol_version = "HTTP/1.1"
    heard: Path
    chance: random.Random

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        mood = self.chance.random()
        if mood < 0.02:
            time.sleep(0.1)
        takes = not 0.02 < mood < 0.03
        line = json.dumps({"number": self.headers["X-CivicNet-Delivery"], "takes": takes, **body["data"]})
        with self.heard.open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")
        self.send_response(204 if takes else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""


def forked(work: Callable[[], None]) -> int:
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:  # noqa: BLE001 — the parent sees the status
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


@contextmanager
def receiving(heard: Path, seed: int) -> Iterator[str]:
    Receiver.heard, Receiver.chance = heard, random.Random(seed)
    heard.touch()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    child = forked(server.serve_forever)
    server.socket.close()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def send_for_ever() -> None:
    from civicnet.delivery.sending import send_due
    from civicnet_publicity.services.delivering import deliver_due

    while True:
        if not deliver_due() + send_due():
            time.sleep(0.02)


def write(articles: list[int], seed: int, acts: int) -> None:
    """The office: corrects, takes down and publishes again, what has been sent and what has not."""
    from civicnet_publicity.models import ArticlePage

    chance = random.Random(seed)
    for number in range(acts):
        page = ArticlePage.objects.get(pk=chance.choice(articles))
        if page.live and chance.random() < 0.5:
            page.unpublish()
        else:
            page.title = f"更正{number}"
            page.save_revision().publish()
        time.sleep(chance.uniform(0, 0.05))


def town(address: str) -> tuple[Any, Any, Any]:
    """A column whose articles go to a folder and to a portal; returns it, the folder and the portal's client."""
    from wagtail.models import Page, Site

    from civicnet.access.actors import SYSTEM
    from civicnet.access.clients import create_client
    from civicnet.access.models import Organisation
    from civicnet.access.organisations import load_divisions
    from civicnet.delivery.services import register_webhook
    from civicnet.lifecycle.activation import enable_plugin
    from civicnet.testing.people import DIVISIONS
    from civicnet_publicity.channels.portal import EVENT
    from civicnet_publicity.models import ColumnPage, HomePage
    from civicnet_publicity.services import keep_channel

    enable_plugin(slug="publicity", actor=SYSTEM, reason="test")
    load_divisions(divisions=DIVISIONS, actor=SYSTEM)
    place = Organisation.objects.get(code="222403")
    scopes = ["publicity.read", "publicity.confirm"]
    client, _key = create_client(name="演示门户", organisation=place, scopes=scopes, actor=SYSTEM)
    register_webhook(client=client, url=address, kinds=[EVENT], actor=SYSTEM)
    folder = keep_channel(actor=SYSTEM, name="演示文件夹", kind="publicity.files", values={})
    values = {"client": str(client.pk)}
    portal = keep_channel(actor=SYSTEM, name="演示门户", kind="publicity.portal", values=values)
    root = Page.get_first_root_node() or Page.add_root(title="Root")
    home = root.add_child(instance=HomePage(title="a", slug="a", issuer_code="000000000"))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "gov.test", "root_page": home})
    column = home.add_child(instance=ColumnPage(title="c", slug="c0"))
    column.channels = [folder, portal]
    column.save()
    return column, folder, client


def publish(column: Any, count: int) -> list[int]:
    from django.utils import timezone

    from civicnet_publicity.models import ArticlePage
    from civicnet_publicity.services import follow_channels

    now = timezone.now()
    for number in range(count):
        dates = {"first_published_at": now, "last_published_at": now}
        page = ArticlePage(title=f"演示{number}", slug=f"a{number}", body=[("paragraph", "<p>演示</p>")], **dates)
        column.add_child(instance=page)
        follow_channels(article=page)
    return list(ArticlePage.objects.order_by("pk").values_list("pk", flat=True))


def held() -> int:
    """The memory of this process, in KiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def cost(rows: int) -> dict[str, float]:
    """What one delivery costs where nobody disturbs it: one sender, so many rows of each channel."""
    from django.db import connection

    from civicnet.delivery.sending import send_due
    from civicnet_publicity.models import ChannelDelivery
    from civicnet_publicity.services.delivering import deliver_due

    told: dict[str, float] = {}
    for name, send in (("channels", deliver_due), ("webhooks", send_due)):
        statements = 0

        def count(execute: Any, *given: Any) -> Any:
            nonlocal statements
            statements += 1
            return execute(*given)

        before, began, sent = held(), time.perf_counter(), 0
        numbers = list(ChannelDelivery.objects.order_by("pk").values_list("pk", flat=True)[: rows * 2])
        with connection.execute_wrapper(count):
            sent = send(only=numbers) if send is deliver_due else send()
        seconds = time.perf_counter() - began
        told |= {
            f"{name}": sent,
            f"{name} a second": round(sent / seconds, 1),
            f"{name}, statements each": round(statements / max(sent, 1), 1),
            f"{name}, KiB grown": held() - before,
        }
    return told


def kill(kills: int, chance: random.Random, done: Callable[[], bool]) -> int:
    """Let senders send and die until so many have, and then until all is through; returns how many died."""
    senders, killed = [forked(send_for_ever) for _ in range(SENDERS)], 0
    until = time.monotonic() + 900
    try:
        while killed < kills or not done():
            assert time.monotonic() < until, "it does not come to its end"
            time.sleep(chance.uniform(0.02, 0.4))
            if killed < kills:
                number = chance.randrange(SENDERS)
                os.kill(senders[number], signal.SIGKILL)
                assert os.WIFSIGNALED(os.waitpid(senders[number], 0)[1]), "a sender ended by itself"
                senders[number], killed = forked(send_for_ever), killed + 1
    finally:
        for child in senders:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return killed


def through() -> bool:
    from civicnet.delivery.models import OPEN, Delivery
    from civicnet_publicity.models import CHANNEL_OPEN, ChannelDelivery

    open_ones = ChannelDelivery.objects.filter(state__in=CHANNEL_OPEN).exists()
    return not open_ones and not Delivery.objects.filter(state__in=OPEN).exists()


def check(heard: Path, folder: Any, client: Any, killed: int) -> dict[str, int]:
    from civicnet.access.actors import client_actor
    from civicnet.gateway.ids import to_global_id
    from civicnet_publicity.channels.files import folder_of
    from civicnet_publicity.models import ArticlePage, ChannelDelivery
    from civicnet_publicity.services import confirm_delivery

    live = dict(ArticlePage.objects.values_list("pk", "live"))
    rows = list(ChannelDelivery.objects.select_related("channel").order_by("pk"))
    assert {(row.wish == "PUBLISH") for row in rows if live[row.article]} == {True}
    messages = [json.loads(line) for line in heard.read_text(encoding="utf-8").splitlines()]
    last: dict[str, dict[str, Any]] = {}
    numbers: dict[tuple[str, int], str] = {}
    taken: set[str] = set()
    twice = 0
    for message in messages:
        name, edition = message["article"], message["edition"]
        before = last.get(name, {"edition": 0})["edition"]
        assert edition >= before, f"{message} came after {last[name]}"
        assert numbers.setdefault((name, edition), message["number"]) == message["number"], "a second number"
        last[name] = message
        twice += message["number"] in taken
        taken |= {message["number"]} if message["takes"] else set()
    # At least once: what was sent by a process that could not note it any more.
    assert twice <= killed, f"{twice} came again that had been taken"
    manifest = json.loads((folder_of(folder.pk) / "manifest.json").read_text(encoding="utf-8"))
    for row in rows:
        name = to_global_id("PublicityArticle", row.article)
        stands = row.wish == "PUBLISH"
        assert stands == live[row.article], row
        if row.channel_id == folder.pk:
            assert (row.state, row.there) == ("ARRIVED", row.edition if stands else None), vars(row)
            held = manifest["articles"].get(name)
            assert (held and held["edition"]) == row.there, vars(row)
        elif row.tried_at is None:
            assert not stands and name not in last, vars(row)
        else:
            told = last[name]
            assert (told["act"], told["edition"], row.state) == (row.wish, row.edition, "SENT"), (told, vars(row))
            confirm_delivery(actor=client_actor(client), article=row.article, edition=told["edition"])
    assert not ChannelDelivery.objects.exclude(state="ARRIVED").exists()
    written = {place.name for place in (folder_of(folder.pk) / "articles").iterdir()}
    named = {Path(one["folder"]).name for one in manifest["articles"].values()}
    assert written == named, f"files that no manifest names: {sorted(written - named)}"
    return {"heard": len(messages), "refused": sum(not one["takes"] for one in messages), "twice": twice}


def main(articles: int, kills: int, seed: int) -> None:
    # What is written here is sent by the senders alone.
    settings.TASKS["default"]["BACKEND"] = "django_tasks.backends.dummy.DummyBackend"
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    django.setup()
    from civicnet.delivery import sending
    from civicnet_publicity.services import delivering

    sending.LEASE = delivering.LEASE = LEASE
    sending.WAITS, delivering.WAITS = (SOON,) * 100, (SOON,) * 100
    heard = Path(settings.CIVICNET_CHANNEL_FOLDER).parent / "heard"
    heard.parent.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    with receiving(heard, seed) as address:
        column, folder, client = town(address)
        numbers = publish(column, articles)
        told = cost(min(articles // 4, 100))
        office = forked(lambda: write(numbers, seed, articles // 4 + 10))
        began = time.perf_counter()
        killed = kill(kills, chance, lambda: through() and os.waitpid(office, os.WNOHANG)[0] == office)
        seconds = time.perf_counter() - began
    told |= {"killed": killed, "seconds": round(seconds, 1)}
    sys.stdout.write(json.dumps(told | check(heard, folder, client, killed)) + "\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
