"""Tasks of plugins: asked about the switch twice, when they are put into the queue and when they come out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME, TaskResult
from django_tasks.base import DEFAULT_TASK_PRIORITY, Task

from civicnet.contract import Conflict
from civicnet.lifecycle.isolation import Isolation
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.snapshot import current, read, using

# What a task returns that came out of the queue while its plugin was off. It is not put back: whoever needs it done asks anew.
SKIPPED = {"status": "SKIPPED", "reason": "plugin_disabled"}
_LONGEST = 3600


class PluginOff(Conflict):
    """The plugin is off, so that nothing is begun in its name."""

    code = "PLUGIN_OFF"

    def __init__(self, slug: str) -> None:
        super().__init__(_("%(plugin)s is switched off. Switch it on first.") % {"plugin": plugin_label(slug)})


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginTask(Task[Any, Any]):
    """A task that knows whose it is."""

    plugin: str

    def enqueue(self, *args: Any, **kwargs: Any) -> TaskResult[Any]:
        """Put it into the queue.

        Raises:
            PluginOff: its plugin is off.
        """
        self._require_on()
        # Not super(): a dataclass with slots is another class than the one that is being written here.
        return Task.enqueue(self, *args, **kwargs)

    async def aenqueue(self, *args: Any, **kwargs: Any) -> TaskResult[Any]:
        """The same, for callers who wait otherwise."""
        from asgiref.sync import sync_to_async

        await sync_to_async(self._require_on)()
        return await Task.aenqueue(self, *args, **kwargs)

    def _require_on(self) -> None:
        if not current().is_on(self.plugin):
            raise PluginOff(self.plugin)


def plugin_task(
    *,
    plugin: str,
    queue_name: str = DEFAULT_TASK_QUEUE_NAME,
    priority: int = DEFAULT_TASK_PRIORITY,
    backend: str = DEFAULT_TASK_BACKEND_ALIAS,
    takes_context: bool = False,
    seconds: float = _LONGEST,
) -> Callable[[Callable[..., Any]], PluginTask]:
    """Make a function of a plugin's module a task. ``django_tasks.task`` is for the host alone.

    It runs on the newest picture of the union of sites. An error is noted with the plugin's name, and its result is FAILED;
    a task whose plugin is off by then is not run, and its result is ``SKIPPED``.
    """

    def declare(function: Callable[..., Any]) -> PluginTask:
        place = Isolation(plugin, f"task {function.__name__}"[:64], strict=True, savepoint=False, seconds=seconds)

        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with using(read(None)) as snapshot:
                if not snapshot.is_on(plugin):
                    return SKIPPED
                return place.call(lambda: function(*args, **kwargs), otherwise=None)

        return PluginTask(
            func=run,
            plugin=plugin,
            queue_name=queue_name,
            priority=priority,
            backend=backend,
            takes_context=takes_context,
        )

    return declare
