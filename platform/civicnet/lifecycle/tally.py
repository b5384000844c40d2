"""Tallies: counts that many requests add to in memory, and one of them writes down now and then."""

from __future__ import annotations

import atexit
import logging
import time
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import Error, IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Greatest

logger = logging.getLogger(__name__)
_all: list[Tally] = []


class Tally:
    """Counts by key, kept in rows of a model that is unique by that key.

    What a process has counted since it last wrote is lost when it is killed: at most ``CIVICNET_TALLY_SECONDS`` of traffic.
    """

    def __init__(self, model: type[models.Model], *, keys: tuple[str, ...], sums: tuple[str, ...], most: str) -> None:
        self._model, self._keys, self._sums, self._most = model, keys, sums, most
        self._counted: dict[tuple[Any, ...], list[float]] = {}
        self._lock = Lock()
        self._due = 0.0
        _all.append(self)

    def add(self, key: tuple[Any, ...], *amounts: float) -> None:
        """Add amounts, in the order of ``sums``; the last one is also compared with ``most``, where there is one."""
        with self._lock:
            known = self._counted.get(key)
            if known is None:
                self._counted[key] = [*amounts, amounts[-1]]
                return
            for place, amount in enumerate(amounts):
                known[place] += amount
            known[-1] = max(known[-1], amounts[-1])

    def write(self) -> None:
        """Write down what was counted, each key in a statement or two."""
        with self._lock:
            counted, self._counted = self._counted, {}
        for key, amounts in sorted(self._apart(counted).items(), key=lambda one: tuple(map(str, one[0]))):
            self._write(dict(zip(self._keys, key, strict=True)), amounts)

    def forget(self) -> None:
        """Drop what was counted."""
        with self._lock:
            self._counted = {}

    def _apart(self, counted: dict[tuple[Any, ...], list[float]]) -> dict[tuple[Any, ...], list[float]]:
        # What is written of what was counted: a subclass may count by fewer keys than it writes.
        return counted

    def write_if_due(self) -> None:
        """Write at most once in ``CIVICNET_TALLY_SECONDS``; never where that is 0."""
        every = settings.CIVICNET_TALLY_SECONDS
        if not every or not self._counted or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + every
        try:
            self.write()
        # Counting must never cost an answer.
        except Error:
            logger.exception("a tally of %s is lost", self._model.__name__)

    def _write(self, key: dict[str, Any], amounts: list[float]) -> None:
        if self._added(key, amounts):
            return
        named = dict(zip(self._sums, amounts, strict=False))
        if self._most:
            named[self._most] = amounts[-1]
        try:
            with transaction.atomic():
                self._model._default_manager.create(**key, **named)
        except IntegrityError:
            self._added(key, amounts)

    def _added(self, key: dict[str, Any], amounts: list[float]) -> int:
        changed: dict[str, Any] = {name: F(name) + amount for name, amount in zip(self._sums, amounts, strict=False)}
        if self._most:
            changed[self._most] = Greatest(F(self._most), amounts[-1])
        return self._model._default_manager.filter(**key).update(**changed)


def write_due_tallies() -> None:
    """Let every tally write that is due; called after each answer."""
    for one in _all:
        one.write_if_due()


def write_all_tallies() -> None:
    """Write down everything counted so far, as before somebody reads it, and when the process ends."""
    for one in _all:
        one.write()


def forget_counts() -> None:
    """Drop what was counted and not yet written, as a test does that ends."""
    for one in _all:
        one.forget()


@atexit.register
def _write_the_rest() -> None:
    if not settings.configured or not getattr(settings, "CIVICNET_TALLY_SECONDS", 0):
        return
    try:
        write_all_tallies()
    except Error:
        # A command before the first migration counts too, and has nowhere to write.
        logger.debug("the last counts of this process are lost", exc_info=True)
