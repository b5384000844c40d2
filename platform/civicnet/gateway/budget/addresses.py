"""What each address has spent without a key this hour, in this process alone: addresses are never written down."""

from __future__ import annotations

import time
from threading import Lock

from civicnet.gateway.budget.leases import HOUR, Spent

# More callers without a key than any process sees in an hour; of more, the first are forgotten.
_MOST = 20_000
_lock = Lock()
_hour = 0
_spent: dict[str, int] = {}


def spend_from(address: str, cost: int, limit: int) -> Spent:
    """Take the cost from what an address may spend in this hour here; takes nothing if it is not enough."""
    global _hour
    hour = int(time.time() // HOUR)
    with _lock:
        if hour != _hour:
            _hour = hour
            _spent.clear()
        before = _spent.pop(address, 0)
        within = before + cost <= limit
        used = before + cost if within else before
        _spent[address] = used
        if len(_spent) > _MOST:
            del _spent[next(iter(_spent))]
    return Spent(limit, used, within, (hour + 1) * HOUR)


def give_back(address: str, cost: int) -> None:
    """Undo a charge that was refused elsewhere."""
    with _lock:
        if address in _spent:
            _spent[address] -= cost


def forget_addresses() -> None:
    """Drop all windows, as a test does between two."""
    with _lock:
        _spent.clear()
