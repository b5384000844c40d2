"""Personal data: unreadable in the database, findable by an exact value, masked on screens."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from civicnet.cipher import (
    CipherError,
    Made,
    blind_index,
    blind_index_all,
    blind_indexes,
    blind_indexes_all,
    decrypt,
    encrypt,
    encrypt_all,
    make_ahead,
    mask,
    mask_numbers,
    remembering,
)


def test_a_value_comes_back_and_never_looks_the_same_twice() -> None:
    first, second = encrypt("14000000001"), encrypt("14000000001")

    assert first != second
    assert "14000000001" not in first
    assert decrypt(first) == decrypt(second) == "14000000001"


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
    assert blind_index("14000000001") == blind_indexes("14000000001")[0]
    assert index in blind_indexes("14000000001")


def test_a_value_without_its_key_is_refused(settings: object) -> None:
    sealed = encrypt("14000000001")
    settings.CIVICNET_FIELD_KEYS = ["other:" + "11" * 32]  # type: ignore[attr-defined]

    with pytest.raises(CipherError, match="no key named 'test'"):
        decrypt(sealed)


def test_index_keys_of_their_own_stand_apart_from_the_field_keys(settings: object) -> None:
    settings.CIVICNET_INDEX_KEYS = ["index:" + "22" * 32]  # type: ignore[attr-defined]
    index = blind_index("14000000001")

    settings.CIVICNET_FIELD_KEYS = ["new:" + "11" * 32]  # type: ignore[attr-defined]

    assert blind_indexes("14000000001") == [index]


def test_a_value_opens_only_at_the_place_it_was_sealed_for() -> None:
    sealed = encrypt("14000000001", place="grid.worker.phone")

    assert decrypt(sealed, place="grid.worker.phone") == "14000000001"
    with pytest.raises(CipherError):
        decrypt(sealed, place="grid.worker.id_number")


def test_a_value_from_before_places_opens_anywhere() -> None:
    assert decrypt(encrypt("14000000001"), place="grid.worker.phone") == "14000000001"


@pytest.mark.parametrize("entry", ["", "name", "name:12", "name:" + "zz" * 32, ":" + "11" * 32])
def test_a_malformed_key_is_named_at_once(settings: object, entry: str) -> None:
    settings.CIVICNET_FIELD_KEYS = [entry]  # type: ignore[attr-defined]

    with pytest.raises(ImproperlyConfigured, match="CIVICNET_FIELD_KEYS"):
        encrypt("1")


def test_two_keys_of_one_name_are_refused(settings: object) -> None:
    settings.CIVICNET_FIELD_KEYS = ["a:" + "11" * 32, "a:" + "22" * 32]  # type: ignore[attr-defined]

    with pytest.raises(ImproperlyConfigured, match="two keys"):
        encrypt("1")


@pytest.mark.parametrize(
    ("plain", "shown"),
    [("14000000001", "140****0001"), ("999999199001011234", "999***********1234"), ("1234567", "*******")],
)
def test_screens_show_the_ends_only(plain: str, shown: str) -> None:
    assert mask(plain) == shown


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("回电14000000001，谢谢", "回电140****0001，谢谢"),
        ("回电140 0000-0001", "回电140******0001"),
        ("+86 140-0000-0001", "+86**********0001"),
        ("１４００００００００１", "１４０****０００１"),
        ("核实999999 19900101 123X", "核实999*************123X"),
        ("0433-1234567", "043*****4567"),
        ("案件20261123-0001，2026-11-23至2026-12-01，共12345678901234567890", None),
        ("192.168.100.200 每3.14天 139.107.121.20", None),
    ],
)
def test_a_number_left_among_words_is_masked_and_nothing_else(words: str, kept: str | None) -> None:
    assert mask_numbers(words) == (words if kept is None else kept)


def test_many_values_sealed_at_once_open_one_by_one_and_never_look_alike() -> None:
    texts = ["14000000001", "", "14000000001", "张三"]
    sealed = encrypt_all(texts, place="a.b.c")
    assert [decrypt(one, place="a.b.c") for one in sealed] == texts
    assert len(set(sealed)) == len(texts)
    with pytest.raises(CipherError):
        decrypt(sealed[0], place="a.b.d")


def test_blind_indexes_of_many_values_are_those_of_each_remembered_or_not() -> None:
    texts = ["14000000001", "14000000002", "14000000001"]
    each = [blind_index(text) for text in texts]
    assert blind_index_all(texts) == each
    with remembering():
        assert blind_indexes(texts[1]) == [each[1]]
        assert blind_index_all(texts) == each
        assert blind_indexes(texts[0]) == [each[0]]


def test_all_digests_of_many_values_are_those_of_each_while_two_keys_are_in_force(settings: Settings) -> None:
    settings.CIVICNET_INDEX_KEYS = [f"new:{'1' * 64}", f"old:{'2' * 64}"]
    texts = ["14000000001", "14000000002", "14000000001"]
    each = [blind_indexes(text) for text in texts]

    assert [len(digests) for digests in each] == [2, 2, 2]
    assert blind_indexes_all(texts) == each
    with remembering():
        assert blind_indexes_all(texts) == each
        assert blind_index_all(texts) == [newest for newest, _older in each]


def test_a_seal_that_was_made_ahead_is_given_out_once():
    made, place = Made(), "a.b.c"
    make_ahead(made, indexes=["14000000001"], seals=["14000000001", "14000000002"], place=place)
    with remembering(made):
        first = encrypt_all(["14000000002", "14000000001", "14000000001", "张三"], place=place)
        again = encrypt_all(["14000000001"], place=place)
        elsewhere = encrypt_all(["14000000002"], place="a.b.d")
        assert blind_indexes("14000000001") == [blind_index("14000000001")]

    assert [decrypt(one, place=place) for one in first] == ["14000000002", "14000000001", "14000000001", "张三"]
    assert decrypt(again[0], place=place) == "14000000001"
    assert decrypt(elsewhere[0], place="a.b.d") == "14000000002"
    assert len({*first, *again, *elsewhere}) == 6
