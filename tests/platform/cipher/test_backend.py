"""The backend: it knows the standards' examples, can be replaced, and never serves when it is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from civicnet.cipher import CipherError, backend, decrypt, encrypt
from civicnet.cipher.apps import check_backend
from civicnet.cipher.backend import LibraryBackend, failures

SERVED: list[str] = []


class CountingBackend(LibraryBackend):
    """Stands for a certified module."""

    def seal(self, *args: Any, **kwargs: Any) -> bytes:
        SERVED.append("seal")
        return super().seal(*args, **kwargs)


class WrongBackend(LibraryBackend):
    """A module that computes another digest."""

    def digest(self, data: bytes) -> str:
        return "00" * 32


def here(name: str) -> str:
    return f"{__name__}.{name}"


def test_the_library_knows_the_standards_examples() -> None:
    assert failures(LibraryBackend()) == []
    # GB/T 32905-2016, example 1.
    assert backend().digest(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_another_backend_serves_by_a_setting(settings: Any) -> None:
    settings.CIVICNET_CRYPTO_BACKEND = here("CountingBackend")
    backend()
    SERVED.clear()

    assert decrypt(encrypt("14000000001")) == "14000000001"
    assert SERVED == ["seal"]


def test_a_backend_that_fails_its_examples_never_serves(settings: Any) -> None:
    settings.CIVICNET_CRYPTO_BACKEND = here("WrongBackend")

    with pytest.raises(ImproperlyConfigured, match="fails its self-test: SM3"):
        encrypt("14000000001")
    assert [one.id for one in check_backend(None)] == ["civicnet.cipher.E001"]


def test_a_backend_that_is_not_there_is_named(settings: Any) -> None:
    settings.CIVICNET_CRYPTO_BACKEND = "nowhere.Backend"

    assert "nowhere.Backend" in check_backend(None)[0].msg


def test_the_check_is_silent_when_all_is_well() -> None:
    assert check_backend(None) == []


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 60])
def test_nonsense_does_not_open(sealed: bytes) -> None:
    with pytest.raises(CipherError):
        backend().open(b"k" * 16, sealed)
