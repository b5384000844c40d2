"""Databases of the benchmark's own, made for this run: a SQLite file, or a PostgreSQL server on a spare port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from civicnet_site.bench.facts import FILTER
from civicnet_site.bench.gateway.contestants import City
from civicnet_site.own_postgresql import another_database, own_server, programs


class NoDatabase(Exception):
    """A database could not be made; the message says why."""


@contextmanager
def database(kind: str) -> Iterator[str]:
    """An empty database for the length of a block: its DATABASE_URL.

    Raises:
        NoDatabase: its server is not installed.
    """
    if kind == "sqlite":
        path = settings.VAR_DIR / "gateway.sqlite3"
        _remove(path)
        try:
            yield f"sqlite:///{path}"
        finally:
            _remove(path)
        return
    folder = programs()
    if folder is None:
        raise NoDatabase("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
    # As much memory as the measurements that the targets come from were made with.
    with own_server(folder, "-c shared_buffers=1GB") as url:
        yield url


@contextmanager
def second(url: str) -> Iterator[str]:
    """Another empty database beside the first, on the same server."""
    if url.startswith("sqlite"):
        path = settings.VAR_DIR / "growth.sqlite3"
        _remove(path)
        try:
            yield f"sqlite:///{path}"
        finally:
            _remove(path)
    else:
        yield another_database(url, "growth")


def make(url: str, articles: int) -> City:
    """Fill a database, in a process of its own.

    Raises:
        NoDatabase: it could not be filled.
    """
    told = _in_a_process(url, "fill", str(articles), FILTER)
    return City(url=url, fields=frozenset(told.pop("fields")), **told)


def problems(city: City) -> int:
    """How many nodes of the tree Wagtail finds fault with. It asks for every page by itself: minutes for a million.

    Raises:
        NoDatabase: it could not be asked.
    """
    return int(_in_a_process(city.url, "problems")["problems"])


def _in_a_process(url: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "civicnet_site.bench.fill", *arguments],
        env=os.environ | {"DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoDatabase(f"`{' '.join(arguments)}` did not run through; see above")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
