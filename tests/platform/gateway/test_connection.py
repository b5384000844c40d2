"""Connections: pages that neither skip nor repeat while rows come and go."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicnet.access.models import Organisation
from civicnet.contract import InvalidInput
from civicnet.gateway.connection import Page, paginate
from civicnet.gateway.ids import from_global_id, to_global_id


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
