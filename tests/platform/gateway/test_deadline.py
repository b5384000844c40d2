"""The time of a request: a broken plugin that sleeps or goes on asking is stopped, and nothing of it is half written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import graphene
import pytest
from django.db import connection, transaction
from django.test import Client

from civicnet.access.models import Organisation
from civicnet.contract import Fragment, hookimpl
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., dict[str, Any]]
SLEEPS = {
    "sqlite": "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000000) SELECT count(*) FROM c",
    "postgresql": "SELECT pg_sleep(20)",
}


def sleep_in_sql(*_asked: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(SLEEPS[connection.vendor])
    return True


def ask_on_and_on(*_asked: Any) -> bool:
    for _statement in range(100):
        Organisation.objects.exists()
        time.sleep(0.02)
    return True


class Query:
    """Reading, badly."""

    tower_sleep = graphene.Field(graphene.Boolean, resolver=sleep_in_sql)
    tower_loop = graphene.Field(graphene.Boolean, resolver=ask_on_and_on)
    tower_must = graphene.Field(graphene.Boolean, required=True, resolver=ask_on_and_on)


class Mutation:
    """Writing, badly."""

    tower_write = graphene.Field(graphene.Boolean)
    tower_tell = graphene.Field(graphene.Boolean)

    @staticmethod
    def resolve_tower_write(root: Any, info: Any) -> bool:
        """Half of it before the time is over."""
        with transaction.atomic():
            Organisation.objects.update(name="half")
            with transaction.atomic():
                ask_on_and_on()
        return True

    @staticmethod
    def resolve_tower_tell(root: Any, info: Any) -> bool:
        """Whole, and told of afterwards, outside any transaction."""
        time.sleep(0.3)
        connection.in_atomic_block, within = False, connection.in_atomic_block
        try:
            Organisation.objects.exists()
        finally:
            connection.in_atomic_block = within
        return True


class Tower:
    """A plugin."""

    @hookimpl
    def graphql(self) -> Fragment:
        """All of it."""
        return Fragment(query=Query, mutation=Mutation)


@pytest.fixture(autouse=True)
def little_time(plug: Plug, settings: Any) -> None:
    plug("tower", Tower())
    settings.CIVICNET_GRAPHQL_SECONDS = 0.2
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As a process that serves has it on every connection.
            cursor.execute("SET LOCAL statement_timeout = 200")


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["extensions"]["code"] for one in answer["errors"]]


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_sleeps_is_ended_and_what_was_answered_before_stays(graphql: Ask) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 200")
    began = time.monotonic()

    try:
        answer = graphql("{ platform { version } towerSleep }")
    finally:
        if connection.vendor == "postgresql":
            connection.close()

    # It would sleep for twenty seconds.
    assert time.monotonic() - began < 15
    assert answer["data"]["towerSleep"] is None
    assert answer["data"]["platform"]["version"]
    assert codes(answer) == ["TIME_LIMIT"]
    # The next request begins with all its time.
    assert "errors" not in graphql("{ grids { totalCount } }")


def test_statement_after_statement_ends_with_the_time_and_with_nothing_left_the_status_says_so(client: Client) -> None:
    # The schema is composed for the first request.
    client.post("/graphql/", {"query": "{ platform { version } }"}, content_type="application/json")
    began = time.monotonic()
    partial = client.post("/graphql/", {"query": "{ towerLoop }"}, content_type="application/json")
    nothing = client.post("/graphql/", {"query": "{ towerMust }"}, content_type="application/json")

    assert time.monotonic() - began < 15
    assert (partial.status_code, partial.json()["data"]) == (200, {"towerLoop": None})
    assert (nothing.status_code, nothing.json()["data"]) == (503, None)
    assert codes(partial.json()) == codes(nothing.json()) == ["TIME_LIMIT"]


def test_what_a_mutation_had_half_written_is_taken_back(graphql: Ask, city: dict[str, Organisation]) -> None:
    names = set(Organisation.objects.values_list("name", flat=True))

    answer = graphql("mutation { towerWrite }")

    assert codes(answer) == ["TIME_LIMIT"]
    assert set(Organisation.objects.values_list("name", flat=True)) == names


def test_what_is_done_after_the_commit_of_a_mutation_is_not_cut_off(graphql: Ask) -> None:
    assert graphql("mutation { towerTell }") == {"data": {"towerTell": True}}


@pytest.mark.only_on("postgresql")
def test_a_serving_process_has_its_statements_ended_by_postgresql(copied_database: str) -> None:
    script = (
        "import django; django.setup(); from django.db import connection as c; k = c.cursor(); "
        "k.execute('show statement_timeout'); print(k.fetchone()[0])"
    )
    env = os.environ | {"DATABASE_URL": copied_database, "DJANGO_SETTINGS_MODULE": "civicnet_site.settings.test"}

    def asked(**more: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", script], env=env | more, capture_output=True, text=True, check=True
        ).stdout.strip()

    assert asked() == "0"
    assert asked(CIVICNET_STATEMENT_SECONDS="7") == "7s"
