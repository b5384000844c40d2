"""API clients as administrators keep them: registering, changing keys with an overlap, and ending them."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import RequestFactory
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.callers import caller
from civicnet.access.clients import change_client, create_client, revoke_client, visible_clients
from civicnet.access.keys import KeyRefused
from civicnet.access.models import ApiClient, ApiKey, Organisation
from civicnet.access.rotation import issue_secret, live_keys, revoke_key, rotate_key, withdraw_secret
from civicnet.contract import CivicNetError, Conflict, InvalidInput, NotFound, Refused
from civicnet.ledger.models import AuditRecord

ALL = ["civicnet_access.view_apiclient", "civicnet_access.add_apiclient", "civicnet_access.change_apiclient"]
WEEK = timedelta(days=7)


@pytest.fixture
def portal(city: dict[str, Organisation]) -> tuple[ApiClient, str]:
    return create_client(name="门户", organisation=city["222403001"], scopes=["grid.read"], actor=SYSTEM)


def opens(key: str) -> bool:
    try:
        caller(RequestFactory().get("/"), key)
    except KeyRefused:
        return False
    return True


def given(client: ApiClient, **changed: Any) -> dict[str, Any]:
    fields = ("name", "scopes", "sites", "networks", "hourly_cost", "expires_at")
    return {name: getattr(client, name) for name in fields} | changed


def test_after_a_rotation_both_keys_open_until_the_overlap_ends(portal) -> None:
    client, old = portal

    new = rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="每年更换")

    assert opens(old)
    assert opens(new)
    first = client.keys.earliest("created_at")
    assert abs(first.expires_at - timezone.now() - WEEK) < timedelta(minutes=1)
    ApiKey.objects.filter(pk=first.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not opens(old)
    assert opens(new)
    assert [*live_keys(client)] == [client.keys.latest("created_at")]


def test_without_an_overlap_the_old_key_ends_at_once(portal) -> None:
    client, old = portal

    new = rotate_key(client=client, overlap=timedelta(), actor=SYSTEM, reason="泄露")

    assert not opens(old)
    assert opens(new)


def test_a_rotation_never_lengthens_the_life_of_a_key(portal) -> None:
    client, _old = portal
    soon = timezone.now() + timedelta(hours=1)
    ApiKey.objects.update(expires_at=soon)

    rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="test")

    assert client.keys.earliest("created_at").expires_at == soon


def test_one_change_of_keys_at_a_time_unless_the_old_ones_end_at_once(portal) -> None:
    client, old = portal
    middle = rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="test")

    with pytest.raises(Conflict):
        rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="test")
    assert client.keys.count() == 2

    new = rotate_key(client=client, overlap=timedelta(), actor=SYSTEM, reason="泄露")
    assert [opens(key) for key in (old, middle, new)] == [False, False, True]


def test_a_revoked_key_is_closed_and_its_row_stays(portal) -> None:
    client, old = portal
    new = rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="test")
    first = client.keys.earliest("created_at")

    revoke_key(key=first, actor=SYSTEM, reason="发到了群里")

    assert not opens(old)
    assert opens(new)
    first.refresh_from_db()
    assert first.revoke_reason == "发到了群里"
    with pytest.raises(Conflict):
        revoke_key(key=first, actor=SYSTEM, reason="again")


def test_a_revoked_client_has_nothing_that_opens_and_cannot_come_back(portal) -> None:
    client, old = portal
    issue_secret(client=client, actor=SYSTEM, reason="test")
    new = rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="test")

    revoke_client(client=client, actor=SYSTEM, reason="合作结束")

    assert not opens(old)
    assert not opens(new)
    kept = ApiClient.objects.get()
    assert (kept.revoke_reason, kept.application) == ("合作结束", None)
    assert set(kept.keys.values_list("revoke_reason", flat=True)) == {"合作结束"}
    for act in (
        lambda: rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="x"),
        lambda: issue_secret(client=client, actor=SYSTEM, reason="x"),
        lambda: change_client(client=client, **given(client), actor=SYSTEM, reason="x"),
        lambda: revoke_client(client=client, actor=SYSTEM, reason="x"),
    ):
        with pytest.raises(Conflict):
            act()
    assert kept.keys.count() == 2


def test_a_change_of_rights_is_obeyed_by_the_keys_there_are(portal) -> None:
    client, key = portal

    change_client(client=client, **given(client, networks=["192.0.2.0/24"]), actor=SYSTEM, reason="固定出口")

    assert not opens(key)
    made = AuditRecord.objects.filter(action="access.change_client").get()
    assert made.before["networks"] == []
    assert made.after["networks"] == ["192.0.2.0/24"]
    assert made.reason == "固定出口"


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [
        ("networks", ["10.1.2.3/24"], "10.1.2.0/24"),
        ("networks", ["ten"], "ten"),
        ("networks", ["0.0.0.0/0"], "0.0.0.0/0"),
        ("networks", ["::/0"], "::/0"),
        ("networks", [f"10.0.{n}.0/24" for n in range(51)], "50"),
        ("sites", [4711], ""),
        ("scopes", ["grid.everything"], "grid.everything"),
        ("name", " ", ""),
        ("name", "另一个", ""),
    ],
)
def test_what_cannot_be_given_is_named_with_its_field_and_changes_nothing(portal, city, field, value, names) -> None:
    client, key = portal
    create_client(name="另一个", organisation=city["222403"], scopes=[], actor=SYSTEM)
    before = given(ApiClient.objects.get(pk=client.pk))

    with pytest.raises(InvalidInput) as refusal:
        change_client(client=client, **given(client, **{field: value}), actor=SYSTEM, reason="x")

    assert refusal.value.field == field
    assert names in str(refusal.value)
    assert given(ApiClient.objects.get(pk=client.pk)) == before
    assert opens(key)


def test_ranges_are_kept_in_their_shortest_form_and_once(portal) -> None:
    client, _key = portal
    written = ["2001:0db8:0000::/32", " 192.0.2.1 ", "192.0.2.1/32", ""]

    changed = change_client(client=client, **given(client, networks=written), actor=SYSTEM, reason="x")

    assert changed.networks == ["2001:db8::/32", "192.0.2.1/32"]


def test_a_day_that_has_passed_ends_nothing_new(city) -> None:
    with pytest.raises(InvalidInput) as refusal:
        create_client(name="x", organisation=city["222403"], scopes=[], actor=SYSTEM, expires_at=timezone.now() - WEEK)

    assert refusal.value.field == "expires_at"
    assert not ApiClient.objects.exists()


def test_clients_are_looked_after_within_ones_own_organisation(portal, actor, city) -> None:
    client, key = portal
    above, beside, looker = actor(ALL, "222403"), actor(ALL, "222403100"), actor(ALL[:1], "222403")

    assert [*visible_clients(above)] == [client]
    assert [*visible_clients(looker)] == [client]
    assert not visible_clients(beside).exists()
    acts = {
        "create": lambda who: create_client(name="x", organisation=city["222403001"], scopes=[], actor=who),
        "change": lambda who: change_client(client=client, **given(client), actor=who, reason="x"),
        "rotate": lambda who: rotate_key(client=client, overlap=WEEK, actor=who, reason="x"),
        "secret": lambda who: issue_secret(client=client, actor=who, reason="x"),
        "withdraw": lambda who: withdraw_secret(client=client, actor=who, reason="x"),
        "revoke key": lambda who: revoke_key(key=client.keys.get(), actor=who, reason="x"),
        "revoke": lambda who: revoke_client(client=client, actor=who, reason="x"),
    }
    for name, act in acts.items():
        expected: type[CivicNetError] = Refused if name == "create" else NotFound
        with pytest.raises(expected):
            act(beside)
        with pytest.raises(Refused):
            act(looker)
    assert opens(key)
    assert ApiClient.objects.count() == ApiKey.objects.count() == 1
    assert rotate_key(client=client, overlap=WEEK, actor=above, reason="x")


def test_every_act_is_recorded_with_its_reason_and_without_a_secret(portal) -> None:
    client, key = portal
    shown = [key, rotate_key(client=client, overlap=WEEK, actor=SYSTEM, reason="because")]
    shown.append(issue_secret(client=client, actor=SYSTEM, reason="because")[1])
    revoke_key(key=client.keys.earliest("created_at"), actor=SYSTEM, reason="because")
    withdraw_secret(client=client, actor=SYSTEM, reason="because")
    revoke_client(client=client, actor=SYSTEM, reason="because")

    records = AuditRecord.objects.filter(object_type="civicnet_access.apiclient")

    assert [*records.order_by("id").values_list("action", flat=True)] == [
        "access.create_client",
        "access.rotate_key",
        "access.issue_secret",
        "access.revoke_key",
        "access.withdraw_secret",
        "access.revoke_client",
    ]
    assert set(records.exclude(action="access.create_client").values_list("reason", flat=True)) == {"because"}
    written = str([*records.values()])
    assert not any(secret in written for secret in shown)


def test_keys_from_before_go_on_opening(city) -> None:
    # What the data migration does, on rows as they were: one digest beside the client.
    client, key = create_client(name="旧门户", organisation=city["222403"], scopes=[], actor=SYSTEM)
    row = client.keys.get()
    ApiKey.objects.all().delete()

    class Before:
        pk, prefix, digest = client.pk, row.prefix, row.digest
        created_at, revoked_at = client.created_at, None

    class Clients:
        objects = type("", (), {"all": staticmethod(lambda: [Before])})

    class Registry:
        @staticmethod
        def get_model(app: str, name: str) -> Any:
            return Clients if name == "ApiClient" else apps.get_model(app, name)

    import_module("civicnet.access.migrations.0006_move_keys").move(Registry, None)

    assert opens(key)
