"""Bodies that nobody needed for the answer, on a real server."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from civicnet.gateway.cache.front import Front
from civicnet_site.bodies import WholeBodies
from civicnet_site.own_postgresql import spare_port
from civicnet_site.serving import server_command

# What refuses whoever shows no good key, before it looks at what they want.
REFUSING = """
from civicnet_site.bodies import WholeBodies


def refuse(environ, start_response):
    start_response("429 Too Many Requests", [("Content-Length", "2")])
    return [b"no"]


application = WholeBodies(refuse, paths=["/graphql/"])
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "refusing.py").write_text(REFUSING)
    port = spare_port()
    command = server_command(port=port, workers=1)
    command[command.index("civicnet_site.wsgi:application")] = "refusing:application"
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    server = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": path})
    try:
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    until = time.monotonic() + 20
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            break
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.05)
    with connection:
        yield connection


def asked(connection: socket.socket, length: int) -> bytes:
    """The answer to a request whose body comes a moment after its head, as many programs send it."""
    connection.sendall(f"POST /graphql/ HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
    time.sleep(0.02)
    connection.sendall(b"x" * length)
    answer = b""
    while not answer.endswith(b"no"):
        part = connection.recv(4096)
        assert part, "the connection was closed"
        answer += part
    return answer.split(b"\r\n")[0]


def test_a_connection_stays_open_when_the_answer_needed_no_body(port: int) -> None:
    with connected(port) as connection:
        answers = [asked(connection, length) for length in (20, 1, 100_000) * 5]

    assert answers == [b"HTTP/1.1 429 Too Many Requests"] * 15


@pytest.mark.parametrize("door", [partial(WholeBodies, paths=["/graphql/"]), Front])
def test_a_length_of_thousands_of_noughts_is_no_fault_of_ours(door: Any) -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/graphql/", "CONTENT_LENGTH": "0" * 5000 + "2"}

    assert door(lambda _environ, _start: [b"no"])(environ, None) == [b"no"]


def test_elsewhere_nobody_is_waited_for_whose_body_does_not_come() -> None:
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_LENGTH": "2", "wsgi.input": None}

    assert WholeBodies(lambda _environ, _start: [b"no"], paths=["/graphql/"])(environ, None) == [b"no"]
