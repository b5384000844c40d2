"""Django's task interface over Celery: what is enqueued goes to the broker that ``CIVICNET_TASKS`` names."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import TASK_MAX_PRIORITY, TASK_MIN_PRIORITY, Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued
from django_tasks.utils import get_random_id, normalize_json

try:
    from civicnet_site.celery_app import app, run
except ModuleNotFoundError as error:
    raise ImproperlyConfigured(
        "CIVICNET_TASKS names a broker, and Celery is missing: pip install civicnet[celery]"
    ) from error

# Celery's levels; brokers of messages let the highest pass first, Redis the lowest.
_HIGHEST = 9


class CeleryBackend(BaseTaskBackend):
    """Sends tasks. Results are not to be asked for, and none is put off to a later time: our schedules do that."""

    supports_async_task = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Hand a task over to the broker; where a transaction is open, once that is through, and not at all if it fails.

        A worker would not see before what the task is about. What has been written by then stays, whether or not the broker
        answers; a task that it does not take in is logged.

        Raises:
            OperationalError: of kombu; no transaction is open, and the broker does not answer. Rows that wait for the task are
                found by their schedules.
        """
        self.validate_task(task)
        given = normalize_json({"args": list(args), "kwargs": dict(kwargs)})
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=given["args"],
            kwargs=given["kwargs"],
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        # A failure is passed on where somebody hears of it before anything is kept.
        transaction.on_commit(lambda: self._send(result), robust=transaction.get_connection().in_atomic_block)
        return result

    def _send(self, result: TaskResult[Any]) -> None:
        task = result.task
        run.apply_async(
            args=(task.module_path, result.args, result.kwargs, self.alias),
            task_id=result.id,
            queue=task.queue_name,
            priority=_level(task.priority),
        )
        task_enqueued.send(type(self), task_result=result)


def _level(priority: int) -> int:
    level = (priority - TASK_MIN_PRIORITY) * _HIGHEST // (TASK_MAX_PRIORITY - TASK_MIN_PRIORITY)
    return _HIGHEST - level if str(app.conf.broker_url).startswith("redis") else level
