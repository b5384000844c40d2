"""Who sees what: every kind of row at every door, asked by every role, on a world whose answers are known.

Each question is asked twice by those who may not see the far rows: before these exist and after. The answers must be the
same to the letter, so that no total, no order, no error and no filter tells of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from visibility_matrix import CLOSED, KEPT, PROBES, ROWS, WATCHERS
from visibility_walk import Answer, Probe, Watcher, alike, answer, sign_in
from visibility_world import FAR, NEAR, World, add_far, build

from civicnet.testing.doors import all_doors, models


@pytest.fixture
def world(city, settings, tmp_path) -> World:
    """The near rows and everybody's session."""
    settings.MEDIA_ROOT = tmp_path
    made = build(city)
    sign_in(made)
    return made


def name(probe: Probe) -> str:
    return " ".join((probe.doors[0], probe.place, probe.label)).strip()


def wrong(answers: list[Answer], watcher: Watcher) -> Iterator[str]:
    """Cells that are not as the matrix says."""
    for probe, given in zip(PROBES, answers, strict=True):
        expected = probe.expected(watcher)
        if given.status >= 500:
            yield f"{name(probe)}: answered {given.status}"
        if surplus := given.marks - expected:
            yield f"{name(probe)}: showed {sorted(surplus)}"
        if missing := expected - given.marks:
            yield f"{name(probe)}: did not show {sorted(missing)}"


@pytest.mark.parametrize("watcher", WATCHERS, ids=lambda watcher: watcher.name)
def test_everybody_sees_what_is_theirs_and_nothing_else_at_any_door(world: World, watcher: Watcher) -> None:
    asked = [probe for probe in PROBES if FAR not in watcher.places and not probe.by_address]
    before = [answer(probe, world, watcher) for probe in asked]
    add_far(world)
    after = [answer(probe, world, watcher) for probe in PROBES]

    again = [given for probe, given in zip(PROBES, after, strict=True) if probe in asked]
    told = [name(probe) for probe, one, two in zip(asked, before, again, strict=True) if not alike(one, two, world)]

    assert list(wrong(after, watcher)) == []
    assert told == [], "the answer tells of rows that the watcher may not see"


def test_every_model_has_a_line() -> None:
    assert models() == ROWS.keys() | KEPT.keys()


def test_every_door_has_a_line(db: None) -> None:
    asked = {door for probe in PROBES for door in probe.doors}
    closed = {door for door in all_doors() if any(re.fullmatch(pattern, door) for pattern in CLOSED)}

    assert all_doors() - asked - closed == set(), "add it to tests/contracts/visibility_matrix.py"
    assert asked - all_doors() == set(), "this door is gone"
    assert [pattern for pattern in CLOSED if not any(re.fullmatch(pattern, door) for door in all_doors())] == []


def test_every_kind_of_row_is_seen_by_somebody_so_that_not_seeing_it_means_something() -> None:
    seen = {mark for probe in PROBES for watcher in WATCHERS for mark in probe.expected(watcher)}
    kinds = {kind for marks in ROWS.values() for kind in marks.split()}

    assert kinds - {mark.split()[1] for mark in seen} == set()
    assert {mark.split()[0] for mark in seen} == {NEAR, FAR}
