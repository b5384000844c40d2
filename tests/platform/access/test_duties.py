"""Separation of duties: what one person must not hold together, by one role or by several."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.duties import SeparatedDuties, clash
from civicnet.access.models import User
from civicnet.access.positions import appoint, end_position
from civicnet.access.roles import create_role, set_role_permissions

SWITCH, CASES = "civicnet_lifecycle.switch_plugin", "civicnet_hotline.view_case"
AUDIT, GRID, ENTER = "civicnet_ledger.view_auditrecord", "civicnet_grid.view_grid", "wagtailadmin.access_admin"
MANAGE, ROLES = "civicnet_access.manage_people", "civicnet_access.manage_roles"
TODAY = timezone.localdate()


@pytest.fixture
def administrator(staff):
    """Somebody who appoints people and makes roles."""
    return staff_actor(staff([MANAGE, ROLES], username="administrator"))


def make(name, *permissions):
    """A role."""
    return create_role(name=name, permissions=permissions, actor=SYSTEM, reason="演示")


@pytest.mark.parametrize(
    ("permissions", "refused"),
    [
        ([SWITCH, CASES], True),
        ([MANAGE, "civicnet_assessment.view_assessment"], True),
        ([ROLES, "civicnet_grid.view_worker"], True),
        ([AUDIT, GRID], True),
        ([AUDIT, SWITCH], True),
        ([AUDIT, ENTER], False),
        ([SWITCH, MANAGE, ROLES, ENTER], False),
        ([SWITCH, GRID], False),
        ([CASES, GRID, ENTER], False),
    ],
)
def test_which_permissions_must_not_meet(db, permissions, refused):
    assert (clash(permissions) is not None) == refused


def test_the_city_may_draw_its_own_lines(db, settings):
    settings.CIVICNET_SEPARATED_DUTIES = [("civicnet_grid.*", CASES)]

    assert clash([GRID, CASES]) is not None
    assert clash([SWITCH, CASES]) is None


def test_a_role_does_not_bring_together_what_is_kept_apart(administrator):
    role = make("看单", CASES)

    with pytest.raises(SeparatedDuties) as refusal:
        set_role_permissions(role=role, permissions=[CASES, SWITCH], actor=administrator, reason="演示")

    assert refusal.value.code == "SEPARATED_DUTIES"
    assert "启用和停用插件" in str(refusal.value) and "查看工单全文" in str(refusal.value)
    assert role.permissions.count() == 1


def test_two_positions_do_not_either(city, administrator, django_user_model):
    person = django_user_model.objects.create_user("p", password="demo-only-1234", full_name="演示某人")
    given = {"person": person, "organisation": city["222403"], "valid_from": TODAY, "reason": "演示"}
    appoint(**given, role=make("开关", SWITCH), actor=administrator)

    with pytest.raises(SeparatedDuties, match="演示某人"):
        appoint(**given, role=make("看单", CASES), actor=administrator)

    assert not staff_actor(person).may(CASES)


def test_what_has_ended_keeps_nobody_apart(city, administrator, django_user_model):
    person = django_user_model.objects.create_user("p", password="demo-only-1234", full_name="演示某人")
    given = {"person": person, "organisation": city["222403"], "valid_from": TODAY, "reason": "演示"}
    first = appoint(**given, role=make("开关", SWITCH), actor=administrator)
    end_position(position=first, on=TODAY, actor=administrator, reason="演示")

    appoint(**given, role=make("看单", CASES), actor=administrator)

    assert staff_actor(person).may(CASES)


def test_a_role_is_not_widened_over_the_head_of_who_holds_another(city, administrator, django_user_model):
    reading, empty = make("看单", CASES), make("空", ENTER)
    person = django_user_model.objects.create_user("p", password="demo-only-1234", full_name="演示某人")
    for role in (reading, empty):
        appoint(
            person=person, role=role, organisation=city["222403"], valid_from=TODAY, actor=administrator, reason="演示"
        )

    with pytest.raises(SeparatedDuties, match="演示某人"):
        set_role_permissions(role=empty, permissions=[ENTER, SWITCH], actor=administrator, reason="演示")

    assert not staff_actor(User.objects.get(pk=person.pk)).may(SWITCH)


def test_checking_a_role_takes_a_constant_number_of_statements(
    city, administrator, django_user_model, django_assert_max_num_queries
):
    reading, other = make("看格", GRID), make("看岗", "civicnet_grid.view_post")
    for number in range(12):
        person = django_user_model.objects.create_user(f"p{number}", password="demo-only-1234")
        for role in (reading, other):
            appoint(person=person, role=role, organisation=city["222403"], valid_from=TODAY, actor=SYSTEM)

    with django_assert_max_num_queries(35):
        set_role_permissions(role=reading, permissions=[GRID, CASES], actor=administrator, reason="演示")


def test_who_reads_the_audit_does_not_write_on_websites_either(city, administrator, django_user_model):
    person = django_user_model.objects.create_user("p", password="demo-only-1234", full_name="演示某人")
    given = {"person": person, "organisation": city["222403"], "valid_from": TODAY, "reason": "演示"}
    writing = make("写稿", ENTER)
    add_page = Permission.objects.get(content_type__app_label="wagtailcore", codename="add_page")
    GroupPagePermission.objects.create(group=writing, page=Page.get_first_root_node(), permission=add_page)
    appoint(**given, role=writing, actor=administrator)

    with pytest.raises(SeparatedDuties, match="在网站上写稿或审稿"):
        appoint(**given, role=make("看审计", AUDIT), actor=administrator)

    assert person.positions.count() == 1
