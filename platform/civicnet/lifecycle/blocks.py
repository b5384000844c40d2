"""Streams that take plugins' blocks, and lose none of them: not while a plugin is off, and not when it is gone.

Wagtail drops blocks of unknown type at the next save. Here every type is known: what is not in use is kept as it lies in the
database, comes back from the editor's form unchanged, and is shown to nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from django import forms
from django.core.signing import BadSignature
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from wagtail.admin.telepath import register
from wagtail.blocks import Block, StreamBlock, StreamValue
from wagtail.blocks.stream_block import StreamBlockAdapter

from civicnet.lifecycle.contributed import contributed
from civicnet.lifecycle.kept import FORM_NAME, SPOILT, KeptBlock, KeptFormBlock, kept_block, sealed, unsealed

logger = logging.getLogger(__name__)


class Types(dict[str, Block]):
    """The types of a stream by name: its own, plugins' that are on, and for every other name one that keeps what it is given.

    ``items()`` are its own, which is what Wagtail writes into migrations: a plugin's block is in none.
    """

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Block:
        known = contributed().get(name)
        return known.block if known and known.is_on else kept_block(name)

    def keys(self) -> Any:
        """Own and plugins', on or off."""
        return [*super().keys(), *contributed()]

    def values(self) -> Any:
        """Own and plugins', on or off: for checks, and for what must be asked of all."""
        return [*super().values(), *(one.block for one in contributed().values())]

    def in_use(self) -> list[Block]:
        """What editors are offered now."""
        return [*super().values(), *(one.block for one in contributed().values() if one.is_on)]

    def written(self, name: str) -> Block | None:
        """The block that reads a form which somebody has filled in; also when its plugin was switched off meanwhile."""
        known = contributed().get(name)
        return self.get(name) or (known.block if known else None)


class PluginStreamBlock(StreamBlock):
    """Stands where ``StreamBlock`` stands, as the base of a body's blocks."""

    child_blocks: Types

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child_blocks = Types(self.child_blocks)
        self.kept = KeptFormBlock()

    def ordered_child_blocks(self) -> list[Block]:
        """What the editor offers."""
        return self.child_blocks.in_use()

    def value_from_datadict(self, data: Any, files: Any, prefix: str) -> StreamValue:
        """What a form sends back; kept blocks as they were given out."""
        posted = []
        for at in range(int(data[f"{prefix}-count"])):
            if not data[f"{prefix}-{at}-deleted"]:
                posted.append((int(data[f"{prefix}-{at}-order"]), at, self._posted(data, files, f"{prefix}-{at}")))
        children = [child for _order, _at, child in sorted(posted, key=itemgetter(0, 1))]
        # Kept ones lie in it as raw JSON, as if they came from the database.
        value = StreamValue(self, [one if isinstance(one, dict) else None for one in children], is_lazy=True)
        for at, one in enumerate(children):
            if not isinstance(one, dict):
                value[at] = one
        return value

    def clean(self, value: StreamValue) -> StreamValue:
        """Check what is in use, and what was written while it was."""
        cleaned = super().clean(value)
        for at, child in enumerate(value):
            if child.block is not cleaned[at].block:
                # Written before its plugin was switched off: its own block has checked it, and says how it is stored.
                cleaned.raw_data[at] = _child(child.block, cleaned[at].value, child.id).get_prep_value()
        return cleaned

    def get_form_state(self, value: StreamValue) -> list[dict[str, Any]]:
        """The stream for the editor; kept blocks under one name, each sealed."""
        return [self._state(child) for child in value or ()]

    def get_api_representation(self, value: StreamValue, context: Any = None) -> list[dict[str, Any]]:
        """The stream for other programs, without what is not in use."""
        shown = [child for child in value or () if not isinstance(child.block, KeptBlock)]
        return [
            {
                "type": child.block_type,
                "value": child.block.get_api_representation(child.value, context=context),
                "id": child.id,
            }
            for child in shown
        ]

    def render_basic(self, value: StreamValue, context: Any = None) -> SafeString:
        """The stream as HTML, without what is not in use."""
        shown: Iterable[tuple[Any, str]] = ((child.render(context=context), child.block_type) for child in value)
        return format_html_join("\n", '<div class="w-block-{1} block-{1}">{0}</div>', (one for one in shown if one[0]))

    def _posted(self, data: Any, files: Any, here: str) -> Any:
        name, pk = data[f"{here}-type"], data.get(f"{here}-id")
        if name == FORM_NAME:
            try:
                kept, raw = unsealed(data.get(f"{here}-value", ""))
            except BadSignature:
                return _child(self.kept, SPOILT, pk)
            return {"type": kept, "value": raw, "id": pk}
        block = self.child_blocks.written(name)
        if block is None:
            return _child(self.kept, SPOILT, pk)
        try:
            return _child(block, block.normalize(block.value_from_datadict(data, files, f"{here}-value")), pk)
        except (AttributeError, LookupError, TypeError, ValueError):
            # No form of ours sends such a thing, and blocks read it before anybody may refuse it.
            logger.warning("what a form sent as a block %s could not be read", name, exc_info=True)
            return _child(self.kept, SPOILT, pk)

    def _state(self, child: Any) -> dict[str, Any]:
        if isinstance(child.block, KeptBlock):
            return {"type": FORM_NAME, "value": sealed(child.block_type, child.value), "id": child.id}
        if child.value is SPOILT or self.child_blocks[child.block_type] is not child.block:
            # The form has no place for it any more; it is refused until the page is opened anew.
            return {"type": FORM_NAME, "value": "", "id": child.id}
        return {"type": child.block_type, "value": child.block.get_form_state(child.value), "id": child.id}


class PluginStreamBlockAdapter(StreamBlockAdapter):
    """Tells the editor of the blocks in use, and of one more that it never offers."""

    js_constructor = "civicnet.lifecycle.PluginStreamBlock"

    def js_args(self, block: PluginStreamBlock) -> list[Any]:
        """As for any stream, and the form of kept blocks."""
        name, groups, _own, meta = super().js_args(block)
        states = {one.name: one.get_form_state(one.get_default()) for one in block.ordered_child_blocks()}
        return [name, groups, states, meta, block.kept]

    @property
    def media(self) -> forms.Media:
        """The script for it."""
        media: forms.Media = super().media
        return media + forms.Media(js=["lifecycle/plugin_blocks.js"])


register(PluginStreamBlockAdapter(), PluginStreamBlock)


def _child(block: Block, value: Any, pk: Any) -> Any:
    return StreamValue.StreamChild(block, value, id=pk)
