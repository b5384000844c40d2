"""The standard roles: complete, kept apart, and never overwritten."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.duties import clash
from civicnet.access.grants import grants
from civicnet.access.models import User
from civicnet.access.roles import rename_role, set_role_permissions
from civicnet_site.demo.people import set_up_people
from civicnet_site.roles import PERMISSIONS, Role, set_up_roles


def held(group):
    """What a group holds."""
    return {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.select_related("content_type")}


def test_every_standard_role_holds_what_roles_may_hold_and_keeps_duties_apart(db):
    for role, permissions in PERMISSIONS.items():
        assert not set(permissions) - grants().keys(), role
        assert clash(permissions) is None, role


def test_the_administrator_reads_no_case_no_roster_and_no_assessment(db):
    sensitive = {name for name, grant in grants().items() if grant.sensitive}

    assert not sensitive & set(PERMISSIONS[Role.ADMINISTRATOR])
    assert {
        "civicnet_hotline.view_case",
        "civicnet_grid.view_worker",
        "civicnet_assessment.view_assessment",
    } <= sensitive


def test_the_auditor_reads_the_audit_and_nothing_else():
    held = set(PERMISSIONS[Role.AUDITOR]) - {"wagtailadmin.access_admin"}

    assert held and all(name.startswith("civicnet_ledger.") for name in held)


def test_the_command_makes_what_is_missing_and_says_so(db):
    first, second = StringIO(), StringIO()

    call_command("roles", stdout=first)
    call_command("roles", stdout=second)

    assert Group.objects.count() == len(Role)
    assert first.getvalue().count("made") == len(Role)
    assert "Moderators: nobody was in it, taken away" in first.getvalue()
    assert second.getvalue().count("left as it is") == len(Role)
    assert held(Group.objects.get(name="平台管理员")) == set(PERMISSIONS[Role.ADMINISTRATOR])


def test_what_was_edited_is_not_overwritten(db):
    groups = set_up_roles(actor=SYSTEM).groups
    set_role_permissions(role=groups[Role.AUDITOR], permissions=[], actor=SYSTEM, reason="演示")
    rename_role(role=groups[Role.DISPATCHER], name="调度员", actor=SYSTEM, reason="演示")

    again = set_up_roles(actor=SYSTEM)

    assert again.made == []
    assert held(again.groups[Role.AUDITOR]) == set()
    assert again.groups[Role.DISPATCHER].name == "调度员"
    assert not Group.objects.filter(name="派单员").exists()


def test_a_foreign_group_with_somebody_in_it_stays(db, django_user_model):
    django_user_model.objects.create_user("p", password="demo-only-1234").groups.add(Group.objects.get(name="Editors"))

    dropped = set_up_roles(actor=SYSTEM).dropped

    assert dropped == ["Moderators"]


def test_the_demos_people_work_by_posts_and_nobody_is_a_superuser(city):
    set_up_people(groups=set_up_roles(actor=SYSTEM).groups, password="demo-only-1234", actor=SYSTEM)

    actors = {person.username: staff_actor(person) for person in User.objects.all()}
    sensitive = {name for name, grant in grants().items() if grant.sensitive}
    assert not User.objects.filter(is_superuser=True).exists()
    assert all(clash(actor.permissions) is None for actor in actors.values())
    assert not actors["admin"].permissions & sensitive and actors["dispatcher"].permissions & sensitive


@pytest.mark.parametrize("role", list(Role))
def test_every_role_of_the_architecture_is_there(role):
    assert role in PERMISSIONS
