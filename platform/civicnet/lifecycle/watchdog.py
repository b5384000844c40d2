"""The watchdog: a hook that hangs cannot be interrupted, so its process is ended from outside, and started again.

Each process writes into a small file of its own which hook it is in and until when; a lock on the file says that it lives.
The process that started the others looks into these files. It needs nothing of the one that hangs, neither its lock on
Python nor its connection, and it writes down the culprit when the dead can hold no lock on the database any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import mmap
import os
import signal
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections

from civicnet.lifecycle.breaker import open_breaker
from civicnet.lifecycle.faults import flush, note_failure

logger = logging.getLogger(__name__)
# One slot for each thread of a process: a deadline on the clock all processes share, and "plugin hook".
_SLOT = struct.Struct("d120s")
_SLOTS = 64
_LOOK_EVERY = 0.5


class HookHung(RuntimeError):
    """A hook took longer than its policy allows; its process was ended."""


@dataclass(frozen=True, slots=True)
class Hung:
    """A process that hangs, and in which hook of which plugin."""

    process: int
    plugin: str
    hook: str


class Marks:
    """Where this process is. Written by its own threads only; a mark costs a few hundred nanoseconds."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{os.getpid()}.hooks"
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(self._file, _SLOT.size * _SLOTS)
        self._map = mmap.mmap(self._file, _SLOT.size * _SLOTS)
        self._local = threading.local()
        self._taken = 0
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def within(self, plugin: str, hook: str, seconds: float) -> Iterator[None]:
        """Say that this thread is in a hook; the innermost one counts, and the outer one again afterwards."""
        place = self._place()
        before = self._map[place : place + _SLOT.size]
        name = f"{plugin} {hook}".encode()[:120]
        _SLOT.pack_into(self._map, place, time.monotonic() + seconds, name)
        try:
            yield
        finally:
            self._map[place : place + _SLOT.size] = before

    def _place(self) -> int:
        if not hasattr(self._local, "place"):
            with self._lock:
                # More threads than slots share the last ones: a mark may then be lost, never wrong for good.
                self._local.place = min(self._taken, _SLOTS - 1) * _SLOT.size
                self._taken += 1
        return int(self._local.place)


_marks: Marks | None = None
_marks_of: int = 0


@contextlib.contextmanager
def watched(plugin: str, hook: str, seconds: float | None) -> Iterator[None]:
    """Let the watchdog see this call, where one was set (``CIVICNET_WATCHDOG``)."""
    global _marks, _marks_of
    if not settings.CIVICNET_WATCHDOG:
        yield
        return
    if _marks is None or _marks_of != os.getpid():
        try:
            _marks, _marks_of = Marks(folder()), os.getpid()
        except OSError:
            # A full disk is no fault of the plugin: its hook goes on unwatched.
            logger.exception("no file for the watchdog can be made; hooks of this process are not watched")
            yield
            return
    with _marks.within(plugin, hook, seconds or settings.CIVICNET_HOOK_SECONDS):
        yield


def folder() -> Path:
    """Where the processes of this installation keep their marks."""
    return Path(settings.VAR_DIR) / "run"


def hung(place: Path) -> list[Hung]:
    """The processes that are in a hook past its time; files of processes that are gone are cleared away."""
    found = []
    for path in sorted(place.glob("*.hooks")):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            if _is_abandoned(file.fileno()):
                path.unlink()
                continue
            content = file.read(_SLOT.size * _SLOTS)
            found += [Hung(int(path.stem), *names) for names in _overdue(content)]
    return found


def watch(ending: threading.Event) -> None:
    """Look until told to stop: end whatever hangs, write it down, and open the breaker of the hook for all processes."""
    while not ending.wait(_LOOK_EVERY):
        for one in hung(folder()):
            _end(one)


def _end(one: Hung) -> None:
    logger.error("plugin %s hangs in %s: process %s is ended", one.plugin, one.hook, one.process)
    with contextlib.suppress(ProcessLookupError):
        os.kill(one.process, signal.SIGKILL)
    reason = f"{one.hook} did not come back; process {one.process} was ended"
    close_old_connections()
    try:
        note_failure(one.plugin, one.hook, HookHung(reason))
        flush()
        open_breaker(one.plugin, one.hook, reason=reason)
    finally:
        close_old_connections()


def _overdue(content: bytes) -> Iterator[tuple[str, str]]:
    now = time.monotonic()
    for place in range(0, len(content) - _SLOT.size + 1, _SLOT.size):
        deadline, name = _SLOT.unpack_from(content, place)
        if deadline and deadline < now:
            plugin, _space, hook = name.rstrip(b"\0").decode(errors="replace").partition(" ")
            yield plugin, hook


def _is_abandoned(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
