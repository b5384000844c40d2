"""The caller's address: believed from the transport, and from a header only where our own proxy vouches for it."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from civicnet.contract.addresses import client_address, lies_in, networks


def asked(remote: str, forwarded: str | None = None) -> str:
    headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


def test_a_header_from_a_stranger_is_not_believed(settings) -> None:
    settings.CIVICNET_TRUSTED_PROXIES = []

    assert asked("203.0.113.9", "10.0.0.1") == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("10.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, 127.0.0.1", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("nonsense", "127.0.0.1"),
        ("198.51.100.7, nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
        (", ".join(["198.51.100.7"] * 3), "198.51.100.7"),
    ],
)
def test_behind_our_proxy_the_last_address_that_is_not_ours_counts(settings, forwarded: str, expected: str) -> None:
    settings.CIVICNET_TRUSTED_PROXIES = ["127.0.0.0/8"]

    assert asked("127.0.0.1", forwarded) == expected


def test_a_socket_file_has_no_address_and_lies_in_no_network(settings) -> None:
    settings.CIVICNET_TRUSTED_PROXIES = ["127.0.0.0/8"]

    assert asked("", "198.51.100.7") == ""
    assert not lies_in("", networks(("0.0.0.0/0", "::/0")))


def test_an_address_is_compared_within_its_own_family() -> None:
    both = networks(("10.0.0.0/8", "2001:db8::/32"))

    assert lies_in("10.1.2.3", both)
    assert lies_in("::ffff:10.1.2.3", both)
    assert lies_in("2001:db8::5", both)
    assert not lies_in("2001:db9::5", both)
    assert not lies_in("11.0.0.1", both)
