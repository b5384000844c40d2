"""What every test may stand on: a small city, people with positions, plugins switched on, and the public doors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Organisation, User
from civicnet.access.organisations import Division, load_divisions
from civicnet.access.positions import appoint
from civicnet.contract import Actor
from civicnet.lifecycle.models import Generation, PluginState
from civicnet.lifecycle.registry import registry

pytest_plugins = ["civicnet.testing.fixtures", "civicnet.testing.databases"]

DIVISIONS = [
    Division("222403", "敦化市"),
    Division("222403001", "渤海街道", "222403"),
    Division("222403001001", "红旗社区", "222403001"),
    Division("222403001002", "北苑社区", "222403001"),
    Division("222403100", "大石头镇", "222403"),
    Division("222403100200", "三道河村委会", "222403100"),
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of what only the other database has to its own run."""
    elsewhere = [item for item in items for mark in item.iter_markers("only_on") if mark.args != (connection.vendor,)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]


@pytest.fixture(autouse=True)
def no_fault_is_kept() -> Iterator[None]:
    """What a test's broken plugin left on the plugin screen goes with the test."""
    known = list(registry.quarantined)
    yield
    registry.quarantined[:] = known


@pytest.fixture
def city(db: None) -> dict[str, Organisation]:
    """A small tree of real divisions, by code."""
    load_divisions(divisions=DIVISIONS, actor=SYSTEM)
    return {one.code: one for one in Organisation.objects.all()}


@pytest.fixture(autouse=True)
def plugins_on(request: pytest.FixtureRequest) -> None:
    """All bundled plugins switched on, for tests that use the database."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not {"db", "transactional_db"} & set(request.fixturenames):
        return
    transactional = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if transactional else "db")
    for slug in registry.manifests:
        PluginState.objects.update_or_create(slug=slug, defaults={"enabled": True})
    generation, _created = Generation.objects.get_or_create(pk=1)
    Generation.objects.filter(pk=1).update(value=generation.value + 1)


def permission(name: str) -> Permission:
    """The Django permission of a name such as ``civicnet_grid.view_grid``."""
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


@pytest.fixture
def staff(city: dict[str, Organisation]) -> Callable[..., User]:
    """Makes a person with one position: ``staff(permissions, organisation_code, username=...)``."""

    def make(permissions: list[str], organisation_code: str = "222403", *, username: str = "demo") -> User:
        person = User.objects.create_user(username=username, password="demo-only-1234", full_name=f"演示{username}")
        role = Group.objects.create(name=f"role of {username}")
        role.permissions.set([permission(name) for name in permissions])
        appoint(
            person=person,
            role=role,
            organisation=city[organisation_code],
            valid_from=date(2026, 1, 1),
            actor=SYSTEM,
        )
        return User.objects.get(pk=person.pk)

    return make


@pytest.fixture
def actor(staff: Callable[..., User]) -> Callable[..., Actor]:
    """Makes an actor with permissions over one subtree: ``actor(permissions, organisation_code)``."""
    made: list[User] = []

    def make(permissions: list[str], organisation_code: str = "222403") -> Actor:
        made.append(staff(permissions, organisation_code, username=f"person{len(made) + 1}"))
        return staff_actor(made[-1])

    return make


@pytest.fixture
def graphql(client: Client) -> Callable[..., dict[str, Any]]:
    """Asks the GraphQL endpoint over HTTP: ``graphql(query, key=..., variables=...)``."""

    def ask(query: str, *, key: str | None = None, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        response = client.post(
            "/graphql/",
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers=headers,
        )
        answer: dict[str, Any] = response.json()
        return answer

    return ask
