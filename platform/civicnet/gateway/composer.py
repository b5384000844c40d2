"""Composition: one schema per set of plugins that is on, made by one thread while whoever has theirs goes on.

The finished map is searched for types of plugins outside the set. A set that cannot be composed is served without the
plugin that does not fit.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from django.conf import settings
from graphql import GraphQLSchema, print_schema

from civicnet.contract import BatchLoader, Draft, Feed, NodeLoader
from civicnet.gateway.building import ComposeError, Roots, build, owned_types, validated
from civicnet.gateway.content.site_settings import Teller
from civicnet.gateway.defined import NOTHING, Definitions, defined_within, forget_defined
from civicnet.gateway.federation import federation
from civicnet.gateway.parts import Part, forget_parts, owner_of, parts, reason
from civicnet.gateway.sunset import retire
from civicnet.lifecycle.registry import registry

__all__ = ["ComposeError", "Composed", "compose", "forget", "owner_of", "parts"]

logger = logging.getLogger(__name__)
_KEPT = 32
# How long a thread waits for another that builds the same, before it makes do with less.
_PATIENCE = 10
# When a set that could not be composed whole is tried again, in seconds.
_AGAIN = 60


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished schema with what the view needs beside it.

    ``nodes`` and ``batches`` load the nodes of each type, one or many at once; ``feeds`` are the types that can be mirrored,
    ``drafts`` those that can be previewed, ``site_settings`` who tells what of sites.
    ``retired`` maps types of plugins in sunset that had nodes to these plugins. ``again_at``: something is missing, and
    from then on it is tried again.
    """

    schema: GraphQLSchema
    sdl: str
    digest: str
    nodes: Mapping[str, NodeLoader]
    batches: Mapping[str, BatchLoader]
    feeds: Mapping[str, Feed]
    drafts: Mapping[str, Draft]
    site_settings: Mapping[str, Teller]
    retired: Mapping[str, str]
    again_at: float | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    enabled: frozenset[str]
    sunset: frozenset[str]
    defined: Definitions

    def holds(self, other: _Wanted) -> bool:
        known = set(other.defined) <= set(self.defined)
        return known and other.enabled <= self.enabled and other.sunset <= self.sunset

    @property
    def within(self) -> frozenset[str]:
        return self.enabled | self.sunset


_composed: OrderedDict[_Wanted, Composed] = OrderedDict()
_running: dict[_Wanted, Future[Composed]] = {}
# Held for a look at these two, never while something is built.
_lock = Lock()


def compose(
    enabled: frozenset[str], sunset: frozenset[str] = frozenset(), defined: Definitions | None = None
) -> Composed:
    """The schema for a set of plugins that are on, and of some that are off and answer null; built once, and kept.

    It holds the types of what people have defined in these plugins, as ``defined`` has it or, by itself, as it is now.

    Raises:
        ComposeError: the set does not fit together and the load policy is strict; otherwise what does not fit is left out.
    """
    known = defined_within(enabled | sunset) if defined is None else defined
    wanted = _Wanted(enabled, sunset - enabled, known)
    with _lock:
        found = _composed.get(wanted)
        if found is not None:
            _composed.move_to_end(wanted)
            if found.again_at is None or time.monotonic() < found.again_at:
                return found
        running = _running.get(wanted)
        if running is None:
            mine = _running[wanted] = Future()
    if running is not None:
        return found or _wait(running, wanted)
    return _run(mine, wanted)


def forget() -> None:
    """Drop everything built so far: the set of loaded plugins itself has changed, as only a test does."""
    with _lock:
        _composed.clear()
        _core_alone.cache_clear()
        forget_parts()
        forget_defined()


def _run(mine: Future[Composed], wanted: _Wanted) -> Composed:
    try:
        made = _made(wanted)
    except BaseException as error:
        with _lock:
            del _running[wanted]
        mine.set_exception(error)
        raise
    with _lock:
        _composed[wanted] = made
        if len(_composed) > _KEPT:
            _composed.popitem(last=False)
        del _running[wanted]
    mine.set_result(made)
    return made


