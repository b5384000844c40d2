"""Leave: before an organisation closes, moves or goes up in another, plugins are asked, and an objection changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.acts import CloseOrganisation, MergeOrganisation, MoveOrganisation
from civicnet.access.models import Organisation, OrganisationEvent
from civicnet.access.organisation_changes import close_organisation
from civicnet.access.organisation_moves import merge_organisation, move_organisation
from civicnet.contract import Act, CivicNetError, Conflict, hookimpl
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.hooks import PluginFailed
from civicnet.lifecycle.models import HookBreaker
from civicnet.testing.fixtures import Plug

DAY = date(2026, 3, 1)
WHY = {"day": DAY, "actor": SYSTEM, "reason": "区划调整"}


class Guard:
    """A plugin that hears of every act, and raises what it is given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.heard: list[Act] = []

    @hookimpl
    def object_to(self, act: Act) -> None:
        self.heard.append(act)
        if self.error:
            raise self.error


def state() -> tuple[list[tuple[str, str, date | None]], int, int]:
    tree = list(Organisation.objects.order_by("pk").values_list("path", "name", "valid_to"))
    return tree, OrganisationEvent.objects.count(), AuditRecord.objects.exclude(action__startswith="plugins.").count()


def test_each_act_says_what_it_is_about(city: dict[str, Organisation], plug: Plug) -> None:
    guard = Guard()
    plug("guard", guard)
    one, other, town = city["222403001001"], city["222403001002"], city["222403100"]
    paths = one.path, other.path

    merge_organisation(source=other, into=one, **WHY)
    one.refresh_from_db()
    move_organisation(organisation=one, parent=town, **WHY)
    one.refresh_from_db()
    moved = one.path
    for child in one.get_children():
        assert child.valid_to == DAY
    close_organisation(organisation=one, **WHY)

    assert guard.heard == [
        MergeOrganisation(organisation_id=other.pk, path=paths[1], on=DAY, into_id=one.pk, into_path=paths[0]),
        MoveOrganisation(organisation_id=one.pk, path=paths[0], on=DAY, to_id=town.pk, to_path=town.path),
        CloseOrganisation(organisation_id=one.pk, path=moved, on=DAY),
    ]


@pytest.mark.parametrize(
    ("error", "refusal", "code"),
    [
        (Conflict("First clear the table.", code="TABLE_NOT_CLEAR"), Conflict, "TABLE_NOT_CLEAR"),
        (ValueError("broken on purpose"), PluginFailed, "PLUGIN_FAILED"),
    ],
)
def test_an_objection_or_a_failure_changes_nothing(
    city: dict[str, Organisation], plug: Plug, error: Exception, refusal: type[CivicNetError], code: str
) -> None:
    plug("guard", Guard(error))
    one, other, town = city["222403001001"], city["222403001002"], city["222403100"]
    before = state()

    for act in (
        lambda: close_organisation(organisation=one, **WHY),
        lambda: merge_organisation(source=other, into=one, **WHY),
        lambda: move_organisation(organisation=one, parent=town, **WHY),
    ):
        with pytest.raises(refusal) as told:
            act()
        assert told.value.code == code

    assert state() == before


def test_a_guard_whose_breaker_is_open_is_not_asked_and_nothing_happens(
    city: dict[str, Organisation], plug: Plug
) -> None:
    guard = Guard()
    plug("guard", guard)
    HookBreaker.objects.create(slug="guard", hook="object_to", retry_at=timezone.now() + timedelta(minutes=1))
    before = state()

    with pytest.raises(PluginFailed):
        close_organisation(organisation=city["222403001001"], **WHY)

    assert (state(), guard.heard) == (before, [])


def test_a_guard_that_is_off_has_no_say(city: dict[str, Organisation], plug: Plug) -> None:
    plug("guard", Guard(Conflict("no")), on=False)

    assert close_organisation(organisation=city["222403001001"], **WHY).valid_to == DAY
