"""Databases for processes that a test starts: a copy of the migrated test database is there in a moment."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

__all__ = ["copied_database", "pristine_database"]


@pytest.fixture(scope="session")
def pristine_database(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Path | str]:
    """The test database as the migrations left it, copied once before the first test that needs it opens a transaction.

    A file on SQLite, the name of a database on PostgreSQL.
    """
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            yield file_copy(tmp_path_factory.mktemp("pristine") / "pristine.sqlite3")
            return
        name = f"{connection.settings_dict['NAME']}_pristine"
        # A template must have no visitors.
        connection.close()
        with database_like(name, template=connection.settings_dict["NAME"]):
            yield name


@pytest.fixture
def copied_database(pristine_database: Path | str, tmp_path: Path, db: None) -> Iterator[str]:
    """A database of its own for the processes of one test; yields its ``DATABASE_URL``. It is gone at the end."""
    if isinstance(pristine_database, Path):
        yield f"sqlite:///{shutil.copy(pristine_database, tmp_path / 'copied.sqlite3')}"
        return
    with database_like(f"{pristine_database}_copy", template=pristine_database) as name:
        given = connection.settings_dict
        user = quote(given["USER"], safe="") + (f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else "")
        yield f"postgres://{user}@{quote(given['HOST'], safe='')}:{given['PORT']}/{name}"


def file_copy(path: Path) -> Path:
    """Copy the test database of SQLite, as it is now, into a file; returns its path."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as target:
        connection.connection.backup(target)
    return path


@contextmanager
def database_like(name: str, *, template: str) -> Iterator[str]:
    """A database of this name on PostgreSQL, a copy of another one that nobody visits; dropped after the block."""
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    _run(drop, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        _run(drop)


def _run(*statements: str) -> None:
    # Databases are made and dropped from another one, outside any transaction.
    with connection._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
