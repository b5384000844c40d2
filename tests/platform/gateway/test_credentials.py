"""Keys and cookies at the GraphQL door: which of them counts, what a foreign page can do with a session, and coded refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import ApiClient
from civicnet_hotline.models import Category, Group

WRITE = 'mutation { hotlineWithdrawCase(number: "20990101-000001") { errors { code } } }'
NEW = "application/graphql-response+json"


@pytest.fixture
def portal(city) -> str:
    return create_client(name="门户", organisation=city["222403"], scopes=["grid.read"], actor=SYSTEM)[1]


@pytest.fixture
def browser(staff) -> Client:
    """A browser of somebody who is signed in, as strict about tokens as a real one."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff(["civicnet_grid.view_grid"], username="signed_in"))
    return strict


def post(client: Client, query: str = "{ __typename }", *, kind: str = "application/json", **headers: str) -> Any:
    return client.post("/graphql/", json.dumps({"query": query}), content_type=kind, headers=headers)


def code(response: HttpResponse) -> str:
    answer: dict[str, Any] = json.loads(response.content)
    return str(answer["errors"][0]["extensions"]["code"])


def token_for(browser: Client) -> str:
    request = RequestFactory().get("/")
    token = get_token(request)
    browser.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
    return token


def test_a_session_writes_with_its_token_only(browser: Client) -> None:
    refused = post(browser, WRITE)
    wrong = post(browser, WRITE, **{"x-csrftoken": "x" * 32})
    right = post(browser, WRITE, **{"x-csrftoken": token_for(browser)})

    assert (refused.status_code, code(refused)) == (wrong.status_code, code(wrong)) == (403, "CSRF_FAILED")
    assert right.status_code == 200
    assert "data" in right.json()


def test_a_token_sent_from_a_foreign_page_is_refused(browser: Client) -> None:
    token = token_for(browser)

    foreign = post(browser, WRITE, **{"x-csrftoken": token, "origin": "https://evil.example"})
    null = post(browser, WRITE, **{"x-csrftoken": token, "origin": "null"})
    own = post(browser, WRITE, **{"x-csrftoken": token, "origin": "http://testserver"})

    assert code(foreign) == code(null) == "CSRF_FAILED"
    assert own.status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_foreign_form_can_send_is_not_read(browser: Client, kind: str) -> None:
    with_token = post(browser, WRITE, kind=kind, **{"x-csrftoken": token_for(browser)})
    nobody = post(Client(), WRITE, kind=kind)

    assert (nobody.status_code, code(nobody)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert with_token.status_code == 415


def test_a_link_writes_nothing_with_a_session_or_a_key(browser: Client, portal: str) -> None:
    by_cookie = browser.get("/graphql/", {"query": WRITE})
    by_key = Client().get("/graphql/", {"query": WRITE}, headers={"authorization": f"Bearer {portal}"})

    for answer in (by_cookie, by_key):
        assert (answer.status_code, code(answer)) == (405, "METHOD_NOT_ALLOWED")
        assert answer["Allow"] == "POST"


def test_beside_a_key_a_cookie_is_not_even_looked_at(browser: Client, portal: str, city) -> None:
    ApiClient.objects.update(scopes=[])

    answer = post(browser, "{ grids { totalCount } }", authorization=f"Bearer {portal}")
    refused = post(browser, authorization="Bearer nonsense")

    # No token was sent, so the session did not count; and what the person may see, the key may not.
    assert answer.status_code == 200
    assert not answer.cookies
    assert (refused.status_code, code(refused)) == (401, "KEY_REFUSED")
    assert refused["WWW-Authenticate"] == "Bearer"


def test_no_answer_invites_a_foreign_page_to_read_it(browser: Client) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for answer in (
        browser.get("/graphql/", {"query": "{ __typename }"}),
        browser.options("/graphql/", headers=headers),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("accept", ["application/json", NEW])
def test_another_method_gets_a_coded_refusal(db, method: str, accept: str) -> None:
    answer = getattr(Client(), method)("/graphql/", headers={"accept": accept})

    assert (answer.status_code, code(answer)) == (405, "METHOD_NOT_ALLOWED")
    assert answer["Allow"] == "GET, POST"
    assert answer["Content-Type"].startswith(accept)


@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Bearer cvn_", "Basic eDp5", "bearer x y", "Token x", "x"])
def test_whatever_is_no_key_gets_the_one_code(db, shown: str) -> None:
    answer = post(Client(), authorization=shown)

    assert (answer.status_code, code(answer)) == (401, "KEY_REFUSED")


def test_a_refused_address_is_told_to_wait(db, settings) -> None:
    settings.CIVICNET_REFUSALS_PER_MINUTE = 0

    answer = post(Client(), authorization="Bearer nonsense")

    assert (answer.status_code, code(answer)) == (429, "RATE_LIMITED")
    assert answer["Retry-After"] == "60"
    form = {"service_code": "x", "api_key": "nonsense"}
    open311 = Client().post("/open311/v2/requests.json", form)
    assert open311.status_code == 429
    assert open311["Retry-After"] == "60"


def test_open311_takes_a_key_by_the_rules_of_its_client(client: Client, city) -> None:
    Category.objects.create(code="street-light", name="路灯照明", group=Group.HELP)
    row, key = create_client(name="门户", organisation=city["222403"], scopes=["hotline.submit"], actor=SYSTEM)
    form = {"service_code": "street-light", "address_string": "红旗社区", "description": "灯不亮", "api_key": key}

    ApiClient.objects.update(networks=["198.51.100.0/24"])
    elsewhere = client.post("/open311/v2/requests.json", form)
    unknown = client.post("/open311/v2/requests.json", form | {"api_key": "nonsense"})
    ApiClient.objects.update(networks=["127.0.0.1/32"])
    inside = client.post("/open311/v2/requests.json", form)

    assert elsewhere.status_code == unknown.status_code == 403
    assert elsewhere.content == unknown.content
    assert inside.status_code == 200
    assert row.keys.get().last_used_at is not None
