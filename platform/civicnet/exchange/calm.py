"""Calm: no search for cycles while many rows are made, for it walks through all that the process has ever loaded."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def calm() -> Iterator[None]:
    """Make rows in the block without the collector of cycles; what it made is looked through at the end, nothing older."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect(0)
