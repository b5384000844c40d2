"""Connections: pages that neither skip nor repeat while rows come and go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from civicnet.access.models import Organisation, User
from civicnet.contract import InvalidInput
from civicnet.gateway.connection import Page, paginate
from civicnet.gateway.ids import from_global_id, to_global_id
from civicnet.gateway.keyset import Order


def page(*, first: int = 2, after: str | None = None) -> Page:
    return paginate(Organisation.objects.all(), columns=["code"], order=("kind", "-id"), first=first, after=after)


def test_all_pages_together_are_the_whole_list_once(city: dict[str, Organisation]) -> None:
    seen, after = [], None
    while True:
        found = page(after=after)
        seen += [row["code"] for row in found.rows]
        if not found.has_next_page:
            break
        after = found.cursors[-1]

    assert seen == list(Organisation.objects.order_by("kind", "-id").values_list("code", flat=True))
    assert len(seen) == 6


@pytest.fixture
def people(db: None) -> list[int]:
    """Nine people; of four it is not known when they last came, and two came at one moment."""
    User.objects.all().delete()
    seen = [None, 3, None, 1, 2, None, 3, 0, None]
    start = datetime(2026, 3, 1, 8, 30, 15, 123456, tzinfo=UTC)
    for number, days in enumerate(seen):
        came = None if days is None else start + timedelta(days=days)
        User.objects.create(username=f"u{number}", last_login=came)
    return list(User.objects.order_by("id").values_list("id", flat=True))


def walk(order: tuple[str, ...], *, backwards: bool = False, size: int = 2) -> list[int]:
    """All people, page by page from one end to the other."""
    seen: list[int] = []
    cursor = None
    while True:
        asked: dict[str, Any] = {"last": size, "before": cursor} if backwards else {"first": size, "after": cursor}
        found = paginate(User.objects.all(), columns=["id"], order=order, **asked)
        ids = [row["id"] for row in found.rows]
        seen = ids + seen if backwards else seen + ids
        if not (found.has_previous_page if backwards else found.has_next_page):
            return seen
        cursor = found.start_cursor if backwards else found.end_cursor


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("size", [1, 2, 4])
@pytest.mark.parametrize(
    ("order", "sorted_by"),
    [
        (("last_login", "id"), [F("last_login").asc(nulls_last=True), "id"]),
        (("-last_login", "-id"), [F("last_login").desc(nulls_last=True), "-id"]),
        (("-last_login", "id"), [F("last_login").desc(nulls_last=True), "id"]),
        (("username",), ["username"]),
        (("-is_staff", "username"), ["-is_staff", "username"]),
        (("is_staff", "-last_login", "-id"), ["is_staff", F("last_login").desc(nulls_last=True), "-id"]),
    ],
)
def test_all_pages_are_the_whole_list_once_in_both_directions_and_nulls_come_last(
    people: list[int], order: tuple[str, ...], sorted_by: list[Any], size: int, backwards: bool
) -> None:
    User.objects.filter(username__in=["u1", "u5"]).update(is_staff=True)

    assert walk(order, backwards=backwards, size=size) == list(
        User.objects.order_by(*sorted_by).values_list("id", flat=True)
    )


def test_a_page_backwards_stands_in_the_order_of_the_list(people: list[int]) -> None:
    found = paginate(User.objects.all(), columns=["username"], order=("username",), last=3)

    assert [row["username"] for row in found.rows] == ["u6", "u7", "u8"]
    assert (found.has_previous_page, found.has_next_page) == (True, False)


def test_what_stands_around_a_page_is_told_as_it_is_and_costs_a_statement_only_behind_a_cursor(
    people: list[int],
) -> None:
    users = User.objects.all()
    beginning = paginate(users, columns=["id"], order=("username",), first=3)
    middle = paginate(users, columns=["id"], order=("username",), first=3, after=beginning.end_cursor)

    with CaptureQueriesContext(connection) as queries:
        assert (beginning.has_previous_page, beginning.has_next_page, middle.has_next_page) == (False, True, True)
    assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        assert middle.has_previous_page
    assert len(queries) == 1

    # Whatever the cursor came from is gone: then there is nothing before.
    again = paginate(users, columns=["id"], order=("username",), first=3, after=beginning.end_cursor)
    User.objects.filter(username__in=["u0", "u1", "u2"]).delete()
    assert not again.has_previous_page


def test_between_two_cursors_lies_what_lies_between(people: list[int]) -> None:
    users = User.objects.all()
    whole = paginate(users, columns=["username"], order=("username",))
    between = {"after": whole.cursors[1], "before": whole.cursors[6]}

    found = paginate(users, columns=["username"], order=("username",), first=4, **between)  # type: ignore[arg-type]
    behind = paginate(users, columns=["username"], order=("username",), last=3, **between)  # type: ignore[arg-type]

    assert [row["username"] for row in found.rows] == ["u2", "u3", "u4", "u5"]
    assert (found.has_previous_page, found.has_next_page) == (True, True)
    assert [row["username"] for row in behind.rows] == ["u3", "u4", "u5"]


def test_first_and_last_together_are_refused(people: list[int]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        paginate(User.objects.all(), columns=["id"], order=("id",), first=1, last=1)

    assert refusal.value.code == "PAGE_SIZE"


@pytest.mark.parametrize("last", [0, -1, 101])
def test_a_page_size_from_the_end_has_the_same_bounds(people: list[int], last: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        paginate(User.objects.all(), columns=["id"], order=("id",), last=last)

    assert (refusal.value.code, refusal.value.field) == ("PAGE_SIZE", "last")


def test_a_cursor_is_bound_to_its_order_and_its_list(people: list[int], city: dict[str, Organisation]) -> None:
    def cursor(model: Any, *order: str) -> str:
        found = paginate(model.objects.all(), columns=["id"], order=order, first=1).end_cursor
        assert found is not None
        return found

    strangers = [cursor(User, "-id"), cursor(User, "username", "id"), cursor(Organisation, "id")]

    for stranger in strangers:
        with pytest.raises(InvalidInput) as refusal:
            paginate(User.objects.all(), columns=["id"], order=("id",), after=stranger)
        assert (refusal.value.code, refusal.value.field) == ("INVALID_CURSOR", "after")
    assert max(map(len, strangers)) < 40


def test_null_in_a_cursor_of_a_column_that_never_is_null_here_is_refused(people: list[int]) -> None:
    empty = paginate(User.objects.all(), columns=["id"], order=("last_login", "id"), last=1).end_cursor

    filled = Order(("last_login", "id"), filled=("last_login",))
    with pytest.raises(InvalidInput) as refusal:
        paginate(User.objects.filter(last_login__isnull=False), columns=["id"], order=filled, after=empty)

    assert refusal.value.code == "INVALID_CURSOR"


def test_a_page_reads_the_columns_asked_for_and_those_of_its_order(people: list[int]) -> None:
    found = paginate(User.objects.all(), columns=["full_name"], order=("username",), first=1)

    assert found.rows == [{"full_name": "", "username": "u0"}]


def test_a_row_that_goes_does_not_shift_the_next_page(city: dict[str, Organisation]) -> None:
    first = page()
    expected = [row["code"] for row in page(after=first.cursors[-1]).rows]

    Organisation.objects.filter(code=first.rows[0]["code"]).update(kind="ZZZ")

    assert [row["code"] for row in page(after=first.cursors[-1]).rows] == expected


def test_a_page_costs_one_statement_and_its_count_one_more_only_when_asked(city: dict[str, Organisation]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = page()

    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        assert found.count() == 6
    assert len(queries) == 1


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_size_out_of_bounds_is_refused(city: dict[str, Organisation], first: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        page(first=first)

    assert refusal.value.code == "PAGE_SIZE"


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm9wZQ", "W10", "WyJDSVRZIl0", "WyJDSVRZIiwieCJd", "WyJDSVRZIixudWxsXQ", "é"]
)
def test_a_cursor_of_another_list_is_refused(city: dict[str, Organisation], cursor: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        page(after=cursor)

    assert refusal.value.code == "INVALID_CURSOR"


def test_a_global_id_comes_back() -> None:
    assert from_global_id(to_global_id("Grid", 17)) == ("Grid", 17)


@pytest.mark.parametrize(
    "text", ["", "x", "R3JpZA", "R3JpZDo", "R3JpZDotMQ", "R3JpZDo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "网"]
)
def test_a_forged_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        from_global_id(text)

    assert refusal.value.code == "INVALID_ID"
