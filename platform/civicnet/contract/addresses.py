"""From which address a request comes: the one place that decides when ``X-Forwarded-For`` may be believed.

``CIVICNET_TRUSTED_PROXIES`` names the networks of our own proxies. The header counts only when such a proxy hands it over,
and only as far as proxies of ours vouch for it: read from the right, the first address that is not ours is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# More hops than any honest chain has; the rest of a longer header is not read.
_HOPS = 20


def client_address(request: HttpRequest) -> str:
    """The caller's address in its shortest form, or "" where the transport has none (a socket file)."""
    return address_of(request.META)


def address_of(environ: Mapping[str, Any]) -> str:
    """The same from a WSGI environment, before there is a request."""
    nearest = _read(environ.get("REMOTE_ADDR", ""))
    proxies = networks(tuple(settings.CIVICNET_TRUSTED_PROXIES))
    if nearest is None or not lies_in(nearest, proxies):
        return str(nearest or "")
    for hop in reversed(environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-_HOPS:]):
        found = _read(hop.strip())
        if found is None:
            break
        nearest = found
        if not lies_in(nearest, proxies):
            break
    return str(nearest)


@lru_cache(maxsize=4096)
def neighbourhood(address: str) -> str:
    """What tries are counted by: an IPv4 address, or the /64 of an IPv6 one, all of which one line at home is given."""
    known = _read(address)
    return str(ip_network((int(known) >> 64 << 64, 64))[0]) if isinstance(known, IPv6Address) else address


@lru_cache(maxsize=1024)
def networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks from texts such as ``10.0.0.0/8``, ``2001:db8::/32`` or a single address.

    Raises:
        ValueError: one of them is no network.
    """
    return tuple(ip_network(text) for text in texts)


def lies_in(address: Address | str, among: Sequence[Network]) -> bool:
    """Whether the address belongs to one of the networks; what is no address belongs to none."""
    known = _read(address) if isinstance(address, str) else address
    return known is not None and any(known.version == one.version and known in one for one in among)


@lru_cache(maxsize=4096)
def _read(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    # One machine, one spelling: a dual-stack listener writes IPv4 callers as ::ffff:192.0.2.1.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
