"""Scope costs no more than it must: which statements are sent, and along which indexes the databases answer them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Organisation, Position, User
from civicnet.access.scope import EVERYWHERE, within
from civicnet.contract import Actor
from civicnet.exchange.models import ImportJob
from civicnet.lifecycle.snapshot import read, using
from civicnet_grid.models import Grid, Post
from civicnet_site.bench.scope_data import Shape, load_tree

VIEW = "civicnet_grid.view_grid"
SHAPE = Shape(towns=10, grids=100_000)
PATH_INDEX, ROW_INDEX = "civicnet_access_organisation", "civicnet_grid_grid_organisation_id"


def holder(path: str) -> Actor:
    return Actor(kind="staff", id="1", permissions=frozenset({VIEW}), scopes={VIEW: (path,)})


def plans(rows: QuerySet[Grid]) -> list[str]:
    newest = rows.order_by("-id").values("id", "code", "name")
    # A slice and a count, each as the list sends it.
    with CaptureQueriesContext(connection) as sent:
        list(newest[:20])
        rows.order_by().count()
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    found = []
    for query in sent.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(explain + query["sql"])
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


@pytest.fixture
def tree(db: None) -> None:
    load_tree(SHAPE)


def reads_whole_tables(plan: str) -> bool:
    return "Seq Scan" in plan or any(line.startswith("SCAN") for line in plan.splitlines())


def test_no_table_is_read_whole_and_a_small_subtree_is_where_both_begin(tree: None) -> None:
    """For a bigger one PostgreSQL may walk the newest rows instead, which is an index too."""
    if connection.vendor == "postgresql":
        # A tenth of the real rows is read whole so quickly that the planner would for the count of a district.
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
    for path in (SHAPE.district, SHAPE.town):
        for plan in plans(Grid.objects.filter(within(holder(path), VIEW))):
            assert not reads_whole_tables(plan), plan
            if path == SHAPE.town or connection.vendor == "sqlite":
                assert ROW_INDEX in plan, plan
                assert f"{PATH_INDEX}_path" in plan or f"sqlite_autoindex_{PATH_INDEX}_1" in plan, plan


def test_for_the_whole_tree_the_statements_are_those_without_scope() -> None:
    whole = holder(EVERYWHERE)

    for rows, field in ((Grid.objects.all(), "organisation"), (Post.objects.all(), "grid__organisation")):
        for who in (whole, SYSTEM):
            assert str(rows.filter(within(who, VIEW, field=field)).query) == str(rows.query)
    assert str(Organisation.objects.filter(within(whole, VIEW, field="")).query) == str(
        Organisation.objects.all().query
    )


def test_rows_that_lie_nowhere_are_the_systems_alone() -> None:
    jobs = ImportJob.objects.all()

    assert "IS NOT NULL" in str(jobs.filter(within(holder(EVERYWHERE), VIEW)).query)
    assert str(jobs.filter(Q(pk__in=[]) | within(SYSTEM, VIEW)).query) == str(jobs.query)


def test_only_a_post_at_the_only_root_reaches_everywhere(
    city: dict[str, Organisation], staff: Callable[..., User]
) -> None:
    head, part = staff([VIEW], "222403", username="head"), staff([VIEW], "222403001", username="part")

    assert staff_actor(head).paths(VIEW) == (EVERYWHERE,)
    assert staff_actor(part).paths(VIEW) == (city["222403001"].path,)

    other = Organisation.add_root(code="220581", name="梅河口市", kind="CITY")

    assert staff_actor(head).paths(VIEW) == (city["222403"].path,)
    Position.objects.filter(person=part).update(organisation=other)
    assert staff_actor(part).paths(VIEW) == (other.path,)


def test_an_actor_is_made_in_two_statements(
    city: dict[str, Organisation], staff: Callable[..., User], django_assert_num_queries: Callable[..., object]
) -> None:
    head = staff([VIEW], "222403")

    with using(read(None)), django_assert_num_queries(2):
        staff_actor(head)
