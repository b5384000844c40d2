"""Parts: what each plugin hands in for the schema, built once per process and checked by itself.

There a bad name shows, with its plugin; then names are compared across parts.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any

from django.conf import settings

from civicnet.contract import Fragment
from civicnet.gateway.building import (
    ComposeError,
    Roots,
    attributes,
    build,
    build_alone,
    contributor,
    core_fields,
    field_names,
    host_classes,
    owned_types,
    validated,
)
from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.registry import registry

logger = logging.getLogger(__name__)
# Names that begin so are the host's, also those that it may take later.
HOSTS_OWN = "platform"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One plugin's fragment, checked by itself: its root fields and its types by name."""

    plugin: str
    fragment: Fragment
    roots: Roots
    fields: frozenset[str]
    types: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Gathered:
    parts: dict[str, Part]
    owners: dict[str, str]


_gathered: _Gathered | None = None
# Types that people defined, by name: what was called once is still somebody's when it is defined no more.
_defined: dict[str, str] = {}
_lock = RLock()


def parts() -> dict[str, Part]:
    """All plugins' parts, built once per process. One that fails its checks is left out, or stops a strict host."""
    return _all().parts


def owner_of(name: str) -> str | None:
    """The plugin that brings a root field or type of this name, on or off; of a contributed block, its own plugin."""
    return _all().owners.get(name) or _defined.get(name)


def own(names: Iterable[str], plugin: str) -> None:
    """Note whose the types of these names are, which people have defined."""
    _defined.update(dict.fromkeys(names, plugin))


def forget_parts() -> None:
    """Drop all parts: the set of loaded plugins itself has changed, as only a test does."""
    global _gathered
    with _lock:
        _gathered = None


def reason(error: BaseException) -> str:
    """What the plugin screen says of a part that does not fit: a refusal in its own words, anything else with its kind."""
    return f"graphql: {error}" if isinstance(error, ComposeError) else f"graphql: {type(error).__name__}: {error}"


def _all() -> _Gathered:
    global _gathered
    known = _gathered
    if known is None:
        with _lock:
            known = _gathered = _gathered or _gather()
    return known


def _gather() -> _Gathered:
    core = owned_types(validated(build([])))
    found: dict[str, Part] = {}
    for one in gather("graphql"):
        try:
            part = _check(one.plugin, one.value, core)
            _refuse_clashes(part, found)
            found[one.plugin] = part
        # Types are built now, and what a plugin wrote into them runs: whatever that raises is its own fault alone.
        except (Exception, SystemExit) as error:
            if settings.CIVICNET_LOAD_POLICY == "strict":
                raise ComposeError(f"plugin {one.plugin}: {error}") from error
            logger.exception("the GraphQL part of plugin %s is left out", one.plugin)
            registry.note(one.plugin, reason(error))
    owners = {name: slug for slug, part in found.items() for name in part.fields}
    types = {name: contributor(kind) or slug for slug, part in found.items() for name, kind in part.types.items()}
    return _Gathered(found, owners | types)


def _check(plugin: str, fragment: Fragment, core: Mapping[str, Any]) -> Part:
    _refuse_strangers_fields(fragment)
    roots = Roots(attributes(fragment.query), attributes(fragment.mutation), tuple(fragment.types))
    names = [*field_names(roots.query), *field_names(roots.mutation)]
    prefix = registry.manifests[plugin].prefix
    for name in sorted(names):
        if name in core_fields() or name.startswith(HOSTS_OWN):
            raise ComposeError(f"root field {name} belongs to the host")
        if not name.startswith(prefix):
            raise ComposeError(f"root field {name} must start with {prefix!r}")
        if names.count(name) > 1:
            raise ComposeError(f"root field {name} is there twice")
    types = _own_types(roots, core, prefix[0].upper() + prefix[1:])
    if strange := sorted({*fragment.nodes, *fragment.batches} - set(types)):
        raise ComposeError(f"it loads nodes of types that are not its own: {', '.join(strange)}")
    if strange := sorted(set(fragment.site_settings) - set(types)):
        raise ComposeError(f"it tells of sites by types that are not its own: {', '.join(strange)}")
    for what, loaded in (
        ("in one go", set(fragment.batches)),
        ("in a feed", {feed.type for feed in fragment.feeds}),
        ("as a draft", set(fragment.drafts)),
    ):
        if strange := sorted(loaded - set(fragment.nodes)):
            raise ComposeError(f"what it offers {what} it does not load one by one: {', '.join(strange)}")
    return Part(plugin, fragment, roots, frozenset(names), types)


def _own_types(roots: Roots, core: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    types = owned_types(validated(build_alone(roots)))
    # Objects, inputs, enums, interfaces, unions and scalars alike.
    own = {name: kind for name, kind in types.items() if core.get(name) is not kind}
    for name in sorted(own):
        if name in core or name.startswith(HOSTS_OWN.title()):
            raise ComposeError(f"type {name} belongs to the host")
        if not name.startswith(prefix):
            raise ComposeError(f"type {name} must start with {prefix!r}")
    return own


def _refuse_strangers_fields(fragment: Fragment) -> None:
    # All become attributes of one class, where one's field or resolver would silently stand for another's.
    core = {name for root in host_classes() for name in dir(root) if not name.startswith("_")}
    for root in (fragment.query, fragment.mutation):
        names = {name for name in dir(root) if not name.startswith("_")} if root else set()
        stray = {one for one in names if one.startswith("resolve_") and one.removeprefix("resolve_") not in names}
        if taken := sorted((names & core) | stray):
            raise ComposeError(f"{', '.join(taken)} does not belong to it")


def _refuse_clashes(part: Part, others: dict[str, Part]) -> None:
    for other in others.values():
        taken = (part.fields & other.fields) | (part.types.keys() & other.types.keys())
        if taken:
            raise ComposeError(f"{', '.join(sorted(taken))} already belongs to plugin {other.plugin}")
