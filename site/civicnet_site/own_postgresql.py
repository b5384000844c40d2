"""A PostgreSQL of our own for one run of tests or benchmarks: in a temporary folder, on a spare port, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWNER = "civicnet"
# Nothing of this server outlives the run, so it may take every risk that makes it quick.
RISKS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class NoServer(Exception):
    """PostgreSQL is installed but did not start; the message says what it answered."""


def programs() -> Path | None:
    """The folder of the newest installed initdb, as Debian's packages lay them out, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    numbered = [path.parent for path in found if path.parent.parent.name.isdigit()]
    return max(numbered, key=lambda folder: int(folder.parent.name), default=None)


@contextmanager
def own_server(folder: Path, settings: str = "") -> Iterator[str]:
    """Start a server with the programs in `folder`, give its DATABASE_URL, and always stop it.

    `settings` are further options of the server, e.g. ``-c shared_buffers=1GB``.
    """
    home = Path(tempfile.mkdtemp(prefix="civicnet-postgresql-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(home, _other_user())
        port = spare_port()
        data, log = home / "data", home / "log"
        initdb = ("initdb", "-D", data, "-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        _run(folder, *initdb, "--no-sync")
        listening = f"-p {port} -h 127.0.0.1 -k {home}"
        _run(folder, "pg_ctl", "start", "-w", "-D", data, "-l", log, "-o", f"{listening} {RISKS} {settings}")
        try:
            _run(folder, "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", OWNER, OWNER)
            yield f"postgres://{OWNER}@127.0.0.1:{port}/{OWNER}"
        finally:
            _run(folder, "pg_ctl", "stop", "-w", "-m", "immediate", "-D", data)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def another_database(url: str, name: str) -> str:
    """Make one more empty database on a server of our own, and give its DATABASE_URL."""
    import psycopg

    with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rpartition('/')[0]}/{name}"


def _run(folder: Path, program: str, *arguments: str | Path) -> None:
    # initdb and the server refuse to run as root.
    another = ["runuser", "-u", _other_user(), "--"] if os.geteuid() == 0 else []
    done = subprocess.run(  # noqa: S603 — the programs of the installed server
        [*another, folder / program, *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoServer(f"{program} ended with {done.returncode}: {done.stdout.strip()}")


def _other_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def spare_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
