"""Two offices change the tree at the same moment: one waits for the other, and the tree stays whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation, OrganisationEvent, OrganisationKind
from civicnet.access.organisation_changes import create_organisation
from civicnet.access.organisation_moves import move_organisation
from civicnet.access.organisation_selectors import organisation
from civicnet.access.organisations import Division, load_divisions

DAY = date(2026, 3, 1)
ROUNDS = 6


def swing(name: str) -> None:
    """Carry a community to and fro between two towns, and set up another beside it each time."""
    try:
        for turn in range(ROUNDS):
            place = organisation(f"22240300{1 + turn % 2}")
            given = {"day": DAY, "actor": SYSTEM, "reason": "同时变动"}
            create_organisation(
                code=f"{name}-{turn}", name=name, kind=OrganisationKind.COMMUNITY, parent=place, **given
            )
            move_organisation(organisation=organisation(name), parent=organisation(f"22240300{2 - turn % 2}"), **given)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
# SQLite's writing transactions are alone anyway.
@pytest.mark.only_on("postgresql")
def test_moves_and_additions_at_once_leave_the_tree_whole() -> None:
    names = [f"22240300100{number}" for number in range(1, 5)]
    towns = [Division(f"22240300{number}", f"街道{number}", "222403") for number in (1, 2)]
    communities = [Division(name, f"社区{name}", "222403001") for name in names]
    load_divisions(divisions=[Division("222403", "敦化市"), *towns, *communities], actor=SYSTEM)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(swing, names))

    assert not any(Organisation.find_problems())
    assert Organisation.objects.count() == 3 + len(names) * (1 + ROUNDS)
    assert OrganisationEvent.objects.filter(kind="MOVED").count() == len(names) * ROUNDS
