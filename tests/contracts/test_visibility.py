"""Who sees what: every kind of row at every door, asked by every role, on a world whose answers are known.

Each question is asked twice by those who may not see the far rows: before these exist and after. The answers must be the
same to the letter, so that no total, no order, no error and no filter tells of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from visibility_matrix import CLOSED, KEPT, PROBES, ROWS, WATCHERS
from visibility_walk import Answer, Probe, Watcher, alike, answer, sign_in
from visibility_world import FAR, NEAR, World, add_far, build

from civicnet.testing.doors import all_doors, models

# It takes long: on the second database those are asked whose rows lie in a part of the city, for they see by conditions on
# paths, which databases compare each in its own way; at the doors that show rows to their role in some place, and one of them
# at every door.
ON_BOTH = {
    "anonymous",
    "administrator",
    "editor",
    "auditor",
    "supervisor",
    "worker",
    "dispatcher",
    "handler",
    "assessor",
    "data_officer",
}
ON_BOTH |= {"portal", "other_portal", "drafts_portal"}
ASKED = [one for one in WATCHERS if connection.vendor == "sqlite" or one.name in ON_BOTH]
# A few watchers at a time in one world, which is dear to build.
WORLDS = 6 if connection.vendor == "sqlite" else 2
GROUPS = [ASKED[start::WORLDS] for start in range(WORLDS)]
# They hold for the whole city what others hold near the near rows.
CITYWIDE = [one for one in WATCHERS if one.name == f"city_{one.role}"]


@pytest.fixture
def world(city, settings, tmp_path) -> World:
    """The near rows and everybody's session."""
    settings.MEDIA_ROOT = tmp_path
    made = build(city)
    sign_in(made)
    return made


def name(probe: Probe) -> str:
    return " ".join((probe.doors[0], probe.place, probe.label)).strip()


def questions(watcher: Watcher) -> list[Probe]:
    """What this watcher asks. Whoever holds a role for the whole city asks where it sees something: the same role is asked at
    every door near the near rows, and at the others by ``make soak``."""
    if watcher not in CITYWIDE and (connection.vendor == "sqlite" or watcher.role == "supervisor"):
        return list(PROBES)
    anywhere = replace(watcher, places=frozenset({NEAR, FAR}))
    return [probe for probe in PROBES if probe.expected(anywhere)]


def compared(watcher: Watcher) -> list[Probe]:
    """Questions to which the far rows may make no difference for this watcher. Asked twice on one database: it takes long."""
    if connection.vendor != "sqlite":
        return []
    return [probe for probe in PROBES if FAR not in watcher.places and not probe.by_address and not probe.tells]


def wrong(answers: dict[Probe, Answer], watcher: Watcher) -> Iterator[str]:
    """Cells that are not as the matrix says."""
    for probe, given in answers.items():
        expected = probe.expected(watcher)
        if given.status >= 500:
            yield f"{watcher.name}: {name(probe)}: answered {given.status}"
        if surplus := given.marks - expected:
            yield f"{watcher.name}: {name(probe)}: showed {sorted(surplus)}"
        if missing := expected - given.marks:
            yield f"{watcher.name}: {name(probe)}: did not show {sorted(missing)}"


@pytest.mark.long
@pytest.mark.parametrize("watchers", GROUPS, ids=lambda group: " ".join(one.name for one in group))
def test_everybody_sees_what_is_theirs_and_nothing_else_at_any_door(world: World, watchers: list[Watcher]) -> None:
    before = {watcher: [answer(probe, world, watcher) for probe in compared(watcher)] for watcher in watchers}
    add_far(world)
    after = {watcher: {probe: answer(probe, world, watcher) for probe in questions(watcher)} for watcher in watchers}

    told = [
        f"{watcher.name}: {name(probe)}"
        for watcher in watchers
        for probe, given in zip(compared(watcher), before[watcher], strict=True)
        if not alike(given, after[watcher][probe], world)
    ]

    assert [one for watcher in watchers for one in wrong(after[watcher], watcher)] == []
    assert told == [], "the answer tells of rows that the watcher may not see"


@pytest.mark.soak
def test_a_role_for_the_whole_city_opens_no_further_door(world: World) -> None:
    add_far(world)

    after = {watcher: {probe: answer(probe, world, watcher) for probe in PROBES} for watcher in CITYWIDE}

    assert [one for watcher in CITYWIDE for one in wrong(after[watcher], watcher)] == []


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
