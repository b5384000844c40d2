"""Roles: made, renamed and changed by services only, with grants that mean something, and never for oneself."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.roles import create_role, delete_role, rename_role, set_role_permissions
from civicnet.contract import Conflict, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord

ROLES = "civicnet_access.manage_roles"
GRID, POST = "civicnet_grid.view_grid", "civicnet_grid.view_post"


@pytest.fixture
def administrator(staff):
    """Somebody who makes roles."""
    return staff_actor(staff([ROLES, "civicnet_access.manage_people"], username="administrator"))


@pytest.fixture
def role(db):
    """A role with one permission."""
    return create_role(name="看格", permissions=[GRID], actor=SYSTEM, reason="演示")


def held(role):
    """What a role holds."""
    return {f"{one.content_type.app_label}.{one.codename}" for one in role.permissions.select_related("content_type")}


def test_a_role_is_made_with_its_permissions_and_a_record(administrator):
    made = create_role(name="  巡查  员 ", permissions=[GRID, POST], actor=administrator, reason="演示")

    assert made.name == "巡查 员"
    assert held(made) == {GRID, POST}
    assert AuditRecord.objects.get(action="access.create_role", object_id=str(made.pk)).reason == "演示"


def test_what_changed_is_kept_before_and_after(administrator, role):
    set_role_permissions(role=role, permissions=[POST], actor=administrator, reason="演示调整")

    assert held(role) == {POST}
    kept = AuditRecord.objects.filter(action="access.set_role_permissions").latest("pk")
    assert (kept.before, kept.after) == ({"permissions": [GRID]}, {"permissions": [POST]})


def test_the_same_again_is_no_change(administrator, role):
    before = AuditRecord.objects.count()

    set_role_permissions(role=role, permissions=[GRID], actor=administrator, reason="演示")

    assert AuditRecord.objects.count() == before


@pytest.mark.parametrize(
    "permission",
    [
        "civicnet_grid.change_grid",
        "auth.change_group",
        "civicnet_access.change_user",
        "wagtailcore.publish_page",
        "x.y",
    ],
)
def test_a_role_cannot_hold_what_leads_past_the_services(administrator, role, permission):
    with pytest.raises(InvalidInput) as refusal:
        set_role_permissions(role=role, permissions=[GRID, permission], actor=administrator, reason="演示")

    assert refusal.value.field == "permissions"
    assert held(role) == {GRID}


def test_what_an_office_gave_a_role_in_other_ways_stays(administrator, role):
    from django.contrib.auth.models import Permission

    role.permissions.add(Permission.objects.get(codename="change_redirect"))

    set_role_permissions(role=role, permissions=[POST], actor=administrator, reason="演示")

    assert held(role) == {POST, "wagtailredirects.change_redirect"}


def test_nobody_gives_more_to_a_role_they_hold_but_may_take_away(administrator, staff):
    mine = Group.objects.get(name="role of administrator")

    with pytest.raises(Refused) as refusal:
        set_role_permissions(role=mine, permissions=[*held(mine), GRID], actor=administrator, reason="演示")
    assert refusal.value.code == "NOT_FOR_YOURSELF"

    staff(["civicnet_access.manage_people"], username="second")
    set_role_permissions(role=mine, permissions=[ROLES], actor=administrator, reason="演示")
    assert held(mine) == {ROLES}


def test_the_last_power_to_manage_people_is_not_taken_away(administrator):
    mine = Group.objects.get(name="role of administrator")

    with pytest.raises(Conflict) as refusal:
        set_role_permissions(role=mine, permissions=[ROLES], actor=administrator, reason="演示")

    assert refusal.value.code == "LAST_MANAGER"
    assert "civicnet_access.manage_people" in held(mine)


def test_a_wide_permission_is_not_given_to_a_role_held_below_the_top(administrator, staff):
    staff([GRID], "222403001", username="below")
    below = Group.objects.get(name="role of below")

    with pytest.raises(Conflict) as refusal:
        set_role_permissions(
            role=below, permissions=[GRID, "civicnet_hotline.change_category"], actor=administrator, reason="演示"
        )

    assert refusal.value.code == "WIDE_PERMISSION"
    assert held(below) == {GRID}


def test_who_may_not_manage_roles_changes_none(staff, role):
    outsider = staff_actor(staff(["civicnet_access.manage_people"], username="outsider"))

    for act in (
        lambda: create_role(name="新", actor=outsider, reason="演示"),
        lambda: rename_role(role=role, name="新", actor=outsider, reason="演示"),
        lambda: set_role_permissions(role=role, permissions=[POST], actor=outsider, reason="演示"),
        lambda: delete_role(role=role, actor=outsider, reason="演示"),
    ):
        with pytest.raises(Refused):
            act()

    role.refresh_from_db()
    assert role.name == "看格" and held(role) == {GRID}
    assert not Group.objects.filter(name="新").exists()


def test_a_name_is_given_once_and_a_reason_always(administrator, role):
    with pytest.raises(InvalidInput) as taken:
        create_role(name="看格", actor=administrator, reason="演示")
    with pytest.raises(InvalidInput) as silent:
        rename_role(role=role, name="看网格", actor=administrator, reason=" ")

    assert (taken.value.field, silent.value.field) == ("name", "reason")
    assert Group.objects.get(pk=role.pk).name == "看格"


def test_renaming_keeps_what_a_role_may_do(administrator, role):
    rename_role(role=role, name="看网格", actor=administrator, reason="演示")

    assert held(role) == {GRID}
    kept = AuditRecord.objects.get(action="access.rename_role")
    assert (kept.before, kept.after) == ({"name": "看格"}, {"name": "看网格"})


def test_a_role_that_was_ever_held_stays(administrator, role, staff):
    with pytest.raises(Conflict):
        delete_role(role=Group.objects.get(name="role of administrator"), actor=administrator, reason="演示")

    delete_role(role=role, actor=administrator, reason="演示")

    assert not Group.objects.filter(name="看格").exists()
    assert Group.objects.filter(name="role of administrator").exists()
