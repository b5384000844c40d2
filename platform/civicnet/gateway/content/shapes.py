"""Shapes: how each kind of block stands in the schema, and how its stored value becomes what the schema says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from wagtail.blocks import Block

from civicnet.gateway.content.addresses import portable
from civicnet.gateway.content.asked import Asked
from civicnet.gateway.content.reading import Into, Reading, ReadMany
from civicnet.lifecycle.isolation import Isolation

Place = Callable[[Any, Into, Any, Reading, Asked | None], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a block stands: the name that a type of its own takes there, and the plugin that contributed it, if one did."""

    name: str
    plugin: str | None = None

    def below(self, field: str) -> Scope:
        """The place of a field: its name on top of this one."""
        return replace(self, name=f"{self.name}{pascal(field)}")


@dataclass(frozen=True, slots=True)
class Shape:
    """One block in the schema.

    ``make`` gives the GraphQL field of a name. ``place(raw, into, key, reading, asked)`` puts what the stored value becomes
    into a row or list, now or when the reading is fetched; ``raw`` may be anything that ever was stored, None too. ``item``
    is the type in a list. ``alone`` names the field of a block that stands in a stream with this one value: values of kinds
    that a query selects differently have different names, so it needs no aliases.
    """

    item: Any
    make: Callable[[str], Any]
    place: Place
    alone: str = "value"


Builder = Callable[[Any, Scope], Shape | None]
_builders: dict[type[Block], Builder] = {}


def shape_for(*kinds: type[Block]) -> Callable[[Builder], Builder]:
    """Registers how blocks of these classes, and of classes below them, stand in the schema; for the module that has them.

    The function is called with a block and its scope, and returns its shape; None leaves the block out.
    """

    def register(builder: Builder) -> Builder:
        _builders.update(dict.fromkeys(kinds, builder))
        return builder

    return register


def shape_of(block: Block, scope: Scope) -> Shape | None:
    """The shape of a block. One of a kind that nobody registered is told as the HTML in which pages show it."""
    return builder_of(block)(block, scope)


def builder_of(block: Block) -> Builder:
    """What was registered for the nearest class of a block."""
    return next((_builders[kind] for kind in type(block).__mro__ if kind in _builders), _html)


def scalar(kind: Any, read: Callable[[Any], Any], *, required: bool = False) -> Shape:
    """A shape whose value is made of the stored one alone; what cannot be read is null, so ``read`` of a required one can."""

    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        try:
            into[key] = read(raw)
        except (ValueError, TypeError, ArithmeticError):
            into[key] = None

    item = graphene.NonNull(kind) if required else kind
    return Shape(item, lambda name: graphene.Field(kind, required=required), place)


def batched(kind: Any, read_many: ReadMany, scope: Scope) -> Shape:
    """A shape whose values are made of all stored ones in one go, e.g. with one statement for all of them.

    What a plugin's code raises there leaves its values null, and is noted with the plugin's other faults.
    """
    if scope.plugin is not None:
        read_many = _alone(read_many, Isolation(scope.plugin, f"content {scope.name}"[:64], savepoint=False))

    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        reading.batch(read_many, raw, into, key)

    return Shape(kind, lambda name: graphene.Field(kind), place)


def object_type(scope: Scope, fields: Mapping[str, Any], **meta: Any) -> type[graphene.ObjectType]:
    """An object type named after its scope; it leaves the schema with the plugin that contributed it."""
    attributes = {**fields, "contributed_by": scope.plugin, "Meta": type("Meta", (), {"name": scope.name, **meta})}
    return type(scope.name, (graphene.ObjectType,), attributes)


def pascal(name: str) -> str:
    """``grid_card`` and ``grid-card`` as ``GridCard``."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"\W|_", name))


def camel(name: str) -> str:
    """The name of a field in the schema."""
    return str(to_camel_case(name))


def _html(block: Block, scope: Scope) -> Shape:
    def read_many(raws: Sequence[Any]) -> Sequence[Any]:
        values = block.bulk_to_python([raw for raw, _root_url in raws])
        html = [str(block.render(value)) for value in values]
        return [portable(text, root_url) for text, (_raw, root_url) in zip(html, raws, strict=True)]

    bare = batched(graphene.String, read_many, scope)

    def place(raw: Any, into: Into, key: Any, reading: Reading, asked: Asked | None) -> None:
        bare.place((raw, reading.root_url), into, key, reading, asked)

    return replace(bare, place=place, alone="html")


def _alone(read_many: ReadMany, place: Isolation) -> ReadMany:
    return lambda raws: place.call(lambda: list(read_many(raws)), otherwise=[None] * len(raws))
