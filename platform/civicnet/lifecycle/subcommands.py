"""Sub-commands: what rooms above this one add to ``civicnet plugins``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Given the options that were typed in; returns what to print. A ``CivicNetError`` is told in its own sentence.
Run = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class SubCommand:
    """One word behind ``civicnet plugins``, with its arguments and what it does."""

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    run: Run


_offered: dict[str, SubCommand] = {}


def offer(command: SubCommand) -> None:
    """Add a sub-command; rooms call this when their app is ready."""
    _offered[command.name] = command


def offered() -> dict[str, SubCommand]:
    """Those that were added, by name."""
    return dict(_offered)
