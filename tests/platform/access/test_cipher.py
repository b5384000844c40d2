"""Personal data: unreadable in the database, findable by an exact value, masked on screens."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes

from civicnet.access.cipher import CipherError, blind_index, decrypt, encrypt, mask


def test_a_value_comes_back_and_never_looks_the_same_twice() -> None:
    first, second = encrypt("14000000001"), encrypt("14000000001")

    assert first != second
    assert "14000000001" not in first
    assert decrypt(first) == decrypt(second) == "14000000001"


def test_sm3_is_the_standards_own() -> None:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")

    # GB/T 32905-2016, example 1.
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_altered_value_is_refused() -> None:
    sealed = encrypt("14000000001")
    altered = sealed[:-6] + ("AAAAA=" if not sealed.endswith("AAAAA=") else "BBBBB=")

    with pytest.raises(CipherError):
        decrypt(altered)


def test_a_new_key_in_front_leaves_old_values_readable_and_searchable(settings: object) -> None:
    sealed, index = encrypt("14000000001"), blind_index("14000000001")

    settings.CIVICNET_FIELD_KEYS = ["new:" + "11" * 32, *settings.CIVICNET_FIELD_KEYS]  # type: ignore[attr-defined]

    assert decrypt(sealed) == "14000000001"
    assert encrypt("1").startswith("new:")
    assert blind_index("14000000001") == index


def test_a_value_without_its_key_is_refused(settings: object) -> None:
    sealed = encrypt("14000000001")
    settings.CIVICNET_FIELD_KEYS = ["other:" + "11" * 32]  # type: ignore[attr-defined]

    with pytest.raises(CipherError, match="no key named 'test'"):
        decrypt(sealed)


@pytest.mark.parametrize(
    ("plain", "shown"),
    [("14000000001", "140****0001"), ("999999199001011234", "999***********1234"), ("1234567", "*******")],
)
def test_screens_show_the_ends_only(plain: str, shown: str) -> None:
    assert mask(plain) == shown
