"""What every test may stand on: the author kit's fixtures, and all bundled plugins switched on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from civicnet.lifecycle import snapshot
from civicnet.lifecycle.models import Generation, PluginState
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.tally import forget_counts

pytest_plugins = [
    "civicnet.testing.plugin",
    "civicnet.testing.fixtures",
    "civicnet.testing.databases",
    "migrated_once",
    "quick_flush",
    "kept_rows",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the numbers of statements be written anew."""
    parser.addoption("--rewrite-statements", action="store_true", help="write tests/contracts/statements.json anew")


DATABASES = {"db", "transactional_db", "django_db_setup", "copied_database", "pristine_database"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave tests of what only the other database has to its own run, and those that may ask none to SQLite's.

    The long ones come first, so that none is waited for at the end with nothing else to do.
    """
    elsewhere = {item for item in items for mark in item.iter_markers("only_on") if mark.args != (connection.vendor,)}
    if connection.vendor != "sqlite":
        elsewhere |= {item for item in items if not _asks_a_database(item)}
    if elsewhere:
        config.hook.pytest_deselected(items=[item for item in items if item in elsewhere])
        items[:] = [item for item in items if item not in elsewhere]
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def _asks_a_database(item: pytest.Item) -> bool:
    # pytest-django lets nobody else near one, so what they say is the same on both.
    return item.get_closest_marker("django_db") is not None or bool(DATABASES & set(getattr(item, "fixturenames", ())))


# What was collected stays for the whole run. Left among what may go, all of it would be looked through again and again: while
# some thousands of tests are collected, for half as long as that takes.
gc.disable()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let what tests leave behind go; what stands before the first of them stays."""
    gc.freeze()
    # Requests build much and keep nothing: at the usual numbers a twentieth of the run goes into looking for what they left,
    # most of it among what stays.
    gc.set_threshold(10_000, 20, 50)
    gc.enable()


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
def pictures_are_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Snapshots are kept from request to request as in life: the transaction around a whole test counts for none.

    What a test leaves in memory goes with it.
    """
    monkeypatch.setattr(snapshot, "may_roll_back", _in_a_deed)
    yield
    snapshot.forget()
    forget_counts()


def _in_a_deed() -> bool:
    return any(not block._from_testcase for block in connection.atomic_blocks)


@pytest.fixture(autouse=True)
def plugins_on(request: pytest.FixtureRequest) -> None:
    """All bundled plugins switched on, for tests that use the database."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None and not {"db", "transactional_db"} & set(request.fixturenames):
        return
    transactional = "transactional_db" in request.fixturenames or (marker and marker.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if transactional else "db")
    # Two statements, for this stands before each of some thousands of tests.
    states = [PluginState(slug=slug, enabled=True) for slug in registry.manifests]
    PluginState.objects.bulk_create(states, update_conflicts=True, unique_fields=["slug"], update_fields=["enabled"])
    if not Generation.objects.filter(pk=1).update(value=F("value") + 1):
        Generation.objects.create(pk=1, value=2)
