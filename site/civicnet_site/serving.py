"""Running the product: server processes, the background worker and the watchdog, started together and ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from civicnet.lifecycle.watchdog import folder, watch

_RESTART_AFTER = 1.0
# Of the 19 steps by which a process may stand back.
_STANDS_BACK = 5


class NotServing(RuntimeError):
    """The server did not answer in time, or a process ended by itself."""


def server_command(*, port: int, workers: int) -> list[str]:
    """The command that serves HTTP on 127.0.0.1: processes rather than threads, as measured in the decisions."""
    return [
        *(sys.executable, "-m", "granian", "civicnet_site.wsgi:application", "--interface", "wsgi"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--blocking-threads", "1"),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]


def worker_command() -> list[str]:
    """The command that works through the background queues and keeps the schedules."""
    return [sys.executable, "-m", "civicnet_site", "work"]


def give_way() -> None:
    """Let processes that answer people go first where there is not enough for all; for the background worker."""
    os.nice(_STANDS_BACK)


@contextlib.contextmanager
def serving(*, port: int, workers: int, background: bool = True) -> Iterator[subprocess.Popen[bytes]]:
    """Server and worker for the length of a block; yields the server's process, which may not answer yet.

    The worker starts when the server answers, so that the two do not boot at once, and is started again when it dies.
    A watchdog ends whichever process hangs in a plugin; the server starts a new one in its place. All run in sessions of
    their own: Ctrl-C reaches us alone, and we end them in order, so that none is left behind holding the port. SIGHUP, as
    ``civicnet reload`` sends it, renews all processes one after another, and no request is refused meanwhile.

    Raises:
        NotServing: the port is taken.
    """
    _refuse_taken(port)
    ending, renewing = threading.Event(), threading.Event()
    server = _start(server_command(port=port, workers=workers), CIVICNET_STATEMENT_SECONDS=_statement_seconds())
    threads = [threading.Thread(target=watch, args=(ending,), daemon=True)]
    if background:
        threads.append(threading.Thread(target=_keep_worker, args=(ending, renewing, port), daemon=True))
    for one in threads:
        one.start()
    try:
        with _reloadable(server, renewing):
            yield server
    finally:
        ending.set()
        _end(server)
        for one in threads:
            one.join(timeout=15)


def _statement_seconds() -> str:
    # A statement may take as long as a request, unless somebody says otherwise.
    return os.environ.get("CIVICNET_STATEMENT_SECONDS") or os.environ.get("CIVICNET_GRAPHQL_SECONDS") or "10"


def _start(command: list[str], **environment: str) -> subprocess.Popen[bytes]:
    watched = os.environ | {"CIVICNET_WATCHDOG": "true"} | environment
    return subprocess.Popen(command, start_new_session=True, env=watched)  # noqa: S603


@contextlib.contextmanager
def _reloadable(server: subprocess.Popen[bytes], renewing: threading.Event) -> Iterator[None]:
    def renew(*_signal: object) -> None:
        server.send_signal(signal.SIGHUP)
        renewing.set()

    path = process_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    before = signal.signal(signal.SIGHUP, renew)
    path.write_text(str(os.getpid()))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        signal.signal(signal.SIGHUP, before)


def process_file() -> Path:
    """Where the number of the process stands that serves this installation."""
    return folder() / "serve.pid"


def _keep_worker(ending: threading.Event, renewing: threading.Event, port: int) -> None:
    while not ending.is_set() and not _answers(port):
        ending.wait(0.1)
    while not ending.is_set():
        worker = _start(worker_command())
        while worker.poll() is None and not renewing.is_set() and not ending.wait(0.2):
            pass
        renewing.clear()
        _end(worker)
        if not ending.is_set():
            time.sleep(_RESTART_AFTER)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    # A server that was killed leaves its processes behind, and they hold the port.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/graphql/schema.graphql", timeout=5):
            return True
    except (URLError, ConnectionError, TimeoutError):
        return False


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise NotServing(f"port {port} is taken: choose another with --port") from error


def wait_until_it_answers(*, port: int, server: subprocess.Popen[bytes]) -> None:
    """Come back when the first answer has come.

    Raises:
        NotServing: the server ended, or nothing answers within 60 seconds.
    """
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if server.poll() is not None:
            raise NotServing(f"the server ended with status {server.returncode}")
        if _answers(port):
            return
        time.sleep(0.1)
    raise NotServing(f"nothing answers on port {port}")
