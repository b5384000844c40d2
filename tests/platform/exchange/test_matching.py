"""Matching: what a row says is compared with what is held, be it sealed or not there at all."""

from __future__ import annotations

import pytest
from tests.platform.exchange.conftest import TeamResource

from civicnet.cipher import blind_index, encrypt
from civicnet.exchange.matching import Held, Sealed, changes

PLACE = "team.phone"
HELD = Sealed(blind_index("14000000001"), encrypt("14000000001", place=PLACE), PLACE)
NOTHING = Sealed("", "", PLACE)


@pytest.mark.parametrize(
    ("held", "said", "was"),
    [
        (HELD, "14000000001", {}),
        (HELD, "14000000002", {"phone": "14000000001"}),
        (HELD, None, {"phone": "14000000001"}),
        (NOTHING, "14000000001", {"phone": None}),
        (NOTHING, None, {}),
    ],
    ids=["the-same", "another", "emptied", "first", "still-none"],
)
def test_a_sealed_number_counts_as_changed_where_the_row_says_another_and_none_was_none(held, said, was):
    assert changes(TeamResource(), {"name": "甲队", "phone": said}, Held(1, {"name": "甲队", "phone": held})) == was
