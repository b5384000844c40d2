"""API keys: shown once, kept as a digest, refused alike for every reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.callers import caller
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.keys import KeyRefused, Kind, new_credential, read_credential
from civicnet.access.models import ApiClient, ApiKey, Organisation
from civicnet.access.rotation import revoke_key
from civicnet.access.scope import EVERYWHERE
from civicnet.contract import Actor, InvalidInput
from civicnet.lifecycle.snapshot import read, using

Made = tuple[ApiClient, str]


@pytest.fixture
def made(city: dict[str, Organisation]) -> Made:
    return create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)


def call(key: str, *, address: str = "192.0.2.7", host: str = "testserver") -> Actor:
    return caller(RequestFactory().get("/", REMOTE_ADDR=address, headers={"host": host}), key)


def test_a_key_opens_and_the_database_cannot_tell_it(made: Made) -> None:
    client, key = made

    assert call(key).id == str(client.pk)
    assert key not in str([*ApiClient.objects.values(), *ApiKey.objects.values()])
    assert key.startswith(f"cvn_{client.keys.get().prefix}_")


def test_a_scanner_can_tell_a_credential_by_its_start_and_checksum() -> None:
    text = new_credential(Kind.KEY).text

    assert read_credential(text) == (Kind.KEY, text.split("_")[1])
    assert read_credential(text[:-1] + ("0" if text[-1] != "0" else "1")) is None
    assert read_credential(text + "\n") is None


def test_scopes_become_permissions_over_the_clients_subtree(city: dict[str, Organisation], made: Made) -> None:
    part = create_client(name="街道", organisation=city["222403001"], scopes=["grid.read"], actor=SYSTEM)

    whole, actor = call(made[1]), call(part[1])

    assert actor.kind == "client"
    assert actor.paths("civicnet_grid.view_grid") == (city["222403001"].path,)
    assert whole.paths("civicnet_grid.view_grid") == (EVERYWHERE,)
    assert not actor.may("civicnet_hotline.view_case")


BAD = ["malformed", "mistyped", "unknown", "wrong secret", "expired", "client expired", "revoked", "client revoked"]


@pytest.mark.parametrize("change", [*BAD, "elsewhere", "no address", "another site"])
def test_every_wrong_key_gets_the_same_answer(made: Made, change: str) -> None:
    client, key = made
    call(key)
    address, ago = "192.0.2.7", timezone.now() - timedelta(seconds=1)
    if change == "malformed":
        key = "letmein"
    elif change == "mistyped":
        key = key[:-1] + ("0" if key[-1] != "0" else "1")
    elif change == "unknown":
        key = new_credential(Kind.KEY).text
    elif change == "wrong secret":
        ApiKey.objects.update(digest="0" * 64)
    elif change == "expired":
        ApiKey.objects.update(expires_at=ago)
    elif change == "client expired":
        ApiClient.objects.update(expires_at=ago)
    elif change == "revoked":
        revoke_key(key=client.keys.get(), actor=SYSTEM, reason="lost")
    elif change == "client revoked":
        revoke_client(client=client, actor=SYSTEM, reason="lost")
    elif change == "another site":
        other = Site.objects.create(hostname="other.test", root_page=Page.objects.get(depth=1))
        ApiClient.objects.update(sites=[other.pk])
    else:
        ApiClient.objects.update(networks=["198.51.100.0/24"])
        address = "192.0.2.7" if change == "elsewhere" else ""

    with pytest.raises(KeyRefused) as refusal:
        call(key, address=address)

    assert refusal.value.code == "KEY_REFUSED"
    assert refusal.value.status == 401
    assert str(refusal.value) == str(KeyRefused.message)


@pytest.mark.parametrize(
    ("networks", "address"),
    [
        (["192.0.2.0/24"], "192.0.2.7"),
        (["192.0.2.0/24"], "::ffff:192.0.2.7"),
        (["10.0.0.0/8", "2001:db8::/32"], "2001:db8:1::9"),
        ([], "2001:db8::1"),
    ],
)
def test_a_key_opens_from_within_its_ranges(made: Made, networks: list[str], address: str) -> None:
    client, key = made
    ApiClient.objects.update(networks=networks)

    assert call(key, address=address).id == str(client.pk)


def test_a_key_bound_to_a_site_opens_at_its_host_only(made: Made) -> None:
    client, key = made
    other = Site.objects.create(hostname="other.test", root_page=Page.objects.get(depth=1))
    ApiClient.objects.update(sites=[other.pk])

    assert call(key, host="other.test").id == str(client.pk)
    with pytest.raises(KeyRefused):
        call(key, host="testserver")


def test_a_call_takes_one_statement_and_two_when_bound_to_sites(made: Made, django_assert_num_queries) -> None:
    _client, key = made
    call(key)

    with using(read(None)):
        with django_assert_num_queries(1):
            call(key)
        ApiClient.objects.update(sites=[Site.objects.get().pk])
        with django_assert_num_queries(2):
            call(key)


def test_an_unknown_scope_makes_no_client(city: dict[str, Organisation]) -> None:
    with pytest.raises(InvalidInput, match=r"grid\.everything") as refusal:
        create_client(name="x", organisation=city["222403"], scopes=["grid.everything"], actor=SYSTEM)

    assert refusal.value.field == "scopes"
    assert not ApiClient.objects.exists()
    assert not ApiKey.objects.exists()
