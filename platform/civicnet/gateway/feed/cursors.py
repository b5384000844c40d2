"""Cursors of the feed: opaque to the caller; to us the place, whose list it is, and where a filling began."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson
from django.utils.translation import gettext as _

from civicnet.contract import CivicNetError, InvalidInput
from civicnet.gateway.feed.models import FeedState


class CursorExpired(CivicNetError):
    """Between this cursor and now something has been forgotten, or it belongs to another list: begin from empty."""

    code = "CURSOR_EXPIRED"

    def __init__(self) -> None:
        super().__init__(
            _("This cursor is no longer good. Begin again without one, from an empty copy."), field="after"
        )


@dataclass(frozen=True, slots=True)
class Cursor:
    """After which place to go on.

    ``filling`` is the last place when a copy began from empty: what was gone by then the copy never had.
    """

    epoch: str
    audience: str
    place: int
    filling: int

    def __str__(self) -> str:
        text = orjson.dumps([self.epoch, self.audience, self.place, self.filling])
        return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(text: str | None, *, state: FeedState, audience: str) -> Cursor:
    """Where a caller goes on; without a text, at the beginning.

    Raises:
        InvalidInput: it is none of ours.
        CursorExpired: it is, but what came after it cannot be told any more.
    """
    if text is None:
        return Cursor(state.epoch, audience, 0, state.last)
    cursor = _parsed(text)
    known_up_to = max(cursor.place, cursor.filling)
    strange = (cursor.epoch, cursor.audience) != (state.epoch, audience)
    if strange or known_up_to < state.horizon or known_up_to > state.last:
        raise CursorExpired()
    return cursor


def _parsed(text: str) -> Cursor:
    try:
        match orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))):
            case [str(epoch), str(audience), int(place), int(filling)] if min(place, filling) >= 0:
                return Cursor(epoch, audience, place, filling)
        raise ValueError(text)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(
            _("This cursor does not belong to this list."), code="INVALID_CURSOR", field="after"
        ) from error
