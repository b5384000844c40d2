"""What every test may stand on: the author kit's fixtures, and all bundled plugins switched on."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from civicnet.lifecycle.models import Generation, PluginState
from civicnet.lifecycle.registry import registry

pytest_plugins = ["civicnet.testing.plugin", "civicnet.testing.fixtures", "civicnet.testing.databases"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the numbers of statements be written anew."""
    parser.addoption("--rewrite-statements", action="store_true", help="write tests/contracts/statements.json anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of what only the other database has to its own run, and begin with the long ones.

    Those wait more than they work: begun first, they run beside all others and none is waited for at the end.
    """
    elsewhere = [item for item in items for mark in item.iter_markers("only_on") if mark.args != (connection.vendor,)]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def migrated(pristine_database: Path | str) -> Path:
    """The migrated database without rows, as a file: for processes of a test's own. Only on SQLite.

    A test that takes it is marked ``django_db``, so that it comes before those whose end empties the tables.
    """
    assert isinstance(pristine_database, Path)
    return pristine_database


@pytest.fixture(autouse=True)
def nothing_stays_broken(no_fault_is_kept: None) -> None:
    """What a test's broken plugin left on the plugin screen goes with the test."""


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
