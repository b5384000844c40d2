"""Flights: bulk writes on their way while Python goes on end like any others, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction

from civicnet.access.actors import SYSTEM
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet.ledger.flights import constraints_hold, in_flight, landed
from civicnet.ledger.images import kept
from civicnet.ledger.models import ChangeRecord
from civicnet.ledger.stamps import total

TABLE = Group._meta.db_table


@pytest.fixture(autouse=True)
def no_groups(db: None) -> None:
    """Nobody's groups but the test's."""
    Group.objects.all().delete()


class Broken(Exception):
    """Something else goes wrong."""


def add(*names: str) -> list[int]:
    return add_rows(actor=SYSTEM, model=Group, fields=["name"], rows=[[name] for name in names])


def names() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


def logged() -> list[str]:
    return list(
        ChangeRecord.objects.filter(object_type="auth.group").order_by("pk").values_list("object_id", flat=True)
    )


def version() -> int:
    return total([TABLE]).version


def test_whoever_looks_meanwhile_sees_what_was_written_before():
    with transaction.atomic(), in_flight():
        keys = add("甲", "乙\t")
        assert names() == {"甲", "乙\t"}
        change_rows(actor=SYSTEM, model=Group, fields=["name"], keys=keys[:1], rows=[["丙"]], before=[["甲"]])
        assert names() == {"丙", "乙\t"}
        landed()

    assert logged() == [str(key) for key in (*keys, keys[0])]


def test_many_rows_come_whole_and_in_their_order():
    wanted = [f"{number}\\{number}" for number in range(1_201)]
    with transaction.atomic(), in_flight():
        keys = add(*wanted)
        changed = [[f"{name}!"] for name in wanted]
        change_rows(actor=SYSTEM, model=Group, fields=["name"], keys=keys, rows=changed, before=changed)

    held = Group.objects.in_bulk(keys)
    assert [[held[key].name] for key in keys] == changed


def test_what_the_database_refuses_is_raised_before_the_block_ends_and_nothing_stays():
    Group.objects.create(name="taken")

    with pytest.raises(IntegrityError), transaction.atomic(), in_flight():
        add("free", "taken")

    assert names() == {"taken"}
    assert logged() == []


def test_a_block_that_begins_with_a_change_belongs_to_its_transaction(transactional_db: None):
    group = Group.objects.create(name="old")

    with pytest.raises(Broken), transaction.atomic(), in_flight():
        change_rows(actor=SYSTEM, model=Group, fields=["name"], keys=[group.pk], rows=[["new"]], before=[["old"]])
        raise Broken

    assert names() == {"old"}


def test_a_savepoint_that_is_rolled_back_takes_along_what_flies_and_what_was_left_for_the_end():
    with transaction.atomic(), in_flight():
        kept_ones = add("stays")
        with pytest.raises(Broken), transaction.atomic():
            add("goes")
            raise Broken

    assert names() == {"stays"}
    assert logged() == [str(key) for key in kept_ones]


def test_a_refusal_that_somebody_expects_leaves_no_trace_in_image_or_log():
    Group.objects.create(name="taken")

    with transaction.atomic(), in_flight(), kept() as image:
        with pytest.raises(IntegrityError), transaction.atomic():
            add("taken")
        keys = add("free")
        landed()

    assert names() == {"taken", "free"}
    assert [one.keys for one in image.written] == [keys]
    assert logged() == [str(key) for key in keys]


def test_a_mistake_in_the_middle_of_a_copy_leaves_the_connection_in_order():
    rows = [["first"], *[[str(number)] for number in range(300)], ["too", "many"]]

    with pytest.raises(ValueError, match="zip"), transaction.atomic(), in_flight():
        add_rows(actor=SYSTEM, model=Group, fields=["name"], rows=rows)

    assert "first" not in names()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_bulk_write_changes_the_version_and_so_does_the_next_row_by_itself():
    Group.objects.create(name="taken")
    if connection.vendor == "postgresql":
        # Of the test's one transaction each write is to count.
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('civicnet.stamped', 'each', true)")
    versions = [version()]
    with transaction.atomic():
        keys = add("a", "b")
    versions.append(version())
    with transaction.atomic():
        change_rows(actor=SYSTEM, model=Group, fields=["name"], keys=keys, rows=[["c"], ["d"]], before=[["a"], ["b"]])
    versions.append(version())
    with pytest.raises(IntegrityError), transaction.atomic():
        add("e", "taken")
    for name in ("f", "g"):
        Group.objects.create(name=name)
        versions.append(version())

    assert len(set(versions)) == 5


@pytest.mark.only_on("postgresql")
def test_what_is_to_be_done_meanwhile_is_done_while_the_database_works_and_no_further():
    done: list[int] = []

    def work() -> Iterator[None]:
        for step in range(100_000):
            done.append(step)
            yield

    with transaction.atomic(), in_flight(meanwhile=work()):
        add(*[f"group {number}" for number in range(2_000)])
        before = len(done)
        landed()
        assert len(names()) == 2_000

    assert before < len(done) < 100_000


@pytest.mark.only_on("postgresql")
def test_work_that_asks_the_database_after_all_is_told_so_and_nothing_else_suffers():
    told: list[str] = []

    def work() -> Iterator[None]:
        try:
            Group.objects.count()
            yield
        except RuntimeError as error:
            told.append(str(error))

    with transaction.atomic(), in_flight(meanwhile=work()):
        add(*[f"group {number}" for number in range(2_000)])
        landed()

    assert told == ["what is done while the database is waited for cannot ask it"]
    assert Group.objects.count() == 2_000


@pytest.mark.only_on("postgresql")
def test_work_that_keeps_quiet_about_having_asked_is_told_so_at_the_end_of_its_step():
    held: list[int] = []

    def work() -> Iterator[None]:
        try:
            with suppress(Exception):
                held.append(Group.objects.count())
            yield
            held.append(-1)
        except RuntimeError:
            held.append(-2)

    with transaction.atomic(), in_flight(meanwhile=work()):
        add(*[f"group {number}" for number in range(2_000)])
        landed()

    assert held == [-2]


@pytest.mark.only_on("postgresql")
def test_a_row_without_its_other_end_is_refused_where_constraints_have_to_hold():
    permissions = Group.permissions.through

    with pytest.raises(IntegrityError), transaction.atomic(), in_flight():
        add_rows(actor=SYSTEM, model=permissions, fields=["group_id", "permission_id"], rows=[[10**6, 10**6]])
        landed()
        constraints_hold()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    assert not permissions.objects.filter(group_id=10**6).exists()
