"""The triggers of the feed: there after every migration, the same however often, gone with the table of marks."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from civicnet.gateway.feed import keeping, triggers
from civicnet.gateway.feed.followed import feeds
from civicnet.gateway.feed.models import FeedMark
from civicnet_hotline.models import Category, Group

pytestmark = pytest.mark.django_db


def there() -> dict[str, set[str]]:
    return triggers._known(connection)


def write() -> None:
    Category.objects.bulk_create([Category(code="lamps", name="路灯", group=Group.HELP)])


def test_each_followed_table_has_one_for_each_kind_of_write() -> None:
    tables = {one.model._meta.db_table for feed in feeds().values() for one in feed.follows}

    assert there().keys() == tables
    assert {len(names) for names in there().values()} == {3}


def test_putting_them_in_place_again_changes_nothing() -> None:
    assert triggers.install("default", feeds().values()) == 0


def test_one_that_is_missing_or_of_an_older_release_is_put_right() -> None:
    before = there()
    table = Category._meta.db_table
    with connection.cursor() as cursor:
        for name in before[table]:
            cursor.execute(triggers._drop(connection, name, table))
    FeedMark.objects.all().delete()
    write()
    assert not FeedMark.objects.exists()

    keeping.look_at_all()
    assert there() == before


def test_without_them_everything_can_still_be_written() -> None:
    triggers.remove("default")
    write()

    assert there() == {}
    assert Category.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_feed_can_be_migrated_away_and_back() -> None:
    call_command("migrate", "civicnet_gateway", "0002", verbosity=0)
    try:
        write()
        assert there() == {}
    finally:
        call_command("migrate", "civicnet_gateway", verbosity=0)

    assert there().keys() >= {Category._meta.db_table}
    keeping.tell()
    assert FeedMark.objects.count() == 0
