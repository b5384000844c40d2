"""One request outward, a POST to a webhook, a look at a link or a call of an interface: to an address that was checked, in
bounded time, following nobody."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Timer

from civicnet.delivery.models import Failure
from civicnet.delivery.targets import Target, Unsent, addresses_of

# For one step: to connect, to wait for the next bytes. And for all steps together, or a slow drip would hold us for hours.
STEP_SECONDS = 5.0
WHOLE_SECONDS = 15.0
MOST_BYTES = 64 * 1024
_MOST_ADDRESSES = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered: the status, and no more of the body than was asked for."""

    status: int
    body: bytes


class _Checked(HTTPConnection):
    """A connection to addresses that were checked, whatever the name leads to by now."""

    def __init__(self, target: Target, addresses: Sequence[str]) -> None:
        super().__init__(target.host, target.port, timeout=STEP_SECONDS)
        self._target, self._addresses = target, addresses
        self.cut = Event()

    def connect(self) -> None:
        """To the first that answers; over TLS with a certificate for the name, not the address."""
        plain = self._reach()
        if not self._target.tls:
            self.sock = plain
            return
        self.sock = ssl.create_default_context().wrap_socket(
            plain, server_hostname=self._target.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()

    def cut_off(self) -> None:
        """End it from another thread: whoever reads finds the end."""
        self.cut.set()
        if isinstance(self.sock, socket.socket):
            with suppress(OSError):
                # Not the TLS way to say goodbye, which would wait for an answer.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _reach(self) -> socket.socket:
        for address in self._addresses[:-1]:
            with suppress(OSError):
                return self._open(address)
        return self._open(self._addresses[-1])

    def _open(self, address: str) -> socket.socket:
        return socket.create_connection((address, self._target.port), STEP_SECONDS)


def send(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """POST a body; returns the status, which is of the 200s.

    Raises:
        Unsent: it may not be called, cannot be reached, took too long, or answered otherwise.
    """
    status = _ask(target, "POST", body, headers).status
    if 200 <= status < 300:
        return status
    raise Unsent(Failure.REDIRECT if 300 <= status < 400 else Failure.STATUS, status)


def look(target: Target, headers: Mapping[str, str]) -> int:
    """GET an address only to see that somebody answers; returns the status, whatever it is.

    Raises:
        Unsent: it may not be called, cannot be reached, or took too long.
    """
    return _ask(target, "GET", None, headers).status


def call(target: Target, body: bytes, headers: Mapping[str, str], *, most: int, seconds: float) -> Answer:
    """POST a body to an interface whose answer is read, up to ``most`` bytes of it; ``seconds`` are for all of it together.

    Raises:
        Unsent: it may not be called, cannot be reached, took too long, said more than ``most``, or answered otherwise than
            with one of the 200s.
    """
    answer = _ask(target, "POST", body, headers, most=most + 1, seconds=seconds)
    if len(answer.body) > most:
        raise Unsent(Failure.STATUS, answer.status)
    if 200 <= answer.status < 300:
        return answer
    raise Unsent(Failure.REDIRECT if 300 <= answer.status < 400 else Failure.STATUS, answer.status)


def _ask(
    target: Target,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    most: int = 0,
    seconds: float | None = None,
) -> Answer:
    connection = _Checked(target, addresses_of(target)[:_MOST_ADDRESSES])
    clock = Timer(seconds or WHOLE_SECONDS, connection.cut_off)
    clock.daemon = True
    clock.start()
    try:
        with closing(connection):
            connection.request(method, target.path, body=body, headers={**headers, "Host": target.authority})
            return _answer(connection, most)
    except (OSError, HTTPException, ValueError) as error:
        raise Unsent(_failure(connection, error)) from error
    finally:
        clock.cancel()


def _answer(connection: _Checked, most: int) -> Answer:
    response = connection.getresponse()
    if most:
        return Answer(response.status, response.read(most))
    # What it says beside the status is nobody's business here; some take it ill when they cannot finish.
    with suppress(OSError, HTTPException):
        response.read(MOST_BYTES)
    return Answer(response.status, b"")


def _failure(connection: _Checked, error: Exception) -> Failure:
    if connection.cut.is_set() or isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    return Failure.SECURITY if isinstance(error, ssl.SSLError) else Failure.CONNECTION
