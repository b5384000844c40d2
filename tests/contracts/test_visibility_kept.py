"""Who sees what of kept answers: asked again, everybody gets what is theirs, and nobody what was kept for another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from visibility_graphql import GRAPHQL
from visibility_walk import Answer, Probe, Watcher
from visibility_watchers import WATCHERS
from visibility_world import NEAR, World, add_far, build

from civicnet.gateway.cache.front import Front
from civicnet.testing.serving import Served, keeping_answers, serve

# Whoever is signed in is answered anew each time.
ASKING = [one for one in WATCHERS if one.name == "anonymous" or one.name.endswith("portal")]
# What is shown to nobody is not there to be kept for another.
QUESTIONS = [one for one in GRAPHQL if one.shows and not one.label.startswith("mutation")]


@dataclass
class Caller:
    """As much of a test client as a question needs: it brings no cookie."""

    server: Front
    cookies: dict[str, str] = field(default_factory=dict)

    def post(self, _path: str, data: str, *, headers: dict[str, str], **_named: Any) -> Served:
        sent = {name: text for name, text in headers.items() if name != "x-csrftoken"}
        return serve(data.encode(), headers={"accept-language": "zh-hans", **sent}, server=self.server)


def test_what_is_kept_for_one_caller_is_shown_to_no_other(city: Any, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    world = build(city)
    add_far(world)
    caller = Caller(Front(WSGIHandler()))
    with keeping_answers():
        rounds = [[ask(world, caller, *cell) for cell in cells()] for _round in range(2)]

    wrong = [
        f"{watcher.name}: {probe.label} {probe.place}: {sorted(marks ^ probe.expected(watcher))}"
        for answers in rounds
        for (watcher, probe), served in zip(cells(), answers, strict=True)
        if (marks := Answer(served.status, served.body.decode()).marks) != probe.expected(watcher)
    ]
    assert wrong == []
    kept = [cell for cell, served in zip(cells(), rounds[1], strict=True) if served.statements == 1]
    assert {watcher for watcher, _probe in kept} == set(ASKING)
    # Not kept are errors, what is made for one call, and what brings the feed forward.
    assert len(kept) > len(cells()) * 0.7


def cells() -> list[tuple[Watcher, Probe]]:
    """Every question, asked by one caller right after the other."""
    return [(watcher, probe) for probe in QUESTIONS for watcher in ASKING]


def ask(world: World, caller: Caller, watcher: Watcher, probe: Probe) -> Served:
    key = world.keys.get(watcher.name)
    headers = {"authorization": f"Bearer {key}"} if key else {}
    served: Served = probe.ask(world, caller, headers, probe.place or NEAR)  # type: ignore[arg-type]
    return served
