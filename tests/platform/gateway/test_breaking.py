"""Nothing leaves the published schema unless it was marked with a day, and the day has come."""

from __future__ import annotations

from datetime import date

import pytest
from graphql import build_schema

from civicnet.gateway.breaking import breaking, undated

TODAY = date(2026, 12, 1)
PUBLISHED = """
type Query {
  grids(kind: String, old: String @deprecated(reason: "until 2026-06-30: use kind")): [Grid!]!
  areas: [Area!]! @deprecated(reason: "until 2026-06-30: use grids")
  zones: [Zone!]! @deprecated(reason: "until 2027-06-30: use grids")
  thing: Thing
}
type Grid { code: String! name: String @deprecated(reason: "until 2026-11-30: use code") kind: Kind }
type Area { code: String! }
type Zone { code: String! }
enum Kind { WHOLE PART @deprecated(reason: "until 2026-11-30: use WHOLE") HALF }
union Thing = Grid | Area
"""


def told(changed: str) -> dict[str, str]:
    found = breaking(build_schema(PUBLISHED), build_schema(changed), today=TODAY)
    return {one.sentence: one.obstacle for one in found}


def without(*pieces: str) -> str:
    changed = PUBLISHED
    for piece in pieces:
        assert piece in changed
        changed = changed.replace(piece, "")
    return changed


def test_the_same_schema_breaks_nothing() -> None:
    assert told(PUBLISHED) == {}


def test_a_field_goes_when_its_day_has_come() -> None:
    assert told(without('name: String @deprecated(reason: "until 2026-11-30: use code")')) == {
        "Grid.name was removed.": ""
    }


def test_an_argument_and_an_enum_value_go_by_their_own_mark() -> None:
    found = told(
        without(
            ', old: String @deprecated(reason: "until 2026-06-30: use kind")',
            'PART @deprecated(reason: "until 2026-11-30: use WHOLE")',
        )
    )

    assert found == {"Query.grids arg old was removed.": "", "PART was removed from enum type Kind.": ""}


@pytest.mark.parametrize(
    ("changed", "sentence", "obstacle"),
    [
        (
            PUBLISHED.replace("{ code: String! name", "{ name"),
            "Grid.code was removed.",
            "Grid.code was never marked @deprecated with “until YYYY-MM-DD: …”",
        ),
        (
            without("kind: String, "),
            "Query.grids arg kind was removed.",
            "Query.grids(kind) was never marked @deprecated with “until YYYY-MM-DD: …”",
        ),
        (
            without(" HALF"),
            "HALF was removed from enum type Kind.",
            "Kind.HALF was never marked @deprecated with “until YYYY-MM-DD: …”",
        ),
        (
            without('zones: [Zone!]! @deprecated(reason: "until 2027-06-30: use grids")'),
            "Query.zones was removed.",
            "Query.zones stays until 2027-06-30",
        ),
        (
            PUBLISHED.replace("type Grid { code: String!", "type Grid { code: String"),
            "Grid.code changed type from String! to String.",
            "it changes what is there: add a new name beside it, and let the old one leave by its date",
        ),
    ],
)
def test_what_was_not_marked_or_is_not_due_stays(changed: str, sentence: str, obstacle: str) -> None:
    assert told(changed)[sentence] == obstacle


def test_a_type_goes_with_all_that_led_to_it() -> None:
    areas = 'areas: [Area!]! @deprecated(reason: "until 2026-06-30: use grids")'

    assert told(without(areas, "type Area { code: String! }", " | Area")) == {
        "Area was removed.": "",
        "Area was removed from union type Thing.": "",
        "Query.areas was removed.": "",
    }


def test_a_mark_without_a_day_says_nothing() -> None:
    schema = build_schema(
        'type Query { a: Int @deprecated(reason: "old") b: Int @deprecated(reason: "until 2026-13-01: c") }'
    )

    assert [one.place for one in undated(schema)] == ["Query.a", "Query.b"]
