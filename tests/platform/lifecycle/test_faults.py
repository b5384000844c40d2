"""Faults: what a plugin raised is kept once per kind, counted, and fit to be shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from civicnet.contract import DeskTab, hookimpl
from civicnet.lifecycle.hooks import collect
from civicnet.lifecycle.models import HookTiming, PluginFault
from civicnet.lifecycle.snapshot import read, using
from civicnet.lifecycle.tally import write_all_tallies
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db


class Unspeakable(Exception):
    """Fails even when it is asked what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


class Raising:
    """A plugin that raises one error after the other, and then answers."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)

    @hookimpl
    def desk_tabs(self) -> list[DeskTab]:
        if self.errors:
            raise self.errors.pop(0)
        return []


def ask(times: int = 1) -> None:
    for _time in range(times):
        with using(read(None)):
            collect("desk_tabs")


def faults(slug: str) -> list[tuple[str, str, int]]:
    return list(PluginFault.objects.filter(slug=slug).order_by("error").values_list("error", "message", "times"))


def test_one_row_is_kept_per_kind_with_its_count_and_the_last_words(plug: Plug) -> None:
    plug("broken", Raising(ValueError("one"), KeyError("k"), ValueError("two")))

    ask(3)

    assert faults("broken") == [("KeyError", "'k'", 1), ("ValueError", "two", 2)]
    row = PluginFault.objects.get(slug="broken", error="ValueError")
    assert row.hook == "desk_tabs"
    assert "in desk_tabs" in row.trace
    assert row.first_at < row.last_at


def test_nothing_is_written_before_the_request_is_over(plug: Plug) -> None:
    plug("broken", Raising(ValueError("one")))

    with using(read(None)):
        collect("desk_tabs")
        assert faults("broken") == []

    assert faults("broken") == [("ValueError", "one", 1)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("nul \0 inside"), "nul � inside"),
        (ValueError("half a sign \udc80"), "half a sign ?"),
        (Unspeakable(), "(RuntimeError in its own words)"),
        (ValueError("no worker has 13812345678"), "no worker has 138****5678"),
        (ValueError("x" * 5000), "x" * 2000),
    ],
)
def test_whatever_an_error_says_can_be_kept_and_shown(plug: Plug, error: BaseException, words: str) -> None:
    plug("broken", Raising(error))

    ask()

    assert [message for _error, message, _times in faults("broken")] == [words]


def test_the_time_of_each_hook_is_written_with_its_calls(plug: Plug) -> None:
    plug("timed", Raising(ValueError("slow to fail")))

    ask(3)
    write_all_tallies()
    ask(2)
    write_all_tallies()

    row = HookTiming.objects.get(slug="timed", hook="desk_tabs")
    assert (row.day, row.calls) == (timezone.localdate(), 5)
    assert 0 < row.slowest_ms <= row.total_ms


def test_a_plugin_that_answers_leaves_no_fault(plug: Plug, caplog: Any) -> None:
    plug("good", Raising())

    ask()

    assert faults("good") == []
    assert "good" not in caplog.text
