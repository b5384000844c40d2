"""The servers of the contestants: two processes each, with what each needs to know of the database."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from civicnet_site.bench import environments
from civicnet_site.bench.facts import FILTER
from civicnet_site.bench.servers import Server, granian, running
from civicnet_site.own_postgresql import spare_port

OURS = "civicnet_site.settings.bench"
WAGTAIL = "civicnet_site.settings.bench_wagtail"
# As `civicnet serve` has its processes watched, and their statements ended.
_AS_SERVED = {"CIVICNET_WATCHDOG": "true", "CIVICNET_STATEMENT_SECONDS": "10"}


@contextmanager
def host(name: str, url: str, *, label: str = "", workers: int = 2) -> Iterator[Server]:
    """One server by its contestants' name for it, on a database.

    Raises:
        NotInstalled: its environment could not be installed.
        NoServer: it did not come up.
    """
    port = spare_port()
    if name == "yoga":
        command = environments.node(str(environments.yoga() / "server.mjs"))
        environment = _yoga(url, port, workers)
    elif name == "wagtail":
        command = granian(environments.grapple(), port=port, workers=workers)
        environment = _AS_SERVED | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": WAGTAIL}
    else:
        command = granian(sys.executable, port=port, workers=workers)
        environment = _AS_SERVED | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": OURS} | _cache(name)
    with running(f"{name}{label}", command, port=port, environment=environment) as server:
        yield server


def described(server: Server) -> str:
    """The server's command as a person would type it."""
    home = os.path.expanduser("~")
    return " ".join(server.command).replace(home, "~")


def _cache(name: str) -> dict[str, str]:
    return {} if name == "ours_cached" else {"CIVICNET_CACHE_BYTES": "0"}


def _yoga(url: str, port: int, workers: int) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "PORT": str(port),
        "WORKERS": str(workers),
        "FILTER": FILTER,
        "MEDIA": "/media/",
        "NODE_ENV": "production",
    }
