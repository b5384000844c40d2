"""The blocks that plugins contribute to the bodies of pages: registered for good, and shown while their plugin is on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.safestring import SafeString
from wagtail.blocks import Block

from civicnet.contract import ContentBlock
from civicnet.lifecycle.hooks import gather
from civicnet.lifecycle.isolation import Isolation
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import current

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Contributed:
    """A block, and whose it is."""

    plugin: str
    block: Block

    @property
    def is_on(self) -> bool:
        """Whether it is offered and shown now."""
        return current().is_on(self.plugin)


class WrongBlock(ValueError):
    """A plugin's block does not carry the plugin's name, or is no block."""


def contributed() -> Mapping[str, Contributed]:
    """The blocks of all loaded plugins by name, on or off; asked for once per process, after the plugins have registered.

    A plugin whose blocks do not fit is left out and noted, unless the load policy is strict.

    Raises:
        WrongBlock: a name does not begin with the plugin's slug and an underscore, comes twice, or names no block.
    """
    return _contributed(frozenset(registry.manager.get_plugins())) if apps.ready else {}


@lru_cache(maxsize=1)
def _contributed(_loaded: frozenset[Any]) -> dict[str, Contributed]:
    found: dict[str, Contributed] = {}
    for one in gather("content_blocks"):
        try:
            found.update({item.name: _claimed(one.plugin, item) for item in _checked(one.plugin, one.value)})
        except WrongBlock as error:
            if settings.CIVICNET_LOAD_POLICY == "strict":
                raise
            logger.exception("the blocks of plugin %s are left out", one.plugin)
            registry.note(one.plugin, f"content_blocks: {error}")
    return found


def _checked(plugin: str, given: list[ContentBlock]) -> list[ContentBlock]:
    names = [one.name for one in given]
    for one in given:
        if not one.name.startswith(f"{plugin}_") or names.count(one.name) > 1:
            raise WrongBlock(f"{plugin}: the block {one.name!r} needs a name of its own, {plugin}_…")
        if not isinstance(one.block, Block):
            raise WrongBlock(f"{plugin}: {one.name} is {one.block!r}, which is no block")
    return given


def _claimed(plugin: str, item: ContentBlock) -> Contributed:
    """The block, which from now on shows nothing while its plugin is off or when it fails."""
    block = item.block
    block.set_name(item.name)
    draw = block.render
    # Pages draw many blocks, and a block that draws has read before: no statement comes between them.
    place = Isolation(plugin, f"block {item.name}"[:64], savepoint=False)

    def render(value: Any, context: Any = None) -> Any:
        if not current().is_on(plugin):
            return SafeString("")
        return place.call(partial(draw, value, context=context), otherwise=SafeString(""))

    block.render = render
    return Contributed(plugin, block)
