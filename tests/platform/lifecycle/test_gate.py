"""The gate for URLs: routes that do not fit never reach the host's list of addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from civicnet.contract import Route, hookimpl
from civicnet.lifecycle.gate import public_urlpatterns
from civicnet.lifecycle.registry import registry
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db


def bell(request: HttpRequest) -> HttpResponse:
    return HttpResponse("bell")


GOOD = path("", bell)


def tower(prefix: str, pattern: Any) -> object:
    class Plugin:
        @hookimpl
        def routes(self) -> list[Route]:
            return [Route(prefix=prefix, urlpatterns=[pattern])]

    return Plugin()


@pytest.mark.parametrize(("prefix", "pattern"), [("other/", GOOD), ("tower/", "bell"), ("tower/", None)])
def test_routes_that_do_not_fit_are_left_out_and_noted(
    plug: Plug, settings: Any, monkeypatch: pytest.MonkeyPatch, prefix: str, pattern: URLPattern | str | None
) -> None:
    settings.CIVICNET_LOAD_POLICY = "quarantine"
    monkeypatch.setattr(registry, "quarantined", [])
    before = len(public_urlpatterns())
    plug("tower", tower(prefix, pattern), urls=("tower/",))

    found = public_urlpatterns()

    assert len(found) == before
    assert [one.name for one in registry.quarantined] == ["tower"]
    assert registry.quarantined[0].reason.startswith("routes: plugin tower mounts")


def test_routes_that_do_not_fit_stop_a_strict_host(plug: Plug, settings: Any) -> None:
    settings.CIVICNET_LOAD_POLICY = "strict"
    plug("tower", tower("other/", GOOD), urls=("tower/",))

    with pytest.raises(ValueError, match="plugin tower mounts 'other/'"):
        public_urlpatterns()
