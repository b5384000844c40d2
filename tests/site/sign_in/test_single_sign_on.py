"""Single sign-on: it opens an account that is here and active, and nothing else, whatever the provider says."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.apps import AppConfig, apps
from django.conf import settings
from django.test import Client, override_settings

from civicnet.access.models import Position, User
from civicnet_site.urls import urlpatterns as usual

from .provider import CLIENT, SECRET, Provider

REFUSED = "/admin/login/?ended=elsewhere"


@pytest.fixture(scope="module")
def installed() -> Iterator[None]:
    """Everything that an issuer in the environment would install."""
    middleware = [*settings.MIDDLEWARE, *settings.SINGLE_SIGN_ON_MIDDLEWARE]
    # Not by settings.INSTALLED_APPS: every other app would be told once more that it is ready.
    added = [AppConfig.create(name) for name in settings.SINGLE_SIGN_ON_APPS]
    for app in added:
        apps.app_configs[app.label], app.apps = app, apps
        app.import_models()
    apps.clear_cache()
    from civicnet_site.sign_in.urls import single_sign_on_steps

    with override_settings(CIVICNET_OIDC_ISSUER="https://provider.example"):
        addresses = type("Urls", (), {"urlpatterns": [*single_sign_on_steps(), *usual]})
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF=addresses):
        yield
    for app in added:
        del apps.app_configs[app.label]
    apps.clear_cache()


@pytest.fixture
def provider(installed: None, settings) -> Iterator[Provider]:
    """A provider that the settings name."""
    provider = Provider()
    settings.CIVICNET_OIDC_ISSUER = provider.issuer
    settings.CIVICNET_OIDC_CLIENT_ID = CLIENT
    settings.CIVICNET_OIDC_CLIENT_SECRET = SECRET
    yield provider
    provider.close()


def begin(client: Client, provider: Provider, following: str = "") -> dict[str, str]:
    answer = client.post("/single-sign-on/", {"next": following}, REMOTE_ADDR="203.0.113.7")
    asked = urlsplit(answer.headers["Location"])
    assert f"{asked.scheme}://{asked.netloc}{asked.path}" == f"{provider.issuer}/authorize"
    provider.question = dict(parse_qsl(asked.query))
    return provider.question


def come_back(client: Client, state: str) -> str:
    answer = client.get("/single-sign-on/return/", {"code": "c", "state": state}, REMOTE_ADDR="203.0.113.7")
    assert answer.status_code == 302
    return answer.headers["Location"]


def through(client: Client, provider: Provider, following: str = "", **claims: object) -> str:
    provider.claims = {"preferred_username": "lihua", **claims}
    return come_back(client, begin(client, provider, following)["state"])


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("following", ["/admin/account/", "/desk/"])
def test_a_known_person_comes_in_where_they_wanted_to_go(person, client, provider, following) -> None:
    before = User.objects.count(), Position.objects.count()

    assert through(client, provider, following) == following

    assert client.session["_auth_user_id"] == str(person.pk)
    assert (User.objects.count(), Position.objects.count()) == before


def test_the_question_carries_state_nonce_and_challenge(person, client, provider) -> None:
    asked = begin(client, provider)

    assert len(asked["state"]) >= 16 and len(asked["nonce"]) >= 32
    assert (asked["code_challenge_method"], asked["client_id"]) == ("S256", CLIENT)
    assert asked["redirect_uri"] == "http://testserver/single-sign-on/return/"


def test_both_sign_in_pages_offer_it(client, provider, db) -> None:
    for page in ("/admin/login/", "/desk/sign-in/"):
        assert 'action="/single-sign-on/"' in client.get(page).text


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://other.example"},
        {"aud": "another-client"},
        {"aud": ["civicnet-client", "another"], "azp": "another"},
        {"nonce": "made-up"},
        {"nonce": None},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"preferred_username": "nobody"},
        {"preferred_username": None},
        {"preferred_username": ["lihua"]},
    ],
    ids=lambda claims: next(iter(claims)) + str(claims)[:40],
)
def test_a_token_that_is_not_the_answer_opens_nothing(person, client, provider, claims) -> None:
    assert through(client, provider, **claims) == REFUSED

    assert not is_signed_in(client)
    assert User.objects.count() == 1


def test_the_refused_read_one_sentence_whatever_the_reason(person, client, provider) -> None:
    page = client.get(through(client, provider, preferred_username="nobody")).text

    assert "请联系管理员" in page
    assert "nobody" not in page


def test_a_deactivated_person_does_not_come_in(person, client, provider) -> None:
    User.objects.update(is_active=False)

    assert through(client, provider) == REFUSED
    assert not is_signed_in(client)


def test_a_stranger_s_signature_opens_nothing(person, client, provider) -> None:
    provider.sign_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert through(client, provider) == REFUSED


@pytest.mark.parametrize(("algorithm", "key"), [("HS256", "civicnet-secret-that-is-long-enough!"), ("none", None)])
def test_a_token_signed_with_a_shared_secret_or_nothing_is_none(person, client, provider, algorithm, key) -> None:
    provider.algorithm, provider.sign_with = algorithm, key

    assert through(client, provider) == REFUSED
    assert jwt.algorithms.has_crypto


def test_a_provider_that_calls_itself_otherwise_is_not_the_one_we_asked(person, client, provider) -> None:
    provider.announced_issuer = "https://other.example"

    assert through(client, provider, iss="https://other.example") == REFUSED


def test_a_state_nobody_stashed_is_refused_before_any_token_is_fetched(person, client, provider) -> None:
    begin(client, provider)

    assert come_back(client, "made-up") == REFUSED
    assert provider.asked_for_token == 0


def test_an_answer_is_taken_once(person, client, provider) -> None:
    provider.claims = {"preferred_username": "lihua"}
    state = begin(client, provider)["state"]
    come_back(client, state)
    client.post("/desk/sign-out/")

    assert come_back(client, state) == REFUSED


def test_another_browser_cannot_bring_the_answer(person, client, provider) -> None:
    provider.claims = {"preferred_username": "lihua"}
    state = begin(client, provider)["state"]

    assert come_back(Client(), state) == REFUSED


def test_a_next_that_leads_away_is_not_followed(person, client, provider) -> None:
    assert through(client, provider, "https://evil.example/") == "/admin/"


def test_a_provider_that_does_not_answer_leads_back(person, client, provider) -> None:
    provider.close()

    answer = client.post("/single-sign-on/", {"next": "/desk/"})

    assert answer.headers["Location"] == "/desk/sign-in/?ended=elsewhere"


def test_whoever_came_this_way_is_not_asked_for_the_password_of_here(person, client, provider) -> None:
    User.objects.update(must_change_password=True)
    through(client, provider)

    assert client.get("/admin/account/").status_code == 200
