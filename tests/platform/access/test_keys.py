"""API keys: shown once, kept as a digest, refused alike for every reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, client_actor
from civicnet.access.keys import KeyRefused, client_for, create_client, revoke_client
from civicnet.access.models import ApiClient, Organisation
from civicnet.contract import InvalidInput


@pytest.fixture
def made(city: dict[str, Organisation]) -> tuple[ApiClient, str]:
    return create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)


def test_a_key_opens_and_the_database_cannot_tell_it(made: tuple[ApiClient, str]) -> None:
    client, key = made

    assert client_for(key) == client
    assert key not in str(ApiClient.objects.values().get())
    assert key.startswith(f"cvn_{client.prefix}_")


def test_scopes_become_permissions_over_the_clients_subtree(made: tuple[ApiClient, str]) -> None:
    client, _key = made

    actor = client_actor(client)

    assert actor.kind == "client"
    assert actor.paths("civicnet_grid.view_grid") == (client.organisation.path,)
    assert not actor.may("civicnet_hotline.view_case")


@pytest.mark.parametrize("change", ["malformed", "mistyped", "unknown", "expired", "revoked"])
def test_every_wrong_key_gets_the_same_answer(made: tuple[ApiClient, str], change: str) -> None:
    client, key = made
    if change == "malformed":
        key = "letmein"
    elif change == "mistyped":
        key = key[:-1] + ("0" if key[-1] != "0" else "1")
    elif change == "unknown":
        client.delete()
    elif change == "expired":
        ApiClient.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        revoke_client(client=client, actor=SYSTEM, reason="lost")

    with pytest.raises(KeyRefused) as refusal:
        client_for(key)

    assert refusal.value.code == "KEY_REFUSED"
    assert str(refusal.value) == str(KeyRefused.message)


def test_an_unknown_scope_makes_no_client(city: dict[str, Organisation]) -> None:
    with pytest.raises(InvalidInput, match=r"grid\.everything") as refusal:
        create_client(name="x", organisation=city["222403"], scopes=["grid.everything"], actor=SYSTEM)

    assert refusal.value.field == "scopes"
    assert not ApiClient.objects.exists()
