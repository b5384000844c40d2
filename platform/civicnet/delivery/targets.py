"""Where a webhook leads: an address on the open network, or inside only where a setting says so.

What is called is chosen by whoever looks after a client, so it must not be a way into our own network: the addresses behind
a name are checked each time, and the connection goes to one that was checked.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from civicnet.contract import InvalidInput
from civicnet.contract.addresses import Address, lies_in, networks
from civicnet.delivery.models import Failure

LONGEST = 500
_PLAIN = re.compile(r"[\x21-\x7e]+")
# Where a network without IPv4 keeps the addresses of the one that has it (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")


class Unsent(Exception):
    """A message did not arrive; ``failure`` says why, ``status`` what the receiver answered, if it did."""

    def __init__(self, failure: Failure, status: int | None = None) -> None:
        super().__init__(failure)
        self.failure, self.status = failure, status


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. ``path`` holds the query too; ``public``: it is only looked at, so it may be without TLS."""

    url: str
    tls: bool
    host: str
    port: int
    path: str
    public: bool = False

    @property
    def authority(self) -> str:
        """Host and port as the receiver is called."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"


def read_target(url: str) -> Target:
    """An address as somebody wrote it.

    Raises:
        InvalidInput: it is none, is not secure, carries a name or password, or leads inside.
    """
    target = _taken_apart(url)
    _refuse_inside(target)
    return target


def read_link(url: str) -> Target:
    """An address that a text leads its readers to, to look whether it answers; it need not be secure.

    Raises:
        InvalidInput: it is none, carries a name or password, or leads inside.
    """
    target = _taken_apart(url.partition("#")[0], public=True)
    _refuse_inside(target)
    return target


def addresses_of(target: Target) -> list[str]:
    """The addresses behind a target, all of which may be called now.

    Raises:
        Unsent: the name is not known, or one of its addresses may not be called.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unsent(Failure.NAME) from error
    texts = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not texts or not all(_may_be_called(ip_address(text), target) for text in texts):
        raise Unsent(Failure.ADDRESS)
    return texts


def _taken_apart(url: str, *, public: bool = False) -> Target:
    text = url.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _refused() from error
    host = parts.hostname or ""
    if len(text) > LONGEST or not _PLAIN.fullmatch(text) or not host or parts.scheme not in ("https", "http"):
        raise _refused()
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInput(_("Leave out user name, password and what follows a #."), field="url")
    tls = parts.scheme == "https"
    return Target(text, tls, host, port or (443 if tls else 80), _path(parts), public)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _refuse_inside(target: Target) -> None:
    """Say at once what every attempt would say; names are looked up only then."""
    host = "127.0.0.1" if target.host == "localhost" else target.host
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    if address is None and not target.tls and not target.public:
        raise InvalidInput(_("Only addresses that begin with https:// are called."), field="url")
    if address is not None and not _may_be_called(address, target):
        raise InvalidInput(_("Webhooks may not call this address. Ask whoever runs this platform."), field="url")


def _may_be_called(address: Address, target: Target) -> bool:
    meant = _meant(address)
    if not target.tls and not target.public and not meant.is_loopback:
        return False
    if lies_in(meant, networks(tuple(settings.CIVICNET_WEBHOOK_NETWORKS))):
        return True
    return meant.is_global and not meant.is_multicast and not meant.is_reserved


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps, by whatever way."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _refused() -> InvalidInput:
    return InvalidInput(_("Write a whole address, such as https://portal.example.cn/hooks."), field="url")
