"""Host scopes: what concerns the whole platform is for clients of the top only, and given by who holds it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation

from civicnet.access.actors import SYSTEM, client_actor
from civicnet.access.callers import caller
from civicnet.access.client_rules import known_scopes
from civicnet.access.clients import change_client, create_client
from civicnet.access.duties import SeparatedDuties
from civicnet.access.models import ApiClient, Organisation
from civicnet.contract import CivicNetError, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet.testing.fixtures import Plug

SWITCH = "civicnet_lifecycle.switch_plugin"
KEEPER = ["civicnet_access.view_apiclient", "civicnet_access.add_apiclient", "civicnet_access.change_apiclient"]
City = dict[str, Organisation]


def made(city: City, code: str = "222403", **given: Any) -> ApiClient:
    values = {"name": "平台", "organisation": city[code], "scopes": ["platform.plugins"], "actor": SYSTEM}
    return create_client(**values | given)[0]


def changed(client: ApiClient, **given: Any) -> ApiClient:
    fields = ("name", "scopes", "sites", "networks", "hourly_cost", "expires_at")
    values = {name: getattr(client, name) for name in fields} | {"actor": SYSTEM, "reason": "调整"}
    return change_client(client=client, **values | given)


def test_a_client_of_the_top_may_be_let_to_switch_plugins(city: City) -> None:
    key = create_client(name="平台", organisation=city["222403"], scopes=["platform.plugins"], actor=SYSTEM)[1]

    assert caller(RequestFactory().get("/"), key).permissions == {SWITCH}


def test_it_is_offered_in_words(city: City) -> None:
    with translation.override("en"):
        assert known_scopes()["platform.plugins"] == "Switch plugins on and off, and change their settings"


def test_below_the_top_nobody_is_given_it_and_nothing_is_changed(city: City) -> None:
    client = made(city, "222403001", scopes=["grid.read"])
    records = AuditRecord.objects.count()

    for attempt in (
        lambda: made(city, "222403001", name="另一个"),
        lambda: changed(client, scopes=["grid.read", "platform.plugins"]),
    ):
        with pytest.raises(InvalidInput) as refused:
            attempt()
        assert (refused.value.code, refused.value.field) == ("WIDE_PERMISSION", "scopes")

    client.refresh_from_db()
    assert client.scopes == ["grid.read"]
    assert ApiClient.objects.count() == 1
    assert AuditRecord.objects.count() == records


def test_a_client_whose_organisation_is_not_at_the_top_any_more_holds_it_no_longer(city: City) -> None:
    client = made(city)
    ApiClient.objects.filter(pk=client.pk).update(organisation=city["222403001"])

    assert client_actor(ApiClient.objects.get()).permissions == frozenset()


def test_nobody_lets_a_client_do_what_they_may_not_do_themselves(city: City, actor: Any) -> None:
    keeper, administrator = actor(KEEPER), actor([*KEEPER, SWITCH])
    client = made(city, scopes=["grid.read"])

    with pytest.raises(Refused):
        made(city, name="另一个", actor=keeper)
    with pytest.raises(Refused):
        changed(client, scopes=["platform.plugins"], actor=keeper)
    assert changed(client, scopes=["platform.plugins"], actor=administrator).scopes == ["platform.plugins"]
    client.refresh_from_db()
    # What it has already does not keep others from changing the rest.
    assert changed(client, name="新名", actor=keeper).scopes == ["platform.plugins"]


def test_a_client_does_not_switch_plugins_and_read_cases_as_well(city: City) -> None:
    with pytest.raises(SeparatedDuties):
        made(city, scopes=["platform.plugins", "hotline.read"])

    assert not ApiClient.objects.exists()


def test_a_plugin_gives_no_other_meaning_to_the_hosts_scope(city: City, plug: Plug) -> None:
    plug("tower", api_scopes={"platform.plugins": ("civicnet_hotline.view_case",)})

    assert client_actor(made(city)).permissions == {SWITCH}


def test_what_is_refused_has_a_sentence(city: City) -> None:
    with translation.override("en"), pytest.raises(CivicNetError, match="only the organisation at the top can have it"):
        made(city, "222403001")
