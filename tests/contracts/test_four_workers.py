"""Four processes under load: a switch is seen whole by every request after it, and by none in halves."""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path

import pytest
from installation import Answer, Installation

# What all processes read before each request is one number, of which databases know nothing apart.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

WORKERS = 4
ASK = {"query": "{ platform { plugins { slug enabled } } hotlineCategories { nodes { id } } }"}
# What a stranger sees of the hotline at both ends of a slow request, and a way to move its switch without a browser.
PROBE = """
import json, time

from django.http import HttpResponse
from django.urls import path

from civicnet.access.actors import SYSTEM
from civicnet.contract import Route, hookimpl
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.snapshot import current


def look():
    tabs = {one.plugin for one in collect("desk_tabs")}
    return [current().is_on("hotline"), "hotline" in tabs]


def slow(request):
    before = look()
    time.sleep(0.02)
    return HttpResponse(json.dumps([*before, *look()]))


def switch(request, state):
    act = enable_plugin if state == "on" else disable_plugin
    act(slug="hotline", actor=SYSTEM, reason="test")
    return HttpResponse("moved")


@hookimpl
def routes():
    patterns = [path("slow/", slow), path("switch/<str:state>/", switch)]
    return [Route(prefix="p/probe/", urlpatterns=patterns)]
"""


@pytest.fixture
def installation(tmp_path: Path, copied_database: str) -> Installation:
    made = Installation(tmp_path, copied_database)
    made.install("probe", plugin=PROBE)
    made.switch_on("grid", "hotline", "publicity", "probe")
    return made


def is_on(answer: Answer) -> bool:
    """Whether one answer shows the hotline; an answer that shows it in part is a mixture, and fails."""
    told = answer.json()
    if isinstance(told, list):
        assert len(set(told)) == 1, f"two sets in one request: {told}"
        return bool(told[0])
    if "data" in told:
        (listed,) = (one["enabled"] for one in told["data"]["platform"]["plugins"] if one["slug"] == "hotline")
        assert listed is True, "the schema of one set, the list of another"
        return True
    assert told["errors"][0]["extensions"]["code"] == "PLUGIN_DISABLED"
    return False


def wait_for_all(answers: list[Answer], *, since: float) -> None:
    """Until each process has answered something that was asked since a moment."""
    until = time.monotonic() + 60
    while len({one.process for one in answers.copy() if one.asked_at >= since}) < WORKERS:
        assert time.monotonic() < until, "a process answers nothing"
        time.sleep(0.05)


def test_every_request_after_a_switch_sees_it_whole_in_all_processes(installation: Installation) -> None:
    answers: list[Answer] = []
    ending = threading.Event()

    def load(path: str, body: object) -> None:
        while not ending.is_set():
            answers.append(installation.ask(path, body))

    with installation.serving(workers=WORKERS):
        work = [("/graphql/", ASK), ("/graphql/", ASK), ("/p/probe/slow/", None), ("/p/probe/slow/", None)]
        threads = [threading.Thread(target=load, args=one) for one in work]
        for one in threads:
            one.start()
        moves: list[tuple[float, float, bool]] = []
        wait_for_all(answers, since=0.0)
        for on in (False, True, False, True, False):
            began = time.monotonic()
            assert installation.ask(f"/p/probe/switch/{'on' if on else 'off'}/").status == 200
            done = time.monotonic()
            moves.append((began, done, on))
            wait_for_all(answers, since=done)
        ending.set()
        for one in threads:
            one.join()

    assert {one.status for one in answers} <= {200}, installation.log()
    for (_asked, done, on), (next_asked, _done, _on) in itertools.pairwise([*moves, (float("inf"), 0.0, False)]):
        after = [one for one in answers if one.asked_at >= done and one.answered_at < next_asked]
        assert {is_on(one) for one in after} == {on}
        assert {one.process for one in after} == {one.process for one in answers}
    assert len({one.process for one in answers}) == WORKERS
