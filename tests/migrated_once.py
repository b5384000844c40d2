"""The migrations run once for all workers of a test run: whoever comes second gets a copy of what the first one made."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from civicnet.testing.databases import database_like, file_copy


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, django_db_keepdb: bool
) -> None:
    """The test database, migrated by this worker or copied from the one that did."""
    if "PYTEST_XDIST_WORKER" not in os.environ or django_db_keepdb:
        request.getfixturevalue("django_db_setup")
        return
    # The folder that all workers of this run have above their own.
    kept = tmp_path_factory.getbasetemp().parent / f"migrated-{connection.vendor}"
    with _alone(kept.with_suffix(".lock")):
        if kept.exists():
            with _copied_from(kept):
                request.getfixturevalue("django_db_setup")
        else:
            request.getfixturevalue("django_db_setup")
            with request.getfixturevalue("django_db_blocker").unblock():
                _keep(kept, request)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _keep(kept: Path, request: pytest.FixtureRequest) -> None:
    if connection.vendor == "sqlite":
        file_copy(kept)
        if handed_on := os.environ.get("CIVICNET_TESTS_MIGRATED"):
            shutil.copy(kept, handed_on)
        return
    name = f"{connection.settings_dict['NAME']}_migrated"
    # A template must have no visitors.
    connection.close()
    database = database_like(name, template=connection.settings_dict["NAME"])
    database.__enter__()
    kept.write_text(name)
    blocker = request.getfixturevalue("django_db_blocker")

    def drop() -> None:
        with blocker.unblock():
            database.__exit__(None, None, None)

    request.addfinalizer(drop)


def _copied_from(kept: Path) -> AbstractContextManager[None]:
    return _as_file(kept) if connection.vendor == "sqlite" else _as_template(kept.read_text())


@contextmanager
def _as_file(kept: Path) -> Iterator[None]:
    def fill(*, connection: Any, **_signal: Any) -> None:
        connection_created.disconnect(fill)
        with closing(sqlite3.connect(kept)) as source:
            source.backup(connection.connection)

    # Before the first statement in the empty database, which then finds nothing left to migrate.
    connection_created.connect(fill)
    try:
        yield
    finally:
        connection_created.disconnect(fill)


@contextmanager
def _as_template(name: str) -> Iterator[None]:
    given = connection.settings_dict["TEST"]
    before = given.get("TEMPLATE")
    given["TEMPLATE"] = name
    try:
        yield
    finally:
        given["TEMPLATE"] = before
