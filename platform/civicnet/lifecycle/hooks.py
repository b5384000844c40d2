"""Hook calls: the only path from the host into plugin code, and always through the gate.

One failing plugin never stops the others unless the hook says so. pluggy itself stops at the first exception, so the loop
over the implementations is ours.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from civicnet.contract import Act, CivicNetError, Event, Failure, Policy, policy
from civicnet.lifecycle.answers import check_answer
from civicnet.lifecycle.breaker import take_probe
from civicnet.lifecycle.faults import note_failure, note_success, note_time, told
from civicnet.lifecycle.labels import plugin_label
from civicnet.lifecycle.listeners import tell_rooms
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import Snapshot, current
from civicnet.lifecycle.watchdog import watched


class HookError(RuntimeError):
    """A plugin failed in a hook whose failures stop the call; the message names both."""


class PluginFailed(CivicNetError):
    """A plugin that has a say in an act could not give it, so the act does not happen."""

    code = "PLUGIN_FAILED"
    status = 503

    def __init__(self, slug: str) -> None:
        asked = _(
            "The plugin %(plugin)s must agree to this and does not answer. Try again later, or tell your administrator."
        )
        super().__init__(asked % {"plugin": plugin_label(slug)})


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one plugin answered."""

    plugin: str
    value: Any


def collect(name: str, *, failed: list[str] | None = None, **arguments: Any) -> list[Contribution]:
    """Ask every plugin that is on, in order of loading. ``failed`` takes the slugs of those that could not answer.

    Raises:
        HookError: an implementation raised and the hook is strict.
        CivicNetError: an implementation objected, and the hook is one that may; ``PluginFailed`` if it could not say.
    """
    return list(_ask(name, current(), arguments, failed=failed))


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


def one_of(slug: str, name: str, **arguments: Any) -> Contribution | None:
    """Ask one loaded plugin, on or off; None when it does not implement the hook, or failed and the hook isolates."""
    return next(_ask(name, None, arguments, starting=False, only=slug), None)


def first(name: str, **arguments: Any) -> Contribution | None:
    """Ask until one answers with something other than None."""
    return next((one for one in _ask(name, current(), arguments) if one.value is not None), None)


def announce(event: Event) -> None:
    """Tell everybody after the transaction has committed; an error in one is logged and the others still hear."""
    transaction.on_commit(partial(_tell, event, current()))


def ask_leave(act: Act) -> None:
    """Ask every plugin that is on whether an act may happen; inside the transaction of the act, before it changes anything.

    Raises:
        CivicNetError: a plugin objects, in its own words; ``PluginFailed`` when one could not say.
    """
    collect("object_to", act=act)


def _tell(event: Event, snapshot: Snapshot) -> None:
    # The host's own rooms first: they do not wait for a plugin that hangs.
    tell_rooms(event)
    for _heard in _ask("hear", snapshot, {"event": event}):
        pass


def _ask(
    name: str,
    snapshot: Snapshot | None,
    arguments: dict[str, Any],
    *,
    starting: bool | None = None,
    only: str | None = None,
    failed: list[str] | None = None,
) -> Iterator[Contribution]:
    if starting is None:
        starting = snapshot is None and settings.CIVICNET_LOAD_POLICY != "strict"
    caller = getattr(registry.manager.hook, name)
    failure = policy(caller.spec.function).failure
    # Who is asked whether on or off is asked whatever happened before: while the host starts, and about personal data.
    stopped = {} if snapshot is None else snapshot.tripped
    # pluggy keeps the last registered at the end and calls from there; we call in order of loading.
    for implementation in caller.get_hookimpls():
        slug = implementation.plugin_name
        if (only is not None and slug != only) or (snapshot is not None and not snapshot.is_on(slug)):
            continue
        try:
            value = _call(implementation, caller.spec.function, arguments, stopped)
        except CivicNetError:
            # Its own words: an objection, in a hook that takes them.
            raise
        except _Unanswered as unanswered:
            if starting:
                registry.note(slug, f"{name}: {unanswered}")
            elif failure is Failure.STRICT:
                raise HookError(f"plugin {slug} failed in {name}: {unanswered}") from unanswered.__cause__
            elif failure is Failure.VETO:
                raise PluginFailed(slug) from unanswered.__cause__
            if failed is not None:
                failed.append(slug)
            continue
        yield Contribution(slug, value)


class _Unanswered(Exception):
    """The implementation raised, or is not called for now."""


def _call(
    implementation: Any,
    specification: Any,
    arguments: Mapping[str, Any],
    stopped: Mapping[tuple[str, str], float],
) -> Any:
    slug, name, terms = implementation.plugin_name, specification.__name__, policy(specification)
    retry_at = stopped.get((slug, name))
    probing = retry_at is not None
    if retry_at is not None and not (retry_at <= time.time() and take_probe(slug, name)):
        raise _Unanswered("it failed too often, and is not called for now")
    wanted = {key: arguments[key] for key in implementation.argnames}
    began = time.perf_counter()
    try:
        with watched(slug, name, terms.seconds), _savepoint(terms):
            value = implementation.function(**wanted)
            check_answer(specification, value)
    # The one place where a stranger's code runs inside ours: everything it raises is caught, named and counted.
    except (Exception, SystemExit) as error:
        if not (isinstance(error, CivicNetError) and terms.failure is Failure.VETO):
            note_failure(slug, name, error, probing=probing)
            raise _Unanswered(f"{type(error).__name__}: {told(error)}") from error
        # An objection is an answer, also to a try.
        if probing:
            note_success(slug, name)
        raise
    finally:
        note_time(slug, name, time.perf_counter() - began)
    if probing:
        note_success(slug, name)
    return value


def _savepoint(terms: Policy) -> AbstractContextManager[Any]:
    # Also what only reads gets one where a transaction is open: PostgreSQL refuses everything after a failed statement.
    return transaction.atomic() if terms.writes or connection.in_atomic_block else nullcontext()
