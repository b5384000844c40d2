"""Kept answers across processes: a reader after a commit never gets older content, whichever process answers."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from installation import Installation

pytestmark = pytest.mark.django_db

WORKERS = 3
ASK = {"query": "{ hotlineCategories { nodes { code name } } publicityColumns { url } }"}
# Writes from inside the server: two rows, each counted up by itself, one of them slowly; and a site that moves.
PROBE = """
import time

from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient, ApiKey, Organisation
from civicnet.contract import Route, hookimpl
from civicnet.lifecycle.activation import enable_plugin
from civicnet_hotline.models import Category
from civicnet_publicity.models import ColumnPage


def begin(request):
    for slug in ("grid", "hotline", "publicity"):
        enable_plugin(slug=slug, actor=SYSTEM, reason="test")
    for code in ("quick", "slow"):
        Category.objects.create(code=code, name="0", group="help")
    column = Site.objects.get().root_page.add_child(instance=ColumnPage(title="News", slug="news"))
    column.save_revision().publish()
    return HttpResponse("begun")


def write(request, code, number):
    with transaction.atomic():
        Category.objects.filter(code=code).update(name=str(number))
        # On SQLite writers wait for each other, so that none commits in the wrong order.
        if code == "slow" and connection.vendor == "postgresql":
            time.sleep(0.25)
    return HttpResponse("committed")


def move(request, host):
    site = Site.objects.get()
    site.hostname = host
    site.save()
    return HttpResponse("moved")


def portal(request, name):
    top = Organisation.get_first_root_node() or Organisation.add_root(code="99", name="City", kind="CITY")
    return HttpResponse(create_client(name=name, organisation=top, scopes=["grid.read"], actor=SYSTEM)[1])


def decide(request, name):
    keys = ApiKey.objects.filter(client__name=name)
    if name == "revoked":
        keys.update(revoked_at=timezone.now())
    elif name == "expired":
        keys.update(expires_at=timezone.now())
    else:
        ApiClient.objects.filter(name=name).update(networks=["192.0.2.0/24"])
    return HttpResponse("decided")


@hookimpl
def routes():
    patterns = [
        path("begin/", begin),
        path("write/<str:code>/<int:number>/", write),
        path("move/<str:host>/", move),
        path("portal/<str:name>/", portal),
        path("decide/<str:name>/", decide),
    ]
    return [Route(prefix="p/probe/", urlpatterns=patterns)]
"""


@pytest.fixture
def installation(tmp_path: Path, copied_database: str) -> Installation:
    made = Installation(tmp_path, copied_database)
    made.install("probe", plugin=PROBE)
    made.switch_on("probe")
    return made


def test_no_reader_gets_what_was_before_a_commit_that_had_returned(installation: Installation) -> None:
    committed: list[tuple[float, str, int]] = []
    answers: list[tuple[float, str, dict[str, int]]] = []
    ending = threading.Event()

    def write(code: str, times: int) -> None:
        for number in range(1, times + 1):
            assert installation.ask(f"/p/probe/write/{code}/{number}/").status == 200
            committed.append((time.monotonic(), code, number))
            time.sleep(0.03)

    def read() -> None:
        while not ending.is_set():
            got = installation.ask("/graphql/", ASK)
            nodes = got.json()["data"]["hotlineCategories"]["nodes"]
            answers.append(
                (got.asked_at, got.process, {one["code"]: int(one["name"]) for one in nodes if one["name"].isdigit()})
            )

    with installation.serving(workers=WORKERS):
        assert installation.ask("/p/probe/begin/").status == 200
        readers = [threading.Thread(target=read) for _one in range(2)]
        writers = [threading.Thread(target=write, args=one) for one in (("quick", 30), ("slow", 6))]
        for one in (*readers, *writers):
            one.start()
        for one in writers:
            one.join()
        time.sleep(0.2)
        ending.set()
        for one in readers:
            one.join()

        for host in ("one.example", "two.example"):
            assert installation.ask(f"/p/probe/move/{host}/").status == 200
            for _time in range(4 * WORKERS):
                (column,) = installation.ask("/graphql/", ASK).json()["data"]["publicityColumns"]
                assert column["url"] == f"http://{host}/news/"

        for name in ("revoked", "expired", "ranged"):
            key = installation.ask(f"/p/probe/portal/{name}/").body.decode()
            served = [asked_with(installation, key) for _time in range(4 * WORKERS)]
            assert {status for _process, status in served} == {200}
            assert len({process for process, _status in served}) > 1
            assert installation.ask(f"/p/probe/decide/{name}/").status == 200
            # Refused, or refused so often that they are not told apart any more.
            refused = [asked_with(installation, key) for _time in range(4 * WORKERS)]
            assert {status for _process, status in refused} <= {401, 429}

    assert len(answers) > 40
    assert len({process for _at, process, _seen in answers}) == WORKERS
    for asked_at, process, seen in answers:
        for code in ("quick", "slow"):
            expected = max((number for at, name, number in committed if name == code and at <= asked_at), default=0)
            assert seen[code] >= expected, f"process {process} answered {json.dumps(seen)} after {code} {expected}"


def asked_with(installation: Installation, key: str) -> tuple[str, int]:
    """Which process answered a portal, and how."""
    got = installation.ask("/graphql/", ASK, headers={"Authorization": f"Bearer {key}"})
    return got.process, got.status