def _wait(running: Future[Composed], wanted: _Wanted) -> Composed:
    try:
        return running.result(timeout=_PATIENCE)
    except TimeoutError:
        logger.error("a schema takes longer than %s seconds to build: %s", _PATIENCE, sorted(wanted.enabled))
        return _best_within(wanted)


def _best_within(wanted: _Wanted) -> Composed:
    """The richest schema at hand that holds nothing outside the set."""
    with _lock:
        fitting = [(len(one.enabled), made) for one, made in _composed.items() if wanted.holds(one)]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else _core_alone()


@lru_cache(maxsize=1)
def _core_alone() -> Composed:
    return _finish([], [], _Wanted(frozenset(), frozenset(), NOTHING))


def _made(wanted: _Wanted) -> Composed:
    chosen = [part for slug, part in parts().items() if slug in wanted.enabled or slug in wanted.sunset]
    retired = [part for part in chosen if part.plugin in wanted.sunset]
    try:
        return _finish(chosen, retired, wanted)
    # What plugins wrote into their types runs in here; each was checked alone, so it is their meeting that fails.
    except (Exception, SystemExit) as error:
        if settings.CIVICNET_LOAD_POLICY == "strict":
            raise ComposeError(f"{', '.join(sorted(wanted.enabled))}: {error}") from error
        logger.exception("plugins do not fit into one schema: %s", sorted(wanted.enabled))
    return replace(_without_culprits(chosen, retired, wanted), again_at=time.monotonic() + _AGAIN)


def _without_culprits(chosen: Sequence[Part], retired: Sequence[Part], wanted: _Wanted) -> Composed:
    made, fitting = _core_alone(), list[Part]()
    for part in chosen:
        try:
            made = _finish([*fitting, part], [one for one in retired if one in (*fitting, part)], wanted)
            fitting.append(part)
        except (Exception, SystemExit) as error:
            logger.exception("the GraphQL part of plugin %s does not fit to the others", part.plugin)
            registry.note(part.plugin, reason(error))
    return made


def _finish(chosen: Sequence[Part], retired: Sequence[Part], wanted: _Wanted) -> Composed:
    at_hand = {part.plugin for part in chosen}
    types = tuple(kind for one in wanted.defined if one.plugin in at_hand for kind in one.types)
    on = [part for part in chosen if part not in retired]
    entities = {name: part.types[name] for part in on for name in (*part.fragment.nodes, *part.fragment.batches)}
    schema = build([federation(entities), *(part.roots for part in chosen), Roots({}, {}, types)], wanted.within)
    retire(schema, {name: part.plugin for part in retired for name in part.fields})
    validated(schema)
    _refuse_leaks(schema, chosen, types, wanted.within)
    sdl = print_schema(schema)
    return Composed(
        schema=schema,
        sdl=sdl,
        digest=hashlib.sha256(sdl.encode()).hexdigest()[:16],
        nodes={name: load for part in on for name, load in part.fragment.nodes.items()},
        batches={name: load for part in on for name, load in part.fragment.batches.items()},
        feeds={feed.type: feed for part in on for feed in part.fragment.feeds},
        drafts={name: draft for part in on for name, draft in part.fragment.drafts.items()},
        site_settings={name: (part.plugin, load) for part in on for name, load in part.fragment.site_settings.items()},
        retired={name: part.plugin for part in retired for name in (*part.fragment.nodes, *part.fragment.batches)},
    )


def _refuse_leaks(
    schema: GraphQLSchema, chosen: Sequence[Part], defined: Sequence[type], within: frozenset[str]
) -> None:
    for name, kind in owned_types(schema).items():
        owner = owner_of(name)
        if owner is None:
            continue
        if owner not in within or not (kind in defined or any(part.types.get(name) is kind for part in chosen)):
            raise ComposeError(f"type {name} of plugin {owner} leaks into a schema without it")
