"""Accounts: opened with a first position, and managed only by who manages every place their person works in."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.utils import timezone

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.access.people import (
    create_person,
    deactivate_person,
    reactivate_person,
    rename_person,
    reset_password,
)
from civicnet.access.staff import visible_people, visible_positions, visible_roles
from civicnet.contract import ANONYMOUS, Conflict, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord

MANAGE = "civicnet_access.manage_people"
VIEW = "civicnet_access.view_people"
GRID = "civicnet_grid.view_grid"


@pytest.fixture
def manager(staff):
    """Somebody who manages the people of one subdistrict."""
    return staff_actor(staff([MANAGE], "222403001", username="manager"))


@pytest.fixture
def colleague(staff):
    """Somebody who works in that subdistrict."""
    return staff([GRID], "222403001001", username="colleague")


def new(city, actor, **changed):
    """Open an account in the subdistrict."""
    role, _created = Group.objects.get_or_create(name="看格")
    given = {"username": "xin.ren", "full_name": " 演示  新人 ", "reason": "演示", "organisation": city["222403001"]}
    return create_person(**given | changed, role=role, valid_from=timezone.localdate(), actor=actor)


def test_an_account_is_opened_with_its_position_and_a_password_to_be_changed(city, manager):
    person, password = new(city, manager)

    assert person.full_name == "演示 新人"
    assert person.must_change_password
    assert authenticate(username="xin.ren", password=password) == person
    assert person.positions.get().organisation == city["222403001"]
    assert "新人" not in str(AuditRecord.objects.filter(action="access.create_person").values_list("before", "after"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "MANAGER"}, "username"),
        ({"username": "a b"}, "username"),
        ({"full_name": " "}, "full_name"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_missing_or_taken_is_named_and_no_account_is_opened(city, manager, changed, field):
    with pytest.raises(InvalidInput) as refusal:
        new(city, manager, **changed)

    assert refusal.value.field == field
    assert not User.objects.filter(full_name="演示 新人").exists()


def test_no_account_is_opened_in_a_place_of_others(city, manager):
    with pytest.raises(Refused):
        new(city, manager, organisation=city["222403"])

    assert not User.objects.filter(username="xin.ren").exists()


def test_closing_an_account_ends_its_sessions_and_its_powers(city, manager, colleague, client):
    client.force_login(colleague)

    deactivate_person(person=colleague, actor=manager, reason="演示")

    colleague.refresh_from_db()
    assert not staff_actor(colleague).permissions
    assert not colleague.groups.exists()
    assert client.get("/desk/").status_code == 302

    reactivate_person(person=colleague, actor=manager, reason="演示")
    assert staff_actor(colleague).may(GRID)
    assert colleague.groups.exists()


def test_a_new_password_ends_all_sessions_and_must_be_changed(city, manager, colleague):
    before = colleague.get_session_auth_hash()

    password = reset_password(person=colleague, actor=manager, reason="演示")

    colleague.refresh_from_db()
    assert colleague.check_password(password)
    assert colleague.must_change_password
    assert colleague.get_session_auth_hash() != before
    assert password not in str(AuditRecord.objects.values_list("before", "after", "reason"))


@pytest.mark.parametrize("act", [deactivate_person, reset_password])
def test_a_small_office_does_not_touch_who_also_works_higher_up(city, manager, colleague, staff, act):
    above = staff([GRID], "222403", username="above")

    with pytest.raises(Refused):
        act(person=above, actor=manager, reason="演示")

    above.refresh_from_db()
    assert above.is_active and above.check_password("demo-only-1234")


@pytest.mark.parametrize("act", [deactivate_person, reset_password])
def test_a_superusers_account_is_not_managed_on_screens(city, staff, act):
    root = User.objects.create_superuser("root", password="demo-only-1234")

    with pytest.raises(Refused):
        act(person=root, actor=staff_actor(staff([MANAGE], username="top")), reason="演示")

    root.refresh_from_db()
    assert root.is_active and root.check_password("demo-only-1234")


@pytest.mark.parametrize("act", [deactivate_person, reset_password])
def test_nobody_does_it_to_themselves(city, staff, act):
    top = staff([MANAGE], username="top")

    with pytest.raises(Refused) as refusal:
        act(person=top, actor=staff_actor(top), reason="演示")

    assert refusal.value.code == "NOT_FOR_YOURSELF"
    top.refresh_from_db()
    assert top.is_active and top.check_password("demo-only-1234")


def test_everybody_writes_their_own_name_and_nobody_elses(city, colleague, staff):
    other = staff([], "222403001001", username="other")

    rename_person(person=colleague, full_name="演示改名", actor=staff_actor(colleague))
    with pytest.raises(Refused):
        rename_person(person=other, full_name="演示冒名", actor=staff_actor(colleague))

    assert User.objects.get(pk=colleague.pk).full_name == "演示改名"
    assert User.objects.get(pk=other.pk).full_name == "演示other"


def test_people_are_seen_by_who_looks_after_their_place(city, manager, colleague, staff):
    above = staff([VIEW], "222403", username="above")
    nowhere = User.objects.create_user("nowhere", password="demo-only-1234")

    assert set(visible_people(manager).values_list("username", flat=True)) == {"manager", "colleague"}
    assert nowhere in visible_people(staff_actor(above))
    assert not visible_people(staff_actor(colleague)).exists()
    assert not visible_people(ANONYMOUS).exists()
    assert not visible_positions(ANONYMOUS).exists()
    assert not visible_roles(staff_actor(colleague)).exists()


def test_roles_count_the_people_of_ones_own_area(city, manager, staff):
    role = Group.objects.create(name="看格")
    for number, code in enumerate(["222403001001", "222403001002", "222403100"]):
        staff([], code, username=f"p{number}").positions.update(role=role)

    assert {one.name: one.people for one in visible_roles(manager)}["看格"] == 2


def test_the_last_manager_is_not_closed_by_a_colleague_from_below(city, staff):
    top = staff([MANAGE], username="top")
    second = staff([MANAGE], username="second")

    deactivate_person(person=second, actor=staff_actor(top), reason="演示")
    top.is_active = False
    with pytest.raises((Conflict, Refused)):
        deactivate_person(person=top, actor=staff_actor(second), reason="演示")

    assert User.objects.get(pk=top.pk).is_active
