"""A hook that hangs costs one process, once: the watchdog ends it, names the culprit, and nobody calls that hook any more."""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest
from installation import Installation

# About processes; the database has no part in it.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]

SECONDS = 1.5
# Loops without ever leaving Python's hands; one that slept would be the easy case.
HANGING = """
from civicnet.contract import hookimpl


@hookimpl
def desk_tabs():
    while True:
        pass
"""
ASKING = """
import json

from django.http import HttpResponse
from django.urls import path

from civicnet.contract import DeskTab, Route, hookimpl
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.models import HookBreaker, PluginFault


def ask(request):
    return HttpResponse(json.dumps([one.plugin for one in collect("desk_tabs")]))


def faults(request):
    told = {"faults": list(PluginFault.objects.values_list("slug", "hook", "error", "times")),
            "breakers": list(HookBreaker.objects.values_list("slug", "hook"))}
    return HttpResponse(json.dumps(told))


@hookimpl
def desk_tabs():
    return [DeskTab("asking", "desk", "·")]


@hookimpl
def routes():
    return [Route(prefix="p/asking/", urlpatterns=[path("ask/", ask), path("faults/", faults)])]
"""


@pytest.fixture
def installation(tmp_path: Path, copied_database: str) -> Installation:
    made = Installation(tmp_path, copied_database, extra={"CIVICNET_HOOK_SECONDS": str(SECONDS)})
    made.install("asking", plugin=ASKING)
    made.install("hanging", plugin=HANGING)
    made.switch_on("asking", "hanging")
    return made


def both_processes(installation: Installation) -> set[str]:
    """The two that answer; an idle machine lets one of them answer many times in a row."""
    seen: set[str] = set()
    until = time.monotonic() + 30
    while len(seen) < 2 and time.monotonic() < until:
        with ThreadPoolExecutor(4) as callers:
            seen |= {one.process for one in callers.map(installation.ask, ["/p/asking/faults/"] * 8)}
    return seen


def written(installation: Installation) -> dict[str, list[list[object]]]:
    """What was written down, once the breaker is open. Who waits behind the hanging call is cut off with it."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError, HTTPException):
            told = installation.ask("/p/asking/faults/", timeout=5).json()
            if told["breakers"]:
                return dict(told)
        time.sleep(0.1)
    raise AssertionError(f"no breaker has opened:\n{installation.log()}")


def test_a_hanging_hook_is_ended_named_and_not_called_again(installation: Installation) -> None:
    with installation.serving(workers=2):
        before = both_processes(installation)
        began = time.monotonic()
        with pytest.raises((OSError, HTTPException)):
            installation.ask("/p/asking/ask/")
        hung_for = time.monotonic() - began
        told = written(installation)
        answers = [installation.ask("/p/asking/ask/") for _time in range(20)]
        after = both_processes(installation)

    assert SECONDS <= hung_for < SECONDS + 3
    assert told == {"faults": [["hanging", "desk_tabs", "HookHung", 1]], "breakers": [["hanging", "desk_tabs"]]}
    # Every process goes on without that hook, and nobody waits.
    assert {(one.status, *one.json()) for one in answers} == {(200, "asking")}
    assert len(before) == len(after) == 2
    assert len(before & after) == 1
    assert f"plugin hanging hangs in desk_tabs: process {(before - after).pop()} is ended" in installation.log()
