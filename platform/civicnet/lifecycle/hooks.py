"""Hook calls: the only path from the host into plugin code, and always through the gate.

One failing plugin never stops the others unless the hook says so. pluggy itself stops at the first exception, so the loop
over the implementations is ours.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from civicnet.contract import Event, Failure, policy
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import Snapshot, current

logger = logging.getLogger(__name__)


class HookError(RuntimeError):
    """A plugin failed in a hook whose failures stop the call; the message names both."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one plugin answered."""

    plugin: str
    value: Any


def collect(name: str, **arguments: Any) -> list[Contribution]:
    """Ask every plugin that is on, in order of loading.

    Raises:
        HookError: an implementation raised and the hook is strict.
    """
    return list(_ask(name, current(), arguments))


def gather(name: str, **arguments: Any) -> list[Contribution]:
    """Ask every loaded plugin, on or off: for surfaces that are registered once per process and gated inside.

    A plugin that fails here does not keep the host from starting unless the load policy is strict; the plugin screen
    names it.
    """
    return list(_ask(name, None, arguments))


def everyone(name: str, **arguments: Any) -> list[Contribution]:
    """Ask every loaded plugin, on or off: what a plugin holds does not vanish by switching it off.

    Raises:
        HookError: an implementation raised and the hook is strict, also where the host starts leniently.
    """
    return list(_ask(name, None, arguments, starting=False))


def first(name: str, **arguments: Any) -> Contribution | None:
    """Ask until one answers with something other than None."""
    return next((one for one in _ask(name, current(), arguments) if one.value is not None), None)


def announce(event: Event) -> None:
    """Tell everybody after the transaction has committed; an error in one is logged and the others still hear."""
    transaction.on_commit(partial(_tell, event, current()))


def _tell(event: Event, snapshot: Snapshot) -> None:
    for _heard in _ask("hear", snapshot, {"event": event}):
        pass


def _ask(
    name: str, snapshot: Snapshot | None, arguments: dict[str, Any], *, starting: bool | None = None
) -> Iterator[Contribution]:
    if starting is None:
        starting = snapshot is None and settings.CIVICNET_LOAD_POLICY != "strict"
    caller = getattr(registry.manager.hook, name)
    failure = policy(caller.spec.function)
    # pluggy keeps the last registered at the end and calls from there; we call in order of loading.
    for implementation in caller.get_hookimpls():
        slug = implementation.plugin_name
        if snapshot is not None and not snapshot.is_on(slug):
            continue
        wanted = {key: arguments[key] for key in implementation.argnames}
        try:
            value = implementation.function(**wanted)
        # The one place where a stranger's code runs inside ours: everything it raises is caught, named and counted.
        except (Exception, SystemExit) as error:
            if failure is Failure.STRICT and not starting:
                raise HookError(f"plugin {slug} failed in {name}: {error}") from error
            logger.exception("plugin %s failed in %s", slug, name)
            if starting:
                registry.note(slug, f"{name}: {type(error).__name__}: {error}")
            continue
        yield Contribution(slug, value)
