"""The breaker: a hook that fails again and again rests in all processes, is tried by one, and comes back by itself."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from civicnet.contract import Act, Conflict, DeskTab, hookimpl
from civicnet.lifecycle import faults
from civicnet.lifecycle.breaker import LONGEST, open_breaker, take_probe
from civicnet.lifecycle.generation import bump, generation
from civicnet.lifecycle.hooks import PluginFailed, ask_leave, collect
from civicnet.lifecycle.models import HookBreaker
from civicnet.lifecycle.snapshot import read, using
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
SLUG, HOOK = "broken", "desk_tabs"


class Moody:
    """A plugin that raises while ``error`` is set, and counts how often it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked = 0

    def _ask(self) -> list[Any]:
        self.asked += 1
        if self.error:
            raise self.error
        return []

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        return self._ask()

    @hookimpl
    def content_blocks(self) -> list[Any]:
        return self._ask()

    @hookimpl
    def object_to(self, act: Act) -> None:
        self._ask()


def requests(number: int) -> None:
    """As many requests that ask for the desk's tabs, each with a picture of its own."""
    for _time in range(number):
        with using(read(None)):
            collect(HOOK)


def opened(hook: str = HOOK, *, due: bool = False, trips: int = 1) -> HookBreaker:
    """A breaker that is open, its next try still to come or due."""
    wait = timedelta(seconds=-1 if due else 60)
    row = HookBreaker.objects.create(slug=SLUG, hook=hook, retry_at=timezone.now() + wait, trips=trips)
    bump()
    return row


def waits() -> float:
    return float(round((HookBreaker.objects.get(slug=SLUG).retry_at - timezone.now()).total_seconds(), -1))


def test_five_errors_within_a_minute_stop_the_hook_in_all_processes(plug: Plug) -> None:
    plugin = Moody(ValueError("broken"))
    plug(SLUG, plugin)
    before = generation()

    requests(4)
    assert not HookBreaker.objects.exists()
    requests(1)

    assert HookBreaker.objects.get().reason == "ValueError: broken"
    assert waits() == 60
    # Every process compares this number at its next request, and then reads which breakers are open.
    assert generation() == before + 1
    assert (SLUG, HOOK) in read(None).tripped

    requests(3)
    assert plugin.asked == 5


def test_errors_that_are_rare_stop_nothing(plug: Plug, monkeypatch: pytest.MonkeyPatch) -> None:
    plug(SLUG, Moody(ValueError("broken")))
    clock = [timezone.now()]
    monkeypatch.setattr(faults.timezone, "now", lambda: clock[0])

    for _time in range(6):
        requests(1)
        clock[0] += timedelta(seconds=20)

    assert not HookBreaker.objects.exists()


def test_other_hooks_of_the_plugin_are_called_as_before(plug: Plug) -> None:
    plugin = Moody()
    plug(SLUG, plugin)
    opened()

    with using(read(None)):
        ask_leave(Act())

    assert plugin.asked == 1


def test_while_open_a_hook_fails_by_its_policy_without_being_called(plug: Plug) -> None:
    plugin = Moody()
    plug(SLUG, plugin)
    for hook in (HOOK, "object_to"):
        opened(hook)
    failed: list[str] = []

    with using(read(None)):
        collect(HOOK, failed=failed)
        with pytest.raises(PluginFailed):
            ask_leave(Act())

    assert failed == [SLUG]
    assert plugin.asked == 0


def test_a_try_that_succeeds_closes_it(plug: Plug) -> None:
    plugin = Moody()
    plug(SLUG, plugin)
    opened(due=True)
    before = generation()

    requests(2)

    assert plugin.asked == 2
    assert not HookBreaker.objects.exists()
    assert generation() == before + 1


def test_an_objection_is_an_answer_to_a_try_too(plug: Plug) -> None:
    plug(SLUG, Moody(Conflict("Not yet.")))
    opened("object_to", due=True)

    with using(read(None)), pytest.raises(Conflict, match="Not yet"):
        ask_leave(Act())

    assert not HookBreaker.objects.exists()


def test_each_try_that_fails_doubles_the_wait(plug: Plug) -> None:
    plugin = Moody(ValueError("still broken"))
    plug(SLUG, plugin)
    opened(due=True)

    requests(2)

    assert plugin.asked == 1
    assert (waits(), HookBreaker.objects.get().trips) == (120, 2)
    HookBreaker.objects.update(retry_at=timezone.now())
    bump()
    requests(1)
    assert (waits(), HookBreaker.objects.get().trips) == (240, 3)


def test_the_wait_has_an_end(plug: Plug) -> None:
    plug(SLUG, Moody(ValueError("still broken")))
    opened(due=True, trips=30)

    requests(1)

    assert waits() == LONGEST.total_seconds()


def test_processes_that_see_the_same_failures_open_it_once() -> None:
    for _process in range(4):
        open_breaker(SLUG, HOOK, reason="seen by all")

    assert (waits(), HookBreaker.objects.get().trips) == (60, 1)


@pytest.mark.django_db(transaction=True)
def test_one_caller_tries_and_the_others_go_on_without() -> None:
    row = opened(due=True)

    assert [take_probe(SLUG, HOOK) for _caller in range(3)] == [True, False, False]

    # Whoever died over it does not keep the try for ever.
    HookBreaker.objects.filter(pk=row.pk).update(probing_until=timezone.now())
    assert take_probe(SLUG, HOOK)


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_try_inside_somebodys_transaction() -> None:
    opened(due=True)
    answers: list[bool] = []

    def another() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 2000")
            answers.append(take_probe(SLUG, HOOK))
            with transaction.atomic():
                answers.append(take_probe(SLUG, HOOK))
        finally:
            connection.close()

    with transaction.atomic():
        assert take_probe(SLUG, HOOK)
        thread = Thread(target=another)
        thread.start()
        thread.join()

    assert answers == [False, False]
