"""Faults: what plugins raised in their hooks, kept in memory until it is safe to write, then shared with all processes.

A hook fails in the middle of somebody's transaction, which may roll back. So nothing is written there: the request, job or
command writes at its end, and opens the breakers that have earned it.
"""

from __future__ import annotations

import logging
import traceback
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from django.db import Error, transaction
from django.db.models import F
from django.utils import timezone

from civicnet.cipher import mask_numbers
from civicnet.lifecycle.breaker import ERRORS, WINDOW, close_breaker, open_breaker
from civicnet.lifecycle.models import HookTiming, PluginFault
from civicnet.lifecycle.tally import Tally, write_due_tallies

logger = logging.getLogger(__name__)
_LONGEST_TRACE = 8_000
_LONGEST_MESSAGE = 2_000
_LONGEST_KIND = 100
Hook = tuple[str, str]


@dataclass(slots=True)
class _Fault:
    message: str = ""
    trace: str = ""
    times: int = 0
    last_at: datetime = field(default_factory=timezone.now)


_faults: dict[tuple[str, str, str], _Fault] = {}
_recent: defaultdict[Hook, deque[datetime]] = defaultdict(lambda: deque(maxlen=ERRORS))
_to_open: dict[Hook, str] = {}
_to_close: set[Hook] = set()
_lock = Lock()
_times = Tally(HookTiming, keys=("slug", "hook", "day"), sums=("calls", "total_ms"), most="slowest_ms")


def note_failure(slug: str, hook: str, error: BaseException, *, probing: bool = False) -> None:
    """Log and keep what a plugin raised; too often within a minute, or in a try, its breaker opens at the next ``flush``."""
    now = timezone.now()
    kind, message = _fit(type(error).__name__)[:_LONGEST_KIND], told(error)
    trace = _fit("".join(traceback.format_exception(error))[-_LONGEST_TRACE:])
    # As it is kept: a log holds no number of a person either, and half a sign would spoil the stream.
    logger.error("plugin %s failed in %s: %s: %s\n%s", slug, hook, kind, message, trace)
    with _lock:
        known = _faults.setdefault((slug, hook, kind), _Fault())
        known.message, known.trace, known.times, known.last_at = message, trace, known.times + 1, now
        recent = _recent[slug, hook]
        recent.append(now)
        if probing or (len(recent) == ERRORS and now - recent[0] <= WINDOW):
            _to_open[slug, hook] = f"{kind}: {message}"
            recent.clear()


def told(error: BaseException) -> str:
    """What an error says, fit to be kept and shown: no number of a person, and nothing that no database takes."""
    try:
        return _fit(str(error)[:_LONGEST_MESSAGE])
    # A stranger's error may fail even when it is asked what it is.
    except Exception as failure:  # noqa: BLE001
        return f"({type(failure).__name__} in its own words)"


def note_success(slug: str, hook: str) -> None:
    """A try has succeeded: its breaker closes at the next ``flush``."""
    with _lock:
        _to_close.add((slug, hook))


def note_time(slug: str, hook: str, seconds: float) -> None:
    """Count one call and how long it took."""
    _times.add((slug, hook, timezone.localdate()), 1, seconds * 1000)


def flush() -> None:
    """Write down what was kept; called where no transaction of somebody's deed is open any more."""
    write_due_tallies()
    if not (_faults or _to_open or _to_close):
        return
    with _lock:
        faults, opening, closing = dict(_faults), dict(_to_open), set(_to_close)
        _faults.clear()
        _to_open.clear()
        _to_close.clear()
    try:
        for (slug, hook, error), fault in sorted(faults.items()):
            _write(slug, hook, error, fault)
        for (slug, hook), reason in sorted(opening.items()):
            logger.error("plugin %s: %s is not called any more for a while: %s", slug, hook, reason)
            open_breaker(slug, hook, reason=reason)
        for slug, hook in sorted(closing - opening.keys()):
            close_breaker(slug, hook)
    # The answer is made already; a database that is away is noticed by everybody else.
    except Error:
        logger.exception("faults of plugins could not be written down")


def forget() -> None:
    """Drop what is kept in memory, as a test does whose plugins are gone again."""
    with _lock:
        for kept in (_faults, _recent, _to_open, _to_close):
            kept.clear()


def _write(slug: str, hook: str, error: str, fault: _Fault) -> None:
    with transaction.atomic():
        row, _created = PluginFault.objects.get_or_create(
            slug=slug, hook=hook, error=error, defaults={"first_at": fault.last_at}
        )
        PluginFault.objects.filter(pk=row.pk).update(
            message=fault.message, trace=fault.trace, last_at=fault.last_at, times=F("times") + fault.times
        )


def _fit(text: str) -> str:
    return mask_numbers(text.encode("utf-8", "replace").decode().replace("\0", "�"))
