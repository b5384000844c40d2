"""The short way of calls with a key: it answers as the long way does, and is gone by nobody else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM
from civicnet.access.clients import create_client
from civicnet.access.models import Organisation
from civicnet.lifecycle.snapshot import current
from civicnet_site.keyed import WITHOUT_EFFECT, Entrance, KeyedHandler

Answer = tuple[str, dict[str, str], bytes]
Server = Callable[[dict[str, Any], Any], Any]
PLATFORM = json.dumps({"query": "{ platform { version } }"}).encode()


@pytest.fixture
def key(city: dict[str, Organisation]) -> Iterator[str]:
    """The key of a client; as with the test client, the connection holds the test's transaction."""
    _client, text = create_client(
        name="portal", organisation=city["222403"], scopes=[], actor=SYSTEM, reason="a test of the two ways"
    )
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield text
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def send(server: Server, body: bytes = PLATFORM, **environ: str) -> Answer:
    told: list[Any] = []
    answered = server(
        {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/graphql/",
            "QUERY_STRING": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **environ,
        },
        lambda status, headers: told.extend((status, sorted(headers))),
    )
    content = b"".join(answered)
    getattr(answered, "close", list)()
    return told[0], told[1], content


SENT: dict[str, dict[str, str]] = {
    "a query": {},
    "a query that is answered in English": {"HTTP_ACCEPT_LANGUAGE": "en"},
    "a refusal in English": {"HTTP_ACCEPT_LANGUAGE": "en", "CONTENT_TYPE": "text/plain"},
    "another type of answer": {"HTTP_ACCEPT": "application/graphql-response+json"},
    "a type that is not had": {"HTTP_ACCEPT": "image/png"},
    "another method": {"REQUEST_METHOD": "DELETE"},
    "options": {"REQUEST_METHOD": "OPTIONS"},
    "an address": {"REQUEST_METHOD": "GET", "QUERY_STRING": "query=%7B+platform+%7B+version+%7D+%7D"},
    "only the headers of an address": {
        "REQUEST_METHOD": "HEAD",
        "QUERY_STRING": "query=%7B+platform+%7B+version+%7D+%7D",
    },
    "a host that is not ours": {"HTTP_HOST": "elsewhere.example"},
    "a wrong key": {"HTTP_AUTHORIZATION": "Bearer cvn_none"},
    "another scheme": {"HTTP_AUTHORIZATION": "Basic Zm9vOmJhcg=="},
}


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_the_short_way_answers_as_the_long_one(key: str, sent: dict[str, str]) -> None:
    environ = {"HTTP_AUTHORIZATION": f"Bearer {key}", **sent}

    assert send(KeyedHandler(), **environ) == send(WSGIHandler(), **environ)


@pytest.mark.parametrize("body", [b"{", b'{"query": "{ nothing }"}', b'[{"query": "{ __typename }"}]'])
def test_errors_are_told_alike(key: str, body: bytes) -> None:
    environ = {"HTTP_AUTHORIZATION": f"Bearer {key}"}

    assert send(KeyedHandler(), body, **environ) == send(WSGIHandler(), body, **environ)


def test_both_ways_lead_to_https(key: str, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    environ = {"HTTP_AUTHORIZATION": f"Bearer {key}"}

    short = send(KeyedHandler(), **environ)
    assert short == send(WSGIHandler(), **environ)
    assert short[0] == "301 Moved Permanently"


def test_a_key_and_the_generation_are_read_by_one_statement(key: str) -> None:
    server = KeyedHandler()
    send(server, HTTP_AUTHORIZATION=f"Bearer {key}")

    with CaptureQueriesContext(connection) as captured:
        answered = send(server, HTTP_AUTHORIZATION=f"Bearer {key}")

    told = [one["sql"] for one in captured if "civicnet_lifecycle_generation" in one["sql"]]
    assert answered[0] == "200 OK"
    assert len(told) == 1
    assert "civicnet_access_apikey" in told[0]


class Refuses:
    """A deployment's own middleware."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse:
        return HttpResponse(f"not today: {current().generation}", status=403)


def test_middleware_of_a_deployment_is_passed_by_everybody(key: str, settings: Any) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Refuses"]

    assert send(KeyedHandler(), HTTP_AUTHORIZATION=f"Bearer {key}")[0] == "403 Forbidden"


def test_what_is_left_out_is_there_to_be_left_out(settings: Any) -> None:
    known = {*settings.MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"}

    assert known >= WITHOUT_EFFECT
    assert f"{SecurityMiddleware.__module__}.SecurityMiddleware" not in WITHOUT_EFFECT


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"HTTP_AUTHORIZATION": "Bearer a", "HTTP_COOKIE": "sessionid=a"},
        {"HTTP_AUTHORIZATION": "Bearer a", "PATH_INFO": "/desk/"},
        {"HTTP_AUTHORIZATION": "Bearer a", "HTTP_ACCEPT": "text/html"},
    ],
    ids=["no key", "a cookie", "another address", "a browser"],
)
def test_everybody_else_goes_the_long_way(sent: dict[str, str]) -> None:
    def everything(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"the long way"]

    assert send(Entrance(everything), **sent)[2] == b"the long way"
