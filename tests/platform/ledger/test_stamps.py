"""Content versions: whoever writes, by whatever SQL, and in whatever order it is committed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from civicnet.access.models import ApiClient, ApiKey, Organisation
from civicnet.ledger import stamping, stamps
from civicnet.ledger.models import ContentStamp

GROUPS, LINKS = "auth_group", "auth_group_permissions"
postgresql, sqlite = pytest.mark.only_on("postgresql"), pytest.mark.only_on("sqlite")


def version(*kinds: str) -> int:
    return stamps.total(kinds or (GROUPS,)).version


@pytest.fixture
def group(db: None) -> Group:
    return Group.objects.create(name="old")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


WRITES: dict[str, Callable[[Group], object]] = {
    "save": lambda group: group.save(),
    "create": lambda _group: Group.objects.create(name="new"),
    "bulk": lambda _group: Group.objects.bulk_create([Group(name=str(n)) for n in range(3)]),
    "update": lambda group: Group.objects.filter(pk=group.pk).update(name="renamed"),
    "delete": lambda group: group.delete(),
    "raw update": lambda _group: run("UPDATE auth_group SET name = 'raw' WHERE name = 'old'"),
    "raw insert": lambda _group: run("INSERT INTO auth_group (name) SELECT 'raw'"),
    "raw delete": lambda _group: run("DELETE FROM auth_group WHERE name = 'old'"),
    "hidden in a query": lambda _group: run(
        "WITH gone AS (DELETE FROM auth_group WHERE name = 'old' RETURNING id) SELECT COUNT(*) FROM gone"
        if connection.vendor == "postgresql"
        else "INSERT OR REPLACE INTO auth_group (id, name) SELECT id, name || '!' FROM auth_group"
    ),
}


@pytest.fixture
def committed(transactional_db: None) -> Iterator[Group]:
    """A row that is there for other connections; each write of a test is a transaction of its own."""
    yield Group.objects.create(name="old")


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_changes_the_version_of_its_table_and_of_no_other(
    group: Group, write: Callable[[Group], object]
) -> None:
    run_anew()
    before, other = version(), version("wagtailcore_site", "civicnet_access_user")

    write(group)

    assert version() != before
    assert version("wagtailcore_site", "civicnet_access_user") == other


def run_anew() -> None:
    """Let the transaction of the test forget what it has stamped, as if it were a new one."""
    if connection.vendor == "postgresql":
        run("SELECT set_config('civicnet.stamped', '', true)")


def test_rows_that_go_by_cascade_and_links_of_many_to_many_count(group: Group) -> None:
    permission = Permission.objects.order_by("pk").first()
    assert permission is not None
    before = version(LINKS)
    group.permissions.add(permission)
    linked = version(LINKS)
    run_anew()

    group.delete()

    assert len({before, linked, version(LINKS)}) == 3


KEYS = "civicnet_access_apikey"


@pytest.fixture
def key(db: None) -> ApiKey:
    """A key, of whose table ``last_used_at`` is ignored."""
    return new_key()


def new_key() -> ApiKey:
    place = Organisation.add_root(name="城", code="222403", kind="city")
    owner = ApiClient.objects.create(name="portal", organisation=place)
    return ApiKey.objects.create(client=owner, prefix="a", digest="b", created_at=timezone.now())


def test_an_update_of_nothing_but_what_is_ignored_changes_no_version(key: ApiKey) -> None:
    run_anew()
    before = version(KEYS)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
    assert version(KEYS) == before
    key.refresh_from_db()
    assert key.last_used_at is not None


OTHER_WRITES: dict[str, Callable[[ApiKey], object]] = {
    "another column": lambda key: ApiKey.objects.filter(pk=key.pk).update(revoke_reason="lost"),
    "both": lambda key: ApiKey.objects.filter(pk=key.pk).update(revoked_at=timezone.now(), last_used_at=timezone.now()),
    "hidden in SQL": lambda _key: run(f"UPDATE {KEYS} SET last_used_at = NULL, digest = 'c'"),
    "delete": lambda key: key.delete(),
    "insert": lambda key: ApiKey.objects.create(
        client=key.client, prefix="z", digest="y", created_at=timezone.now(), last_used_at=timezone.now()
    ),
}


@pytest.mark.parametrize("write", OTHER_WRITES.values(), ids=OTHER_WRITES)
def test_whatever_else_is_written_there_changes_it(key: ApiKey, write: Callable[[ApiKey], object]) -> None:
    run_anew()
    before = version(KEYS)
    write(key)
    assert version(KEYS) != before


def test_a_column_that_comes_later_is_not_ignored(db: None) -> None:
    run(f"ALTER TABLE {KEYS} ADD COLUMN later integer NULL")
    stamping.install("default")
    new_key()
    run_anew()
    before = version(KEYS)
    run(f"UPDATE {KEYS} SET later = 1")
    assert version(KEYS) != before


def test_installing_again_changes_nothing(db: None) -> None:
    before = stamps.versions()
    stamping.install("default")
    assert stamps.versions() == before


def test_reading_changes_nothing_and_costs_one_statement(
    group: Group, assert_statements: Callable[..., object]
) -> None:
    before = version()
    with assert_statements(1):
        assert version() == before
    assert list(Group.objects.filter(name="old")) == [group]
    assert version() == before


def test_what_is_rolled_back_leaves_no_trace_and_what_follows_counts(group: Group) -> None:
    run_anew()
    before = version()
    with pytest.raises(DatabaseError), transaction.atomic():
        Group.objects.create(name="lost")
        assert version() != before
        raise DatabaseError
    assert version() == before

    with transaction.atomic():
        Group.objects.create(name="kept")

    assert version() != before


def test_the_versions_of_all_kinds_are_those_of_each(group: Group) -> None:
    stamps.touch("type:Thing")
    known = stamps.versions()

    for kinds in ((GROUPS,), (GROUPS, "type:Thing"), ("type:Thing",), ("never written",)):
        assert stamps.together(known, kinds) == version(*kinds)
    assert version("never written") == 0


def test_adding_up_keeps_every_version_and_few_rows(group: Group) -> None:
    for _time in range(300):
        stamps.touch("type:Thing", "type:Other")
        ContentStamp.objects.create(kind="type:Thing", n=2**48 - 1)
    before = stamps.versions()
    assert stamps.total(["type:Thing"]).crowded

    stamps.compact()

    assert stamps.versions() == before
    assert not stamps.total(["type:Thing"]).crowded
    assert ContentStamp.objects.filter(kind__startswith="type:").count() == 2


def test_a_table_that_lost_its_triggers_has_them_back_and_a_new_version_after_a_migration(group: Group) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER civicnet_stamp ON auth_group")
        else:
            cursor.execute('DROP TRIGGER "civicnet_stamp_update_auth_group"')
    before = version()
    Group.objects.filter(pk=group.pk).update(name="unseen")
    assert version() == before

    call_command("migrate", "civicnet_ledger", verbosity=0)

    seen = version()
    assert seen != before
    run_anew()
    Group.objects.filter(pk=group.pk).update(name="seen")
    assert version() != seen


def test_what_is_written_all_the_time_has_no_version(db: None) -> None:
    known = stamps.stamped()

    assert {GROUPS, LINKS, "wagtailcore_site", "civicnet_lifecycle_generation"} <= known
    assert not known & {"django_session", "civicnet_ledger_auditrecord", "civicnet_gateway_fielduse", stamps.TABLE}


def test_each_commit_counts_outside_transactions_and_after_a_flush(committed: Group) -> None:
    seen = [version()]
    for name in ("a", "b"):
        Group.objects.filter(pk=committed.pk).update(name=name)
        seen.append(version())
    with transaction.atomic():
        committed.delete()
        seen.append(version())
        Group.objects.create(name="c")
    seen.append(version())
    call_command("flush", interactive=False, verbosity=0)
    seen.append(version())
    Group.objects.create(name="a")
    seen.append(version())

    # On PostgreSQL a transaction counts once, at its end.
    assert len(set(seen)) >= 6
    assert len({seen[0], seen[1], seen[2], seen[4], seen[-1]}) == 5


@contextmanager
def somebody_writing(name: str) -> Iterator[None]:
    """Within the block another connection has written a group and not committed it; after it, it has."""
    opened, close = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            Group.objects.create(name=name)
            opened.set()
            assert close.wait(10)
        connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    try:
        assert opened.wait(10)
        yield
    finally:
        close.set()
        thread.join()


@postgresql
def test_of_transactions_that_commit_in_the_wrong_order_each_changes_the_version(committed: Group) -> None:
    seen = [version()]
    with somebody_writing("first to write"):
        seen.append(version())
        Group.objects.create(name="second to write")
        seen.append(version())
    seen.append(version())

    assert seen[0] == seen[1]
    assert len(set(seen[1:])) == 3


@postgresql
def test_a_writer_waits_for_no_other_and_adding_up_for_neither(committed: Group) -> None:
    with somebody_writing("open"):
        before = stamps.versions()
        run("SET lock_timeout = '2s'")
        try:
            stamps.compact()
            assert stamps.versions() == before
            Group.objects.create(name="meanwhile")
        finally:
            run("RESET lock_timeout")

    assert stamps.versions() != before


@postgresql
def test_emptying_a_table_at_one_blow_counts(committed: Group) -> None:
    before = version()
    run("TRUNCATE auth_group CASCADE")
    assert version() != before


@postgresql
def test_rows_that_come_by_copy_count(committed: Group) -> None:
    before = version()
    with connection.cursor() as cursor, cursor.copy("COPY auth_group (name) FROM STDIN") as copy:
        copy.write_row(("copied",))
    assert version() != before


def test_writes_go_on_without_the_triggers_and_count_again_with_them(db: None) -> None:
    stamping.uninstall("default")
    Group.objects.create(name="without")
    stamping.install("default")
    before = version()
    run_anew()
    Group.objects.create(name="with")
    assert version() != before
