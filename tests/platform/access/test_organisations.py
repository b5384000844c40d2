"""Organisations are set up, renamed, moved, merged and closed; the tree stays whole, and nothing of theirs is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.division_codes import meanings_of
from civicnet.access.models import Organisation, OrganisationEvent, OrganisationKind, Position, User
from civicnet.access.organisation_changes import (
    add_short_name,
    close_organisation,
    create_organisation,
    rename_organisation,
)
from civicnet.access.organisation_moves import merge_organisation, move_organisation
from civicnet.access.organisation_selectors import named, organisation, search
from civicnet.access.scope import covers
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, Refused
from civicnet.ledger.models import AuditRecord

ADD = "civicnet_access.add_organisation"
CHANGE = "civicnet_access.change_organisation"
DAY = date(2026, 3, 1)
WHY = {"day": DAY, "actor": SYSTEM, "reason": "区划调整"}


def tree() -> list[tuple[str, str, str, str]]:
    return [(one.path, one.code, one.name, str(one.valid_to)) for one in Organisation.objects.all()]


def is_whole() -> bool:
    return not any(Organisation.find_problems())


@pytest.fixture
def city(city: dict[str, Organisation]) -> dict[str, Organisation]:
    yield city
    assert is_whole()


def test_an_office_stands_beside_the_divisions_and_its_beginning_is_told(city: dict[str, Organisation]) -> None:
    office = create_organisation(
        code="222403-LXB",
        name="网格化管理领导小组办公室",
        kind=OrganisationKind.LEADING_GROUP_OFFICE,
        parent=city["222403"],
        short_name="网格办",
        **WHY,
    )

    assert organisation("222403-LXB").get_parent() == city["222403"]
    assert named(Organisation.objects.all(), "网格办") == office
    assert [event.kind for event in office.events.all()] == ["CREATED"]
    assert AuditRecord.objects.filter(action="access.create_organisation", reason="区划调整").count() == 1


@pytest.mark.parametrize("code", ["222403001", "", "x" * 21])
def test_a_code_that_is_taken_or_no_code_sets_up_nothing(city: dict[str, Organisation], code: str) -> None:
    before = tree()

    with pytest.raises(InvalidInput) as refused:
        create_organisation(code=code, name="新社区", kind=OrganisationKind.COMMUNITY, parent=city["222403001"], **WHY)

    assert refused.value.field == "code"
    assert tree() == before


def test_the_old_name_and_code_go_on_leading_to_a_renamed_organisation(city: dict[str, Organisation]) -> None:
    rename_organisation(organisation=city["222403001001"], name="新红旗社区", code="222403001021", **WHY)

    assert organisation("222403001001").name == "新红旗社区"
    assert [one.name for one in search(Organisation.objects.all(), "红旗", most=5)] == ["新红旗社区"]
    event = OrganisationEvent.objects.get()
    assert (event.before, event.after) == ("222403001001 红旗社区", "222403001021 新红旗社区")


def test_a_code_that_was_given_up_is_given_to_nobody_else(city: dict[str, Organisation]) -> None:
    rename_organisation(organisation=city["222403001001"], name="红旗社区", code="222403001021", **WHY)
    before = tree()

    with pytest.raises(InvalidInput, match="222403001001"):
        rename_organisation(organisation=city["222403001002"], name="北苑社区", code="222403001001", **WHY)

    assert tree() == before
    taken_back = rename_organisation(organisation=city["222403001001"], name="红旗社区", code="222403001001", **WHY)
    assert taken_back.aliases.filter(kind="FORMER_CODE").get().value == "222403001021"


def test_a_move_takes_along_what_is_below_and_who_sees_it(
    city: dict[str, Organisation], staff: Callable[..., User]
) -> None:
    town = staff([CHANGE], "222403100", username="town")

    move_organisation(organisation=city["222403001"], parent=city["222403100"], **WHY)

    moved = organisation("222403001001")
    assert [one.code for one in moved.get_ancestors()] == ["222403", "222403100", "222403001"]
    assert covers(staff_actor(town), CHANGE, moved.path)
    event = OrganisationEvent.objects.get()
    assert (event.from_parent, event.to_parent) == (city["222403"], organisation("222403100"))
    assert AuditRecord.objects.get(action="access.move_organisation").before == {"parent": "222403"}


def test_a_move_that_cannot_be_moves_nothing(city: dict[str, Organisation]) -> None:
    close_organisation(organisation=city["222403001002"], **WHY)
    before = tree()

    for code, parent in (
        ("222403001", "222403001001"),
        ("222403001", "222403001"),
        ("222403001", "222403"),
        ("222403100", "222403001002"),
    ):
        with pytest.raises(InvalidInput) as refused:
            move_organisation(organisation=city[code], parent=city[parent], **WHY)
        assert refused.value.field == "parent"

    assert tree() == before


@pytest.mark.parametrize(("place", "allowed"), [("222403001", False), ("222403100", False), ("222403", True)])
def test_a_move_needs_the_permission_at_both_ends(
    city: dict[str, Organisation], actor: Callable[..., Actor], place: str, allowed: bool
) -> None:
    who, before = actor([CHANGE], place), tree()
    given = {"organisation": city["222403001001"], "parent": city["222403100"], **WHY, "actor": who}

    if allowed:
        assert move_organisation(**given).get_parent() == organisation("222403100")
    else:
        with pytest.raises(Refused):
            move_organisation(**given)
        assert tree() == before


def test_a_merger_leaves_the_old_rows_where_the_successor_sees_them(
    city: dict[str, Organisation], staff: Callable[..., User]
) -> None:
    town = staff([CHANGE], "222403100", username="town")

    remaining = merge_organisation(source=city["222403001"], into=city["222403100"], **WHY)

    source = Organisation.objects.get(code="222403001")
    assert source.valid_to == DAY and source.get_parent() == remaining == organisation("222403001")
    assert covers(staff_actor(town), CHANGE, source.path)
    assert organisation("222403001001").get_parent() == remaining
    assert organisation("222403001001").valid_to is None
    assert set(remaining.aliases.values_list("value", flat=True)) == {"222403001", "渤海街道"}
    assert OrganisationEvent.objects.get(kind="MERGED").into == remaining


def test_codes_of_a_chain_of_mergers_lead_to_the_one_that_remains(city: dict[str, Organisation]) -> None:
    merge_organisation(source=city["222403001001"], into=city["222403001002"], **WHY)
    merge_organisation(source=city["222403001002"], into=city["222403100200"], **WHY)

    assert organisation("222403001001") == organisation("222403001002") == city["222403100200"]
    assert organisation("222403100200") == city["222403100200"]


def test_a_merger_that_would_leave_somebody_without_a_place_is_refused(
    city: dict[str, Organisation], staff: Callable[..., User]
) -> None:
    staff([], "222403001001")
    before = tree()

    with pytest.raises(Conflict):
        merge_organisation(source=city["222403001001"], into=city["222403001002"], **WHY)
    with pytest.raises(InvalidInput):
        merge_organisation(source=city["222403001"], into=city["222403001002"], **WHY)

    assert tree() == before and not OrganisationEvent.objects.exists()


def test_closing_waits_until_nothing_is_left_below_or_within(
    city: dict[str, Organisation], staff: Callable[..., User]
) -> None:
    person = staff([], "222403100200")

    with pytest.raises(Conflict):
        close_organisation(organisation=city["222403100"], **WHY)
    with pytest.raises(Conflict):
        close_organisation(organisation=city["222403100200"], **WHY)
    Position.objects.filter(person=person).update(valid_to=DAY)
    close_organisation(organisation=city["222403100200"], **WHY)

    assert organisation("222403100200").valid_to == DAY
    assert not organisation("222403100200").is_open(DAY)
    with pytest.raises(Conflict):
        rename_organisation(organisation=city["222403100200"], name="三道河村", **WHY)


def test_history_is_neither_written_ahead_nor_backwards_nor_without_a_reason(city: dict[str, Organisation]) -> None:
    community = city["222403001001"]
    rename_organisation(organisation=community, name="红旗一社区", **WHY)
    before = tree()

    for changed in (
        {"day": timezone.localdate() + timedelta(days=1)},
        {"day": DAY - timedelta(days=1)},
        {"reason": " "},
    ):
        with pytest.raises(InvalidInput) as refused:
            rename_organisation(organisation=community, name="红旗二社区", **{**WHY, **changed})
        assert refused.value.field in changed

    assert tree() == before


def test_who_may_only_add_changes_nothing(city: dict[str, Organisation], actor: Callable[..., Actor]) -> None:
    who, before = actor([ADD], "222403001"), tree()
    given = {**WHY, "actor": who}

    for refused in (
        lambda: rename_organisation(organisation=city["222403001"], name="新街道", **given),
        lambda: close_organisation(organisation=city["222403001001"], **given),
        lambda: merge_organisation(source=city["222403001001"], into=city["222403001002"], **given),
        lambda: add_short_name(organisation=city["222403001"], value="渤海", actor=who),
        lambda: create_organisation(code="1", name="镇", kind=OrganisationKind.TOWN, parent=city["222403"], **given),
        lambda: create_organisation(code="1", name="市", kind=OrganisationKind.CITY, parent=None, **given),
    ):
        with pytest.raises(Refused):
            refused()

    assert tree() == before


def test_many_codes_are_told_at_once_what_they_mean_today(
    city: dict[str, Organisation], django_assert_num_queries: Callable[..., Any]
) -> None:
    first, second, village = "222403001001", "222403001002", "222403100200"
    rename_organisation(organisation=city[first], name="红旗社区", code="222403001021", **WHY)
    merge_organisation(source=city[first], into=city[second], **WHY)
    close_organisation(organisation=city[village], **WHY)

    with django_assert_num_queries(1):
        assert meanings_of(["222403", "222403100"])["222403"].today.name == "敦化市"
    with django_assert_num_queries(2):
        meant = meanings_of([first, "222403001021", second, village, "999999"])

    assert {code: one.today.code for code, one in meant.items()} == {
        first: second,
        "222403001021": second,
        second: second,
        village: village,
    }
    assert meant[first].own is None
    assert [one.valid_to for code in (village, "222403001021") if (one := meant[code].own)] == [DAY, DAY]
    assert meant[second].former == (first, "222403001021")
    assert (meant[village].today.is_closed, meant[village].former) == (True, ())


def test_an_unknown_code_leads_nowhere(city: dict[str, Organisation]) -> None:
    with pytest.raises(NotFound):
        organisation("999999")
