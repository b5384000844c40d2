"""Streams: each is a union of its own, of just the blocks that may stand in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any

import graphene
from django.conf import settings
from graphql import GraphQLResolveInfo
from wagtail.blocks import BaseStreamBlock, Block

from civicnet.gateway.content.asked import Asked
from civicnet.gateway.content.kinds import filling, struct_fields, struct_shape
from civicnet.gateway.content.reading import Into, Reading
from civicnet.gateway.content.shapes import Scope, Shape, builder_of, object_type, shape_for, shape_of
from civicnet.lifecycle.blocks import PluginStreamBlock
from civicnet.lifecycle.contributed import contributed
from civicnet.lifecycle.isolation import Isolation
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import current

Fill = Callable[[Any, dict[str, Any], Reading, Asked | None], None]
logger = logging.getLogger(__name__)
_RESERVED = {"id", "block_type"}


class ContentBlock(graphene.Interface):
    """A block of a stream."""

    id = graphene.ID(required=True, description="Stays with the block; the only one of its kind within its stream.")
    block_type = graphene.String(required=True, description="Its name in the editor's stream.")

    @classmethod
    def resolve_type(cls, row: Any, info: GraphQLResolveInfo) -> str:
        """Which block it is."""
        return str(row["__typename"])


@dataclass(frozen=True, slots=True)
class _Member:
    type: Any
    name: str
    plugin: str | None
    fill: Fill

    @property
    def is_shown(self) -> bool:
        return self.plugin is None or current().is_on(self.plugin)

    def fills(self, raw: Any, row: dict[str, Any], reading: Reading, asked: Asked | None) -> bool:
        """Fill the row; whether that succeeded. A plugin's block that fails is missing, alone and noted."""
        if self.plugin is None:
            self.fill(raw, row, reading, asked)
            return True
        place = Isolation(self.plugin, f"content {self.name}"[:64], savepoint=False)

        def fill() -> bool:
            self.fill(raw, row, reading, asked)
            return True

        return place.call(fill, otherwise=False)


@dataclass(frozen=True, slots=True)
class _Union:
    type: type[graphene.Union]
    members: Mapping[str, _Member]


class Stream:
    """A stream of blocks in the schema: ``union_of`` makes one."""

    def __init__(self, block: BaseStreamBlock, scope: Scope) -> None:
        self._block, self._scope = block, scope
        self._built: tuple[Any, _Union] | None = None
        self._lock = RLock()

    def field(self, name: str, description: str | None = None) -> Any:
        """The field for it, of rows in which ``place`` has put the blocks under this name."""

        def resolve(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
            # A schema at hand may hold less than is on: then the rest cannot be told.
            return [one for one in row[name] if one["__typename"] in info.schema.type_map]

        return graphene.List(self.item, required=True, resolver=resolve, description=description)

    def place(self, raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        """Put the blocks of stored JSON into a row; those of plugins that are off, and unknown ones, are not among them."""
        members, blocks = self._union().members, list[dict[str, Any]]()
        into[key] = blocks
        for at, one in enumerate(raw if isinstance(raw, list) else ()):
            member = members.get(str(one.get("type"))) if isinstance(one, dict) else None
            if member is None or not member.is_shown:
                continue
            row = {"__typename": member.name, "id": one.get("id") or str(at), "block_type": one["type"]}
            if member.fills(one.get("value"), row, reading, asked):
                blocks.append(row)

    @property
    def item(self) -> Callable[[], Any]:
        """The type of one block, for a list; built when a schema is."""
        return lambda: graphene.NonNull(self._union().type)

    def _union(self) -> _Union:
        # Plugins' blocks are known once all plugins have registered, which is after this was made. Inside of one, a stream
        # has its own alone: otherwise types would lead to new types without end.
        takes_more = isinstance(self._block, PluginStreamBlock) and self._scope.plugin is None
        loaded = contributed() if takes_more else None
        built = self._built
        if built is None or built[0] is not loaded:
            with self._lock:
                built = self._built
                if built is None or built[0] is not loaded:
                    built = self._built = loaded, self._build(loaded or {})
        return built[1]

    def _build(self, loaded: Mapping[str, Any]) -> _Union:
        members = {name: _member(name, one, self._scope) for name, one in self._block.child_blocks.items()}
        if not members:
            raise ValueError(f"{self._scope.name}: a stream needs a block of its own")
        for name, one in loaded.items():
            try:
                members[name] = _member(name, one.block, Scope(self._scope.name, one.plugin))
            # A stranger's block is asked for its fields: what that raises is its plugin's fault alone.
            except (Exception, SystemExit) as error:
                if settings.CIVICNET_LOAD_POLICY == "strict":
                    raise
                logger.exception("the block %s of plugin %s is left out of the schema", name, one.plugin)
                registry.note(one.plugin, f"graphql: block {name}: {error}")
        types = [one.type for one in members.values()]
        if len({one._meta.name for one in types}) < len(types):
            raise ValueError(f"{self._scope.name}: two blocks have names that differ in signs only")
        meta = type("Meta", (), {"name": self._scope.name, "types": tuple(types)})
        return _Union(type(self._scope.name, (graphene.Union,), {"Meta": meta}), members)


def union_of(block: BaseStreamBlock, *, name: str) -> Stream:
    """The union of what may stand in a stream, with types that are named after it: ``NameHeadingBlock`` for ``heading``.

    A struct becomes an object type named after the place where it stands, so one that is used in two places is two types,
    each exact. Blocks that plugins contribute are members, and leave the schema with their plugin.
    """
    return Stream(block, Scope(name))


@shape_for(BaseStreamBlock)
def _nested(block: BaseStreamBlock, scope: Scope) -> Shape:
    stream = Stream(block, scope)
    return Shape(graphene.NonNull(graphene.List(stream.item)), stream.field, stream.place, "blocks")


def _member(name: str, block: Block, scope: Scope) -> _Member:
    scope = Scope(f"{scope.below(name).name}Block", scope.plugin)
    fields, fill = _of_struct(block, scope) if builder_of(block) is struct_shape else _of_value(block, scope)
    own = object_type(scope, fields, interfaces=(ContentBlock,))
    return _Member(own, scope.name, scope.plugin, fill)


def _of_struct(block: Block, scope: Scope) -> tuple[dict[str, Any], Fill]:
    shapes = struct_fields(block, scope)
    if taken := sorted(_RESERVED & shapes.keys()):
        raise ValueError(f"{scope.name}: every block has {', '.join(taken)} already")
    return {name: shape.make(name) for name, shape in shapes.items()}, filling(shapes)


def _of_value(block: Block, scope: Scope) -> tuple[dict[str, Any], Fill]:
    shape = shape_of(block, scope.below("value"))
    if shape is None:
        return {}, lambda raw, row, reading, asked: None
    fill = filling({shape.alone: shape})
    return {shape.alone: shape.make(shape.alone)}, lambda raw, row, reading, asked: fill(
        {shape.alone: raw}, row, reading, asked
    )
