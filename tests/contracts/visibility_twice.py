"""Asked with the far rows and without them: which answers tell of rows that the watcher may not see.

What an answer says, it has from statements. Where each statement of a question brings the same rows with the far rows and
without them, the answer without them is known; all others are asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from visibility_walk import Answer, Probe, Watcher, alike, answer
from visibility_world import World, add_far

from civicnet.lifecycle import snapshot
from civicnet.lifecycle.tally import forget_counts

Statement = tuple[str, tuple[Any, ...]]
Questions = dict[Watcher, list[Probe]]
# They neither read rows nor say how many they met. Whatever else a question does, it is asked again.
_TELL_NOTHING = ("SAVEPOINT ", "RELEASE SAVEPOINT ", "ROLLBACK TO SAVEPOINT ")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back with the far rows, and what was read for it; ``known``, whether nothing else was done for it."""

    answer: Answer
    read: frozenset[Statement]
    known: bool


def ask_twice(
    world: World, asked: Questions, compared: Questions
) -> tuple[dict[Watcher, dict[Probe, Answer]], list[tuple[Watcher, Probe]]]:
    """The answers with the far rows, and of the questions to be ``compared``, which are among them, those that are answered
    otherwise without them. The world is left as it was."""
    far = replace(world, ids=dict(world.ids))
    cells = dict.fromkeys((watcher, probe) for watcher, probes in compared.items() for probe in probes)
    heard: dict[tuple[Watcher, Probe], Heard] = {}
    with _undone():
        add_far(far)
        for cell in [(watcher, probe) for watcher, probes in asked.items() for probe in probes]:
            heard[cell] = _heard(far, *cell, listen=cell in cells)
        read = {statement for cell in cells for statement in heard[cell].read}
        with_far = _rows(read)
    without = _rows(read)
    told = [
        (watcher, probe)
        for watcher, probe in cells
        if not _stands(heard[watcher, probe], with_far, without)
        and not alike(answer(probe, world, watcher), heard[watcher, probe].answer, far)
    ]
    return {
        watcher: {probe: heard[watcher, probe].answer for probe in probes} for watcher, probes in asked.items()
    }, told


def _heard(world: World, watcher: Watcher, probe: Probe, *, listen: bool) -> Heard:
    if not listen:
        return Heard(answer(probe, world, watcher), frozenset(), known=False)
    read: set[Statement] = set()
    other: list[str] = []

    def hear(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT "):
            read.add((sql, tuple(params or ())))
        elif not sql.startswith(_TELL_NOTHING):
            other.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        given = answer(probe, world, watcher)
    return Heard(given, frozenset(read), not other)


def _rows(statements: Iterable[Statement]) -> dict[Statement, list[Any]]:
    found = {}
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params or None)
            found[sql, params] = cursor.fetchall()
    return found


def _stands(heard: Heard, with_far: dict[Statement, list[Any]], without: dict[Statement, list[Any]]) -> bool:
    return heard.known and all(with_far[statement] == without[statement] for statement in heard.read)


@contextmanager
def _undone() -> Iterator[None]:
    around: Any = transaction.atomic()
    # As the transaction around a whole test: what is kept from request to request is kept here too, until it ends.
    around._from_testcase = True
    with around:
        yield
        transaction.set_rollback(True)
    cache.clear()
    snapshot.forget()
    forget_counts()
