"""What ran: versions of programs and packages, told with every figure."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from functools import cache
from importlib.metadata import version

from civicnet_site.bench import environments

_OURS = ("django", "wagtail", "graphql-core", "graphene", "graphene-django", "granian", "orjson", "psycopg")


@cache
def versions(url: str) -> dict[str, str]:
    """By name; a rival that is not installed is not in it."""
    found = {"python": platform.python_version()} | {name: version(name) for name in _OURS}
    found |= {"database": _database(url), "wrk": _first_number(["wrk", "-v"])}
    if environments.installed("grapple"):
        told = "from importlib.metadata import version; print(version('wagtail-grapple'))"
        found["wagtail-grapple"] = _said([str(environments.grapple()), "-c", told])
    if environments.installed("yoga"):
        found["node"] = _said(environments.node("--version"))
        for name in ("graphql-yoga", "graphql", "pg", "dataloader"):
            manifest = environments.yoga() / "node_modules" / name / "package.json"
            found[f"npm:{name}"] = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    return found


def _database(url: str) -> str:
    if url.startswith("sqlite"):
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}"
    import psycopg

    with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
        return f"PostgreSQL {connection.info.server_version // 10000}.{connection.info.server_version % 10000}"


def _first_number(command: list[str]) -> str:
    # wrk -v ends with 1 and tells its version all the same.
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        return ""
    found = re.search(r"\d[\w.+-]*", done.stdout + done.stderr)
    return found[0] if found else ""


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()
