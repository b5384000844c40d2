"""A permission reaches as far as the organisation it is held in, and no further."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Organisation, Position, User
from civicnet.access.organisations import Division, kind_of, load_divisions
from civicnet.access.positions import end_position
from civicnet.access.scope import EVERYWHERE, beyond, covers, under, within
from civicnet.contract import ANONYMOUS, Actor, InvalidInput

VIEW = "civicnet_access.view_organisation"


def seen(actor: Actor) -> set[str]:
    parents: Q = within(actor, VIEW, field="organisation")
    return set(Position.objects.filter(parents).values_list("organisation__code", flat=True))


def test_a_person_sees_their_own_subtree_only(city: dict[str, Organisation], staff: Callable[..., User]) -> None:
    staff([], "222403001001", username="community")
    staff([], "222403100", username="town")
    clerk = staff([VIEW], "222403001", username="clerk")

    assert seen(staff_actor(clerk)) == {"222403001", "222403001001"}
    assert covers(staff_actor(clerk), VIEW, city["222403001002"].path)
    assert not covers(staff_actor(clerk), VIEW, city["222403100"].path)


def test_rows_under_some_paths_are_those_of_their_subtrees(city: dict[str, Organisation]) -> None:
    def found(*paths: str) -> set[str]:
        return set(Organisation.objects.filter(under(paths, field="path")).values_list("code", flat=True))

    village, town = city["222403001001"], city["222403100"]

    assert found() == set()
    assert found(village.path, town.path) == {
        one.code for one in city.values() if one.path.startswith((village.path, town.path))
    }
    assert found(EVERYWHERE) == found(village.path, EVERYWHERE) == {one.code for one in city.values()}


def test_nobody_in_particular_sees_nothing(city: dict[str, Organisation], staff: Callable[..., User]) -> None:
    staff([VIEW], "222403")

    assert seen(ANONYMOUS) == set()


def test_a_superuser_gets_nothing_by_being_one(city: dict[str, Organisation], staff: Callable[..., User]) -> None:
    staff([VIEW], "222403")
    root = User.objects.create_superuser("root", password="demo-only-1234")

    assert staff_actor(root).permissions == frozenset()
    assert seen(staff_actor(root)) == set()


def test_a_position_that_has_ended_gives_nothing(city: dict[str, Organisation], staff: Callable[..., User]) -> None:
    clerk = staff([VIEW], "222403")
    position = Position.objects.get(person=clerk)

    end_position(position=position, on=timezone.localdate() - timedelta(days=1), actor=SYSTEM, reason="moved")

    assert not staff_actor(clerk).may(VIEW)
    assert not clerk.groups.exists()


def test_a_position_that_has_not_begun_gives_nothing(city: dict[str, Organisation], staff: Callable[..., User]) -> None:
    clerk = staff([VIEW], "222403")
    Position.objects.filter(person=clerk).update(valid_from=date(2999, 1, 1))

    assert not staff_actor(clerk).may(VIEW)


@pytest.mark.parametrize(
    ("path", "after"), [("0001", "0002"), ("0009", "000A"), ("000Z", "0010"), ("00010ZZZ", "00011000")]
)
def test_the_first_path_after_a_subtree(path: str, after: str) -> None:
    assert beyond(path) == after


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("222403", "CITY"),
        ("222403001", "SUBDISTRICT"),
        ("222403100", "TOWN"),
        ("222403204", "TOWN"),
        ("222403400", "UNIT"),
        ("222403001001", "COMMUNITY"),
        ("222403100200", "VILLAGE"),
        ("222403400400", "COMMUNITY"),
        ("222403400500", "VILLAGE"),
    ],
)
def test_the_division_code_tells_the_kind(code: str, kind: str) -> None:
    assert kind_of(code) == kind


def test_divisions_load_once_and_a_wrong_one_loads_none(city: dict[str, Organisation]) -> None:
    before = Organisation.objects.count()

    again = load_divisions(divisions=[Division("222403", "敦化市")], actor=SYSTEM)
    with pytest.raises(InvalidInput, match="999999"):
        load_divisions(
            divisions=[Division("222403002", "胜利街道", "222403"), Division("999999001", "？", "999999")], actor=SYSTEM
        )

    assert again == 0
    assert Organisation.objects.count() == before
    assert Organisation.find_problems() == ([], [], [], [], [])
