"""Listeners: rooms of the host that hear events. Plugins hear by their hook ``hear``, rooms by a name on this list."""

from __future__ import annotations

import logging
from collections.abc import Callable

from civicnet.contract import Event

logger = logging.getLogger(__name__)
Listener = Callable[[Event], object]
_listeners: list[tuple[type[Event], Listener]] = []


def listen(kind: type[Event], listener: Listener) -> None:
    """Have a room told of events of a kind, after the transaction; rooms call this when their app is ready."""
    if (kind, listener) not in _listeners:
        _listeners.append((kind, listener))


def tell_rooms(event: Event) -> None:
    """Tell every listener, in the order in which they came; what one raises is logged, and the others still hear."""
    for kind, listener in _listeners:
        if isinstance(event, kind):
            try:
                listener(event)
            except Exception:
                logger.exception("a listener failed at %s", event.name)
