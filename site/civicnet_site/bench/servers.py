"""Servers for the length of a measurement: two processes each, on a spare port, ended with everything they started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from civicnet_site.serving import server_command

_PATIENCE = 120.0


class NoServer(Exception):
    """A server did not come up; the message holds the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers on a port of 127.0.0.1."""

    name: str
    port: int
    command: tuple[str, ...]
    process: int

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """One request by itself: the status and the bytes of the answer.

        Raises:
            NoServer: no answer came within 30 seconds.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise NoServer(f"{self.name} did not answer {method} {path[:80]}: {error!r}") from error
        finally:
            connection.close()


def granian(python: str | Path, *, port: int, workers: int) -> list[str]:
    """The command of a WSGI server, just as ``civicnet serve`` starts it, with a Python of one's choice."""
    return [str(python), *server_command(port=port, workers=workers)[1:]]


@contextmanager
def running(name: str, command: Sequence[str], *, port: int, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server for the length of a block, in a session of its own; what it writes lands in var/bench/logs/.

    Raises:
        NoServer: it ended, or does not answer within two minutes.
    """
    log = settings.VAR_DIR / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603
            command,
            env=os.environ | environment,
            cwd=settings.VAR_DIR,
            stdout=written,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            _wait(process, port, log)
            yield Server(name, port, tuple(command), process.pid)
        finally:
            _end(process)


def workers_of(server: Server) -> list[int]:
    """The processes that a server started, by Linux's account of its children."""
    found = Path(f"/proc/{server.process}/task/{server.process}/children").read_text(encoding="ascii")
    return [int(one) for one in found.split()]


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            # Whatever it answers to this, it answers.
            connection.request("GET", "/bench/nothing/")
            connection.getresponse().read()
            return
        except (OSError, HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise NoServer(log.read_text(encoding="utf-8", errors="replace").strip()[-800:] or "it wrote nothing")


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign, patience in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        try:
            # The session it leads: its workers end with it.
            os.killpg(process.pid, sign)
            process.wait(timeout=patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
