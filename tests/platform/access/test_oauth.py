"""OAuth2 client credentials: a short token for number and secret, bound by everything that binds the client's keys."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import get_access_token_model
from wagtail.models import Page, Site

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client, revoke_client
from civicnet.access.models import ApiClient, ClientRefusal, Organisation, RefusalCause
from civicnet.access.oauth import purge_tokens
from civicnet.access.rotation import issue_secret, withdraw_secret

SCOPES = ["grid.read", "hotline.submit"]


@pytest.fixture
def portal(city: dict[str, Organisation]) -> tuple[ApiClient, str, str]:
    cache.clear()
    client, _key = create_client(name="门户", organisation=city["222403"], scopes=SCOPES, actor=SYSTEM)
    number, secret = issue_secret(client=client, actor=SYSTEM, reason="test")
    return ApiClient.objects.get(), number, secret


def ask(client: Client, number: str, secret: str, *, basic: bool = True, **fields: str) -> Any:
    form = {"grant_type": "client_credentials"} | fields
    if not basic:
        return client.post("/oauth/token", form | {"client_id": number, "client_secret": secret})
    shown = base64.b64encode(f"{number}:{secret}".encode()).decode()
    return client.post("/oauth/token", form, headers={"authorization": f"Basic {shown}"})


def grids(client: Client, token: str) -> Any:
    return client.get("/graphql/", {"query": "{ grids { totalCount } }"}, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("basic", [True, False])
def test_number_and_secret_give_a_token_that_opens_as_a_key_does(client: Client, portal, basic: bool) -> None:
    _portal, number, secret = portal

    answer = ask(client, number, secret, basic=basic)

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    given = answer.json()
    assert given["token_type"] == "Bearer"
    assert given["expires_in"] == 900
    assert given["scope"].split() == SCOPES
    assert given["access_token"].startswith("cvt_")
    assert grids(client, given["access_token"]).json() == {"data": {"grids": {"totalCount": 0}}}
    assert ApiClient.objects.get().token_used_at is not None


def test_neither_secret_nor_token_can_be_read_from_the_database(client: Client, portal) -> None:
    portal_row, number, secret = portal

    token = ask(client, number, secret).json()["access_token"]

    kept = str([portal_row.application.__dict__, *get_access_token_model().objects.values()])
    assert secret not in kept
    assert token not in kept


def test_a_token_for_fewer_scopes_opens_fewer_doors(client: Client, portal) -> None:
    _portal, number, secret = portal

    narrow = ask(client, number, secret, scope="grid.read").json()
    refused = ask(client, number, secret, scope="grid.read assessment.read")

    assert narrow["scope"] == "grid.read"
    case = client.post(
        "/open311/v2/requests.json",
        {"service_code": "x", "address_string": "x", "description": "x"},
        headers={"authorization": f"Bearer {narrow['access_token']}"},
    )
    assert case.status_code == 403
    assert refused.status_code == 400
    assert refused.json()["error"] == "invalid_scope"


def test_a_token_loses_what_its_client_loses(client: Client, portal) -> None:
    _portal, number, secret = portal
    token = ask(client, number, secret).json()["access_token"]

    ApiClient.objects.update(scopes=["hotline.submit"])

    answer = grids(client, token).json()
    assert answer["data"] == {"grids": {"totalCount": 0}}


WRONG = [
    "wrong secret",
    "unknown number",
    "a key for a secret",
    "revoked",
    "expired",
    "elsewhere",
    "another site",
    "nul",
]


@pytest.mark.parametrize("what", WRONG)
def test_every_refused_request_for_a_token_gets_the_same_answer(client: Client, portal, what: str) -> None:
    row, number, secret = portal
    wrong = ask(client, number, "guess")
    if what == "wrong secret":
        secret = secret[:-1] + "x"
    elif what == "unknown number":
        number = "nobody"
    elif what == "a key for a secret":
        secret = create_client(name="x", organisation=row.organisation, scopes=[], actor=SYSTEM)[1]
    elif what == "revoked":
        revoke_client(client=row, actor=SYSTEM, reason="test")
    elif what == "expired":
        ApiClient.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif what == "elsewhere":
        ApiClient.objects.update(networks=["198.51.100.0/24"])
    elif what == "nul":
        number = f"{number}\0"
    else:
        other = Site.objects.create(hostname="other.test", root_page=Page.objects.get(depth=1))
        ApiClient.objects.update(sites=[other.pk])

    answer = ask(client, number, secret)

    assert answer.status_code == wrong.status_code == 401
    assert answer.content == wrong.content
    assert answer.headers == wrong.headers
    assert answer.json()["error"] == "invalid_client"
    assert answer.json()["code"] == "KEY_REFUSED"
    assert not get_access_token_model().objects.exists()


@pytest.mark.parametrize("what", ["ended", "client expired", "revoked", "withdrawn", "new secret", "elsewhere", "off"])
def test_a_token_is_refused_as_a_key_would_be(client: Client, portal, settings, what: str) -> None:
    row, number, secret = portal
    token = ask(client, number, secret).json()["access_token"]
    ago = timezone.now() - timedelta(seconds=1)
    if what == "ended":
        get_access_token_model().objects.update(expires=ago)
    elif what == "client expired":
        ApiClient.objects.update(expires_at=ago)
    elif what == "revoked":
        revoke_client(client=row, actor=SYSTEM, reason="test")
    elif what == "withdrawn":
        withdraw_secret(client=row, actor=SYSTEM, reason="test")
    elif what == "new secret":
        issue_secret(client=row, actor=SYSTEM, reason="test")
    elif what == "elsewhere":
        ApiClient.objects.update(networks=["198.51.100.0/24"])
    else:
        settings.CIVICNET_OAUTH2 = False

    answer = grids(client, token)

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "KEY_REFUSED"


@pytest.mark.parametrize(
    "grant", ["password", "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code", ""]
)
def test_no_other_grant_is_known(client: Client, portal, grant: str) -> None:
    _portal, number, secret = portal

    answer = ask(client, number, secret, grant_type=grant, username="demo", password="demo-only-1234")

    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "invalid_request"}


def test_the_toolkits_other_addresses_are_not_there(client: Client, portal) -> None:
    for address in ["authorize/", "introspect/", "revoke_token/", "applications/", "device-authorization/", "token/"]:
        assert client.get(f"/oauth/{address}").status_code == 404
    assert client.get("/oauth/token").status_code == 405


def test_the_endpoint_is_gone_while_oauth2_is_off(client: Client, portal) -> None:
    _portal, number, secret = portal

    with override_settings(CIVICNET_OAUTH2=False):
        assert ask(client, number, secret).status_code == 404


def test_guessing_is_slowed_down_and_honest_portals_are_not(client: Client, portal, settings) -> None:
    settings.CIVICNET_REFUSALS_PER_MINUTE = 3
    _portal, number, secret = portal

    told = [ask(client, number, "guess").status_code for _i in range(5)]

    assert told == [401, 401, 401, 429, 429]
    late = ask(client, number, "guess")
    assert late.json()["code"] == "RATE_LIMITED"
    assert late["Retry-After"] == "60"
    assert ask(client, number, secret).status_code == 200


def test_a_token_for_every_call_is_not_given(client: Client, portal, settings) -> None:
    settings.CIVICNET_TOKENS_PER_MINUTE = 2
    _portal, number, secret = portal

    told = [ask(client, number, secret).status_code for _i in range(3)]

    assert told == [200, 200, 429]
    assert get_access_token_model().objects.count() == 2


def test_a_wrong_secret_is_counted_for_the_client_it_named(client: Client, portal) -> None:
    _portal, number, _secret = portal

    ask(client, number, "guess")

    refusal = ClientRefusal.objects.get()
    assert (refusal.cause, refusal.count, refusal.last_address) == (RefusalCause.SECRET, 1, "127.0.0.1")


def test_ended_tokens_are_purged_and_others_stay(client: Client, portal) -> None:
    _portal, number, secret = portal
    first, second = (ask(client, number, secret).json()["access_token"] for _i in range(2))
    oldest = get_access_token_model().objects.earliest("id")
    get_access_token_model().objects.filter(pk=oldest.pk).update(expires=timezone.now() - timedelta(seconds=1))

    assert purge_tokens() == 1
    assert grids(client, first).status_code == 401
    assert grids(client, second).status_code == 200


def test_a_token_takes_one_statement(client: Client, portal) -> None:
    _portal, number, secret = portal
    token = ask(client, number, secret).json()["access_token"]

    def statements(headers: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/graphql/", {"query": "{ __typename }"}, headers=headers).status_code == 200
        return len(asked)

    # The first to come finds out what people have defined.
    statements({})
    assert statements({"authorization": f"Bearer {token}"}) == statements({}) + 1


def test_a_body_that_is_too_large_is_refused_in_the_rfcs_shape(client: Client, portal) -> None:
    _portal, number, secret = portal

    answer = ask(client, number, secret, padding="x" * 3_000_000)

    assert answer.status_code == 413
    assert answer.json() == {"error": "invalid_request", "code": "TOO_LARGE"}


def test_a_secret_in_the_address_is_refused_in_the_rfcs_shape(client: Client, portal) -> None:
    _portal, number, secret = portal
    form = {"grant_type": "client_credentials"}

    answer = client.post("/oauth/token", form, query_params={"client_id": number, "client_secret": secret})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"] == "invalid_request"
