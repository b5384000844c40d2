"""Isolation: a plugin's code that the host runs outside of hooks fails alone, named, counted and timed, as in a hook."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import Http404

from civicnet.contract import CivicNetError
from civicnet.lifecycle.breaker import take_probe
from civicnet.lifecycle.faults import note_failure, note_success, note_time
from civicnet.lifecycle.snapshot import current
from civicnet.lifecycle.watchdog import watched

T = TypeVar("T")
# What code says no with: an answer, not a fault.
_REFUSALS = (CivicNetError, PermissionDenied, ValidationError, Http404)


@dataclass(frozen=True, slots=True)
class Isolation:
    """Where a plugin's code runs: whose it is, and the name of the place, e.g. ``signal post_save``.

    ``strict``: what it raises reaches the caller, for what it does must not be missing. ``savepoint`` may be left out
    where nothing is written and every statement counts.
    """

    plugin: str
    place: str
    strict: bool = False
    savepoint: bool = True
    seconds: float = 10

    def call(self, function: Callable[[], T], otherwise: T) -> T:
        """What the function returns; ``otherwise`` when it fails, or has failed too often and is not called for now."""
        retry_at = None if self.strict else current().tripped.get((self.plugin, self.place))
        if retry_at is not None and not (retry_at <= time.time() and take_probe(self.plugin, self.place)):
            return otherwise
        began = time.perf_counter()
        try:
            with watched(self.plugin, self.place, self.seconds), self._savepoint():
                value = function()
        # A stranger's code runs inside ours, so everything it raises is caught, named and counted.
        except (Exception, SystemExit) as error:
            if self.strict and isinstance(error, _REFUSALS):
                raise
            note_failure(self.plugin, self.place, error, probing=retry_at is not None)
            if self.strict:
                raise
            return otherwise
        finally:
            note_time(self.plugin, self.place, time.perf_counter() - began)
        if retry_at is not None:
            note_success(self.plugin, self.place)
        return value

    def _savepoint(self) -> AbstractContextManager[Any]:
        # PostgreSQL refuses everything after a failed statement in a transaction that is open around us.
        return transaction.atomic() if self.savepoint and connection.in_atomic_block else nullcontext()
