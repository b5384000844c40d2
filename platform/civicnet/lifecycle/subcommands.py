"""Sub-commands of ``civicnet plugins``: each room that has one offers it here."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Say = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Subcommand:
    """``civicnet plugins NAME``: what it does in a sentence, its arguments, and the work.

    ``run`` is given the parsed arguments by name and a function that prints a line. An error of the contract, or a
    ``CommandError``, is told as one sentence, with exit code 1. One picture of what is on is in force meanwhile, unless it
    needs no database.
    """

    name: str
    help: str
    arguments: Callable[[ArgumentParser], Any]
    run: Callable[[Mapping[str, Any], Say], Any]
    needs_database: bool = True


_offered: dict[str, Subcommand] = {}


def offer(*commands: Subcommand) -> None:
    """Add sub-commands; rooms call this when their app is ready."""
    _offered.update({one.name: one for one in commands})


def offered() -> list[Subcommand]:
    """All of them, in the order in which they were offered."""
    return list(_offered.values())
