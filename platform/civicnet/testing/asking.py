"""Asking from outside: GraphQL over HTTP, two public sites, and how many statements an answer took."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def graphql(client: Client) -> Ask:
    """Asks the GraphQL endpoint over HTTP: ``graphql(query, key=..., variables=..., host=...)``."""

    def ask(
        query: str, *, key: str | None = None, variables: dict[str, Any] | None = None, host: str = ""
    ) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        response = client.post(
            "/graphql/",
            json.dumps({"query": query, "variables": variables}),
            content_type="application/json",
            headers=headers | ({"host": host} if host else {}),
        )
        answer: dict[str, Any] = response.json()
        return answer

    return ask


@pytest.fixture
def site_pair(db: None) -> tuple[Site, Site]:
    """Two public sites, ``first.example`` and ``second.example``, each with a root page of its own."""
    top = Page.get_first_root_node()
    assert top is not None
    Site.clear_site_root_paths_cache()
    made = []
    for name in ("first", "second"):
        page = top.add_child(instance=Page(title=name, slug=f"{name}-site"))
        made.append(Site.objects.create(hostname=f"{name}.example", port=80, root_page=page, site_name=name))
    return made[0], made[1]


@pytest.fixture
def assert_statements(db: None) -> Callable[..., AbstractContextManager[None]]:
    """``with assert_statements(1, of="acme_library_branch"):`` fails if other than so many statements name the table.

    Without ``of`` all statements count. The message lists them.
    """

    @contextmanager
    def counted(number: int, *, of: str = "") -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        found = [one["sql"] for one in captured.captured_queries if of in one["sql"]]
        assert len(found) == number, f"{len(found)} statements instead of {number}:\n" + "\n".join(found)

    return counted
