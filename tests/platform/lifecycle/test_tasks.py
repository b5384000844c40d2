"""Tasks of plugins: not begun while the plugin is off, and not run if it was switched off while they waited."""

from __future__ import annotations

from typing import Any

import pytest
from django_tasks import TaskResultStatus
from django_tasks.base import TaskContext
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.faults import flush
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.snapshot import current
from civicnet.lifecycle.tasks import SKIPPED, PluginOff, plugin_task

pytestmark = pytest.mark.django_db
RAN: list[Any] = []
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "exchange"]}}


@plugin_task(plugin="tower", queue_name="exchange")
def ring(times: int) -> int:
    """Ring."""
    RAN.append((times, current().is_on("tower")))
    return times


@plugin_task(plugin="tower")
def crack() -> None:
    """Fail."""
    raise RuntimeError("boom")


@plugin_task(plugin="tower", takes_context=True)
def count(context: TaskContext) -> int:
    """Count the tries."""
    return context.attempt


@pytest.fixture(autouse=True)
def tower(plug: Any) -> None:
    RAN.clear()
    plug("tower")


def off() -> None:
    disable_plugin(slug="tower", actor=SYSTEM, reason="test")


def work() -> None:
    """What the worker does for each waiting task, without its loop, which closes the test's connection."""
    worker = Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    )
    for waiting in DBTaskResult.objects.ready():
        waiting.claim(worker.worker_id)
        worker.run_task(waiting)


def test_a_task_runs_on_the_newest_picture() -> None:
    assert ring.enqueue(3).return_value == 3
    assert RAN == [(3, True)]
    assert ring.queue_name == "exchange"
    assert count.enqueue().return_value == 1


@pytest.mark.parametrize("backend", [None, DATABASE])
def test_nothing_is_begun_while_the_plugin_is_off(settings: Any, backend: Any) -> None:
    settings.TASKS = backend or settings.TASKS
    off()

    with pytest.raises(PluginOff) as refusal:
        ring.enqueue(3)

    assert refusal.value.code == "PLUGIN_OFF"
    assert "tower" in str(refusal.value)
    assert RAN == []
    assert not DBTaskResult.objects.exists()


def test_what_waited_while_the_plugin_was_switched_off_is_skipped(settings: Any) -> None:
    settings.TASKS = DATABASE
    waiting = ring.using(priority=5).enqueue(3)
    off()

    work()

    waiting.refresh()
    assert waiting.status == TaskResultStatus.SUCCESSFUL
    assert waiting.return_value == SKIPPED == {"status": "SKIPPED", "reason": "plugin_disabled"}
    assert RAN == []
    enable_plugin(slug="tower", actor=SYSTEM, reason="test")
    again = ring.enqueue(4)
    work()
    again.refresh()
    assert again.return_value == 4
    assert RAN == [(4, True)]


@pytest.mark.parametrize("backend", [None, DATABASE])
def test_a_task_that_fails_is_named(settings: Any, backend: Any) -> None:
    settings.TASKS = backend or settings.TASKS
    result = crack.enqueue()
    if backend:
        work()
        result.refresh()

    flush()
    assert result.status == TaskResultStatus.FAILED
    assert list(PluginFault.objects.values_list("slug", "hook", "message")) == [("tower", "task crack", "boom")]
