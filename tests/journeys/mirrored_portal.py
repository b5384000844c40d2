"""A portal that mirrors: it is told by a webhook, reads the article over GraphQL, shows it, and says so; and what asks every
place at once whether an article still stands there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, unquote
from urllib.request import Request, urlopen

# What an administrator does on the screens of clients and channels, and an editor on that of the column.
SET_UP = """
import sys
import django
django.setup()
from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation
from civicnet.delivery.services import register_webhook
from civicnet_publicity.channels.portal import EVENT
from civicnet_publicity.models import ColumnPage
from civicnet_publicity.services import keep_channel
url, column = sys.argv[1:]
scopes = ["publicity.read", "publicity.confirm"]
top = Organisation.get_first_root_node()
client, key = create_client(name="演示镜像门户", organisation=top, scopes=scopes, actor=SYSTEM, reason="演示")
register_webhook(client=client, url=url, kinds=[EVENT], actor=SYSTEM)
channel = keep_channel(actor=SYSTEM, name="演示镜像门户", kind="publicity.portal", values={"client": str(client.pk)})
page = ColumnPage.objects.get(title=column)
page.channels = [channel]
page.save_revision().publish()
print(key)
"""
READ = "query ($id: ID) { publicityArticle(id: $id) { title } }"
CONFIRM = """mutation ($id: ID!, $edition: Int!) {
    publicityConfirmDelivery(article: $id, edition: $edition) { errors { code } }
}"""


@dataclass
class Portal:
    """What it shows, by the article's id."""

    graphql: str
    key: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    def told(self, message: Mapping[str, Any]) -> None:
        """Do what a message says, and confirm it."""
        about = {"id": message["article"]}
        found = ask(self.graphql, READ, about, self.key)["data"]["publicityArticle"]
        if found is None or message["act"] == "WITHDRAW":
            self.shown.pop(message["article"], None)
        else:
            self.shown[message["article"]] = found["title"]
        assert ask(self.graphql, CONFIRM, about | {"edition": message["edition"]}, self.key)["data"]


@contextmanager
def mirroring(city: Any, *, column: str) -> Iterator[Portal]:
    """A portal for the length of a block, to which the articles of a column go."""
    portal = Portal(f"{city.government}/graphql/")

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()
            Thread(target=portal.told, args=[body["data"]]).start()

        def log_message(self, *_given: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        command = [sys.executable, "-c", SET_UP, f"http://127.0.0.1:{server.server_port}/", column]
        done = subprocess.run(command, env=city.environment, check=True, capture_output=True, text=True)
        portal.key = done.stdout.strip().splitlines()[-1]
        yield portal
    finally:
        server.shutdown()
        server.server_close()


def ask(graphql: str, query: str, variables: Mapping[str, Any], key: str = "") -> Any:
    """An answer of GraphQL."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    body = json.dumps({"query": query, "variables": variables}).encode()
    with urlopen(Request(graphql, body, headers), timeout=20) as answer:
        return json.load(answer)


def places(city: Any, portal: Portal, *, addresses: list[str], title: str, slug: str) -> dict[str, Any]:
    """Everywhere an article may be found, with what says whether it is: pages, feeds, sitemap, search, GraphQL, the portal."""
    listed = "{ publicityArticles(first: 20) { nodes { title } } }"
    one = "query ($slug: String) { publicityArticle(slug: $slug) { title } }"
    hosts = [city.government, city.party]
    pages = [
        *addresses,
        *(f"{host}{path}" for host in hosts for path in ("/", "/feeds/rss.xml")),
    ]
    return {
        **{page: lambda page=page: title in text_of(page) for page in pages},
        # A search says what was asked, found or not: there it is the address that counts.
        **{
            f"search {host}": lambda host=host: slug in unquote(text_of(f"{host}/search/?q={title}").split("<main")[1])
            for host in hosts
        },
        "sitemap": lambda: slug in text_of(f"{city.government}/sitemap-pages.xml"),
        **{
            f"graphql {name} {bool(key)}": lambda q=query, k=key: (
                title in json.dumps(ask(portal.graphql, q, {"slug": slug}, k), ensure_ascii=False)
            )
            for name, query in (("list", listed), ("article", one))
            for key in ("", portal.key)
        },
        "portal": lambda: title in portal.shown.values(),
    }


def text_of(address: str) -> str:
    """What a reader's browser is sent, whatever the status."""
    told = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", "Accept": "text/html"}
    try:
        with urlopen(Request(quote(address, safe=":/?=&%"), headers=told), timeout=20) as answer:
            found: str = answer.read().decode()
    except HTTPError as refusal:
        found = refusal.read().decode()
    return found


def standing(where: Mapping[str, Any]) -> set[str]:
    """Where it stands now; all are asked at once."""
    with ThreadPoolExecutor(8) as pool:
        return {name for name, found in zip(where, pool.map(lambda one: one(), where.values()), strict=True) if found}


def wait_until(where: Mapping[str, Any], wanted: set[str], *, seconds: float) -> float:
    """Ask until it stands just there; how many seconds that took from now."""
    began = time.monotonic()
    while (found := standing(where)) != wanted:
        assert time.monotonic() - began < seconds, f"after {seconds} s it stands at {sorted(found ^ wanted)}"
        time.sleep(0.1)
    return time.monotonic() - began
