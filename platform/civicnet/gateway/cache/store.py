"""The store: kept answers of this process, the least used ones forgotten first, never more bytes than the settings say."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings

from civicnet.access.callers import Caller
from civicnet.contract import ANONYMOUS
from civicnet.gateway.usage import Uses

NOBODY = Caller(ANONYMOUS)
# What an entry costs beside its bytes: measured, rounded up.
_OVERHEAD = 1_500


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer that was kept. ``version`` is that of its ``kinds`` together before it was read; ``until`` is in epoch seconds.

    ``headers`` go with it whoever asks. ``uses`` are counted each time it is served.

    What the front keeps says too whom it is charged to and counted for: callers without a key, or the client of ``caller``.
    Of a page, ``sent`` is told the environment of each request that was answered with it.
    """

    body: bytes
    media: str
    kinds: tuple[str, ...]
    version: int
    until: float
    etag: str
    headers: tuple[tuple[str, str], ...]
    uses: Uses
    status_line: str = "200 OK"
    caller: Caller = NOBODY
    sent: Callable[[Mapping[str, Any]], None] | None = None

    @property
    def size(self) -> int:
        """Bytes it takes, about."""
        return _OVERHEAD + len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


class Store:
    """Entries by key; safe for threads."""

    def __init__(self) -> None:
        self._entries: OrderedDict[bytes, Entry] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: bytes) -> Entry | None:
        """The entry, which is now the one used last."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
            return found

    def put(self, key: bytes, entry: Entry) -> None:
        """Keep it in place of what was there, unless it is too large by itself."""
        with self._lock:
            self._drop(key)
            if entry.size > min(settings.CIVICNET_CACHE_ENTRY_BYTES, settings.CIVICNET_CACHE_BYTES):
                return
            self._entries[key] = entry
            self.size += entry.size
            while self.size > settings.CIVICNET_CACHE_BYTES:
                _oldest, gone = self._entries.popitem(last=False)
                self.size -= gone.size

    def drop(self, key: bytes) -> None:
        """Forget one entry."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.size = 0

    def _drop(self, key: bytes) -> None:
        gone = self._entries.pop(key, None)
        if gone is not None:
            self.size -= gone.size


store = Store()
