"""Celery as the engine of background work: its application, and the one task of its that runs all of ours.

``civicnet work`` starts its worker; ``celery -A civicnet_site.celery_app worker`` starts one without our schedules.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from celery import Celery
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext, TaskError, TaskResult, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import get_exception_traceback, get_module_path
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicnet_site.settings.production")

_ANSWERS_WITHIN = 5.0


def _options(address: str) -> dict[str, Any]:
    """What a broker must know beside its address: one of files is told its folder by the address's path.

    One of Redis may take connections and say nothing. A person waits behind what is sent, so nobody waits for ever; a worker
    that waits for messages asks each second anew.
    """
    if address.startswith(("redis:", "rediss:", "redis+", "rediss+", "sentinel:")):
        return {"socket_connect_timeout": _ANSWERS_WITHIN, "socket_timeout": _ANSWERS_WITHIN}
    if not address.startswith("filesystem:"):
        return {}
    folder = Path(unquote(urlsplit(address).path))
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    messages, control = str(folder / "messages"), str(folder / "control")
    return {"data_folder_in": messages, "data_folder_out": messages, "control_folder": control}


app = Celery("civicnet")
app.conf.update(
    broker_url="filesystem://" if settings.CIVICNET_TASKS.startswith("filesystem:") else settings.CIVICNET_TASKS,
    broker_transport_options=_options(settings.CIVICNET_TASKS),
    broker_connection_retry_on_startup=True,
    # A worker waits for its broker as long as that takes, and a person only once more.
    broker_connection_max_retries=None,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0.2, "interval_step": 0, "interval_max": 0.2},
    task_queues=[Queue(name) for name in settings.TASKS["default"]["QUEUES"]],
    task_default_queue="default",
    # Results of ours are rows; nobody asks Celery for any.
    task_ignore_result=True,
    # Who may write to the broker must not be able to make us run what they like.
    accept_content=["json"],
    task_serializer="json",
    # A long import holds back nothing that another process could do.
    worker_prefetch_multiplier=1,
    # The host's own settings say what is logged, and where.
    worker_hijack_root_logger=False,
    enable_utc=True,
    timezone=settings.TIME_ZONE,
)


@app.task(name="civicnet.run", bind=True)
def run(self: Any, path: str, args: list[Any], kwargs: dict[str, Any], backend: str) -> None:
    """Run one of our tasks, by its module's path and name.

    Raises:
        TypeError: what stands there is no task.
        Whatever the task raises, once ``task_finished`` has told of it.
    """
    task = import_string(path)
    if not isinstance(task, Task):
        raise TypeError(f"{path} is no task")
    began = timezone.now()
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=self.request.id,
        status=TaskResultStatus.RUNNING,
        enqueued_at=None,
        started_at=began,
        last_attempted_at=began,
        finished_at=None,
        args=args,
        kwargs=kwargs,
        backend=backend,
        errors=[],
        worker_ids=[str(self.request.hostname)],
    )
    task_started.send(sender=type(task.get_backend()), task_result=result)
    try:
        task.call(*([TaskContext(task_result=result)] if task.takes_context else []), *args, **kwargs)
    except Exception as error:
        error_told = TaskError(
            exception_class_path=get_module_path(type(error)), traceback=get_exception_traceback(error)
        )
        result.errors.append(error_told)
        _end(result, TaskResultStatus.FAILED)
        raise
    _end(result, TaskResultStatus.SUCCESSFUL)


def _end(result: TaskResult[Any], status: TaskResultStatus) -> None:
    # As the library's own backends do: its results are frozen for everybody but them.
    object.__setattr__(result, "finished_at", timezone.now())
    object.__setattr__(result, "status", status)
    task_finished.send(sender=type(result.task.get_backend()), task_result=result)
