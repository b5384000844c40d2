"""Wagtail's search on segmented texts, in whatever database the site has: ``{"BACKEND": "civicnet.search.backends"}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection


def SearchBackend(params: Mapping[str, Any]) -> Any:  # noqa: N802 — the name by which Wagtail asks for it
    """The backend of the site's own database.

    Raises:
        ImproperlyConfigured: there is none for this database.
    """
    if connection.vendor == "postgresql":
        from civicnet.search.backends.postgresql import PostgreSQLBackend

        return PostgreSQLBackend(params)
    if connection.vendor == "sqlite":
        from civicnet.search.backends.sqlite import SQLiteBackend

        return SQLiteBackend(params)
    raise ImproperlyConfigured("Texts are searched on PostgreSQL and SQLite: name another backend in the settings.")
