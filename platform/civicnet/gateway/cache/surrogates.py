"""Surrogate keys: names under which proxies and we ourselves can throw away every answer that shows something."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import Any

from civicnet.contract import InvalidInput
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.parts import owner_of
from civicnet.gateway.usage import Uses

# An answer with more nodes than these is found by its types alone; a header has an end.
_MOST_NODES = 100
# Stands in every answer; in those that ask for a plugin's types, its key; and in those that ask for none, the host's.
ALL_KEY = "civicnet"
HOST_KEY = "civicnet-host"
_ID = re.compile(r"[A-Za-z0-9_-]{6,120}")
_PLUMBING = ("Connection", "Edge")
_ROOTS = {"Query", "Mutation"}


def types_of(uses: Uses) -> list[str]:
    """The public types of plugins that a document asks for, in order."""
    named = {field.partition(".")[0] for _plugin, field in uses} - _ROOTS
    return sorted(one for one in named if not one.endswith(_PLUMBING))


def nodes_in(data: Any, types: Collection[str]) -> set[str]:
    """The global ids in an answer of nodes that have one of the types."""
    return {text for text in _texts(data) if _ID.fullmatch(text) and _type_of(text) in types}


def keys_of(types: Collection[str], nodes: Collection[str]) -> str:
    """The value of ``Surrogate-Key``: everything's, the plugins', types by name, and nodes while they are at most a hundred."""
    plugins = sorted({plugin_key(slug) for slug in map(owner_of, types) if slug}) or [HOST_KEY]
    ids = sorted(map(node_key, nodes)) if len(nodes) <= _MOST_NODES else ()
    return " ".join([ALL_KEY, *plugins, *types, *ids])


def plugin_key(slug: str) -> str:
    """The surrogate key of all answers that ask for a plugin's types."""
    return f"{ALL_KEY}-{slug}"


def node_key(global_id: str) -> str:
    """The surrogate key of a node: short, and the same everywhere."""
    return blake2b(global_id.encode(), digest_size=5).hexdigest()


def kind_of(type_name: str) -> str:
    """The kind by whose version entries with this type are purged."""
    return f"type:{type_name}"


def _texts(data: Any) -> Iterator[str]:
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)


def _type_of(text: str) -> str:
    try:
        return from_global_id(text)[0]
    except InvalidInput:
        return ""
