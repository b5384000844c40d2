"""Positions: who may appoint whom where, from when until when, and how groups follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import Position, User
from civicnet.access.organisations import Division, load_divisions
from civicnet.access.positions import appoint, end_position, settle_groups
from civicnet.contract import Actor, Conflict, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord

MANAGE = "civicnet_access.manage_people"
VIEW = "civicnet_grid.view_grid"
TODAY = timezone.localdate()


def group(name, *codenames):
    """A role with some permissions."""
    made = Group.objects.create(name=name)
    made.permissions.set(Permission.objects.filter(codename__in=codenames))
    return made


@pytest.fixture
def manager(staff):
    """Somebody who manages the people of one subdistrict."""
    return staff([MANAGE], "222403001", username="manager")


@pytest.fixture
def newcomer(city):
    """An account without a position."""
    return User.objects.create_user("newcomer", password="demo-only-1234", full_name="演示新人")


def test_appointing_takes_effect_with_the_next_question_and_is_kept_with_its_reason(city, manager, newcomer):
    position = appoint(
        person=newcomer,
        role=group("看格", "view_grid"),
        organisation=city["222403001001"],
        valid_from=TODAY,
        actor=staff_actor(manager),
        reason="演示到岗",
    )

    assert staff_actor(newcomer).paths(VIEW) == (city["222403001001"].path,)
    assert [one.name for one in newcomer.groups.all()] == ["看格"]
    kept = AuditRecord.objects.get(action="access.appoint", object_id=str(position.pk))
    assert (kept.actor_id, kept.reason) == (str(manager.pk), "演示到岗")


def test_nobody_appoints_outside_their_own_subtree(city, manager, newcomer):
    with pytest.raises(Refused):
        appoint(
            person=newcomer,
            role=group("看格", "view_grid"),
            organisation=city["222403100"],
            valid_from=TODAY,
            actor=staff_actor(manager),
            reason="演示",
        )

    assert not newcomer.positions.exists()


def test_nobody_appoints_themselves(city, manager):
    with pytest.raises(Refused) as refusal:
        appoint(
            person=manager,
            role=group("看格", "view_grid"),
            organisation=city["222403001"],
            valid_from=TODAY,
            actor=staff_actor(manager),
            reason="演示",
        )

    assert refusal.value.code == "NOT_FOR_YOURSELF"
    assert not staff_actor(manager).may(VIEW)


def test_who_sees_people_only_appoints_nobody(city, staff, newcomer):
    looker = staff(["civicnet_access.view_people"], username="looker")

    with pytest.raises(Refused):
        appoint(
            person=newcomer,
            role=group("看格"),
            organisation=city["222403"],
            valid_from=TODAY,
            actor=staff_actor(looker),
            reason="演示",
        )

    assert not newcomer.positions.exists()


def test_a_role_for_the_whole_platform_is_not_held_below_the_top(city, manager, newcomer):
    with pytest.raises(Conflict) as refusal:
        appoint(
            person=newcomer,
            role=group("开关员", "switch_plugin"),
            organisation=city["222403001"],
            valid_from=TODAY,
            actor=staff_actor(manager),
            reason="演示",
        )

    assert (refusal.value.code, refusal.value.field) == ("WIDE_PERMISSION", "organisation")
    assert not newcomer.positions.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"valid_to": TODAY}, "valid_to"),
        ({"person": "closed"}, "person"),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_named(city, manager, newcomer, changed, field):
    if changed.get("person"):
        newcomer.is_active = False
        newcomer.save()
        changed = {}
    given = {"reason": "演示", "valid_to": None} | changed

    with pytest.raises(InvalidInput) as refusal:
        appoint(
            person=newcomer,
            role=group("看格"),
            organisation=city["222403001"],
            valid_from=TODAY,
            actor=staff_actor(manager),
            **given,
        )

    assert refusal.value.field == field
    assert not newcomer.positions.exists()


def test_the_same_position_is_not_given_twice(city, manager, newcomer):
    given = {"person": newcomer, "role": group("看格"), "organisation": city["222403001"], "reason": "演示"}
    appoint(**given, valid_from=TODAY, actor=staff_actor(manager))

    with pytest.raises(Conflict):
        appoint(**given, valid_from=TODAY + timedelta(days=1), actor=staff_actor(manager))

    assert newcomer.positions.count() == 1


def test_ending_today_takes_effect_with_the_next_question(city, manager, newcomer):
    position = appoint(
        person=newcomer,
        role=group("看格", "view_grid"),
        organisation=city["222403001"],
        valid_from=TODAY,
        actor=SYSTEM,
    )
    assert staff_actor(newcomer).may(VIEW)

    end_position(position=position, on=TODAY, actor=staff_actor(manager), reason="演示离岗")

    assert not staff_actor(newcomer).may(VIEW)
    assert not newcomer.groups.exists()


def test_who_left_today_can_come_back_today(city, manager, newcomer):
    given = {"person": newcomer, "role": group("看格", "view_grid"), "organisation": city["222403001"]}
    position = appoint(**given, valid_from=TODAY, actor=SYSTEM)
    end_position(position=position, on=TODAY, actor=SYSTEM, reason="演示")

    appoint(**given, valid_from=TODAY, actor=staff_actor(manager), reason="演示返岗")

    assert staff_actor(newcomer).may(VIEW)
    assert newcomer.groups.exists()


def test_the_past_cannot_be_ended_again_or_rewritten(city, manager, newcomer):
    position = appoint(
        person=newcomer, role=group("看格"), organisation=city["222403001"], valid_from=date(2026, 1, 1), actor=SYSTEM
    )

    with pytest.raises(InvalidInput):
        end_position(position=position, on=TODAY - timedelta(days=1), actor=staff_actor(manager), reason="演示")
    end_position(position=position, on=TODAY, actor=staff_actor(manager), reason="演示")
    with pytest.raises(Conflict):
        end_position(position=position, on=TODAY, actor=staff_actor(manager), reason="再来一次")

    position.refresh_from_db()
    assert position.valid_to == TODAY


@pytest.mark.parametrize("planned", [timedelta(days=3), timedelta(0)])
def test_ending_is_no_way_to_go_on(city, manager, planned):
    own = Position.objects.get(person=manager)
    # Temporary, or called off before it began.
    begins = own.valid_from if planned else TODAY + timedelta(days=30)
    ends = TODAY + planned if planned else begins
    Position.objects.update(valid_from=begins, valid_to=ends)
    by = Actor(kind="staff", id=str(manager.pk), label="", permissions=frozenset({MANAGE}), scopes={MANAGE: ("",)})

    with pytest.raises(InvalidInput if planned else Conflict):
        end_position(position=own, on=TODAY + timedelta(days=3000), actor=by, reason="演示")

    own.refresh_from_db()
    assert own.valid_to == ends


def test_appointing_again_from_the_same_day_does_not_undo_the_end(city, manager, newcomer):
    given = {"person": newcomer, "role": group("看格"), "organisation": city["222403001"]}
    since = TODAY - timedelta(days=90)
    held = appoint(**given, valid_from=since, valid_to=TODAY - timedelta(days=30), actor=SYSTEM)

    with pytest.raises(Conflict) as refusal:
        appoint(**given, valid_from=since, actor=staff_actor(manager), reason="演示")

    held.refresh_from_db()
    assert (refusal.value.field, held.valid_to) == ("valid_from", TODAY - timedelta(days=30))


def test_a_role_on_websites_is_given_by_who_manages_people_everywhere(city, manager, newcomer, staff):
    writer = group("写稿")
    add_page = Permission.objects.get(codename="add_page")
    GroupPagePermission.objects.create(group=writer, page=Page.objects.first(), permission=add_page)
    given = {
        "person": newcomer,
        "role": writer,
        "organisation": city["222403001"],
        "valid_from": TODAY,
        "reason": "演示",
    }

    with pytest.raises(Conflict) as refusal:
        appoint(**given, actor=staff_actor(manager))
    assert (refusal.value.code, refusal.value.field) == ("WIDE_PERMISSION", "role")
    assert not newcomer.groups.exists()

    appoint(**given, actor=staff_actor(staff([MANAGE], username="top")))
    assert newcomer.groups.get() == writer


def test_the_top_of_one_tree_does_not_appoint_for_the_whole_platform_beside_another(city, newcomer, staff):
    load_divisions(divisions=[Division("331000", "演示另一个市")], actor=SYSTEM)
    top = staff([MANAGE], username="top")

    with pytest.raises(Conflict) as refusal:
        appoint(
            person=newcomer,
            role=group("开关员", "switch_plugin"),
            organisation=city["222403"],
            valid_from=TODAY,
            actor=staff_actor(top),
            reason="演示",
        )

    assert (refusal.value.code, refusal.value.field) == ("WIDE_PERMISSION", "role")
    assert not newcomer.positions.exists()


def test_nobody_ends_positions_outside_their_own_subtree(city, manager, staff):
    other = staff([VIEW], "222403", username="other")

    with pytest.raises(Refused):
        end_position(position=other.positions.get(), on=TODAY, actor=staff_actor(manager), reason="演示")

    assert staff_actor(other).may(VIEW)


def test_the_last_who_manages_people_stays(city, staff):
    first = staff([MANAGE], username="first")

    with pytest.raises(Conflict) as refusal:
        end_position(position=first.positions.get(), on=TODAY, actor=staff_actor(first), reason="演示")
    assert refusal.value.code == "LAST_MANAGER"
    assert first.positions.get().valid_to is None

    staff([MANAGE], username="second")
    end_position(position=first.positions.get(), on=TODAY, actor=staff_actor(first), reason="演示")
    assert not staff_actor(first).may(MANAGE)


def test_groups_follow_the_dates(city, newcomer):
    tomorrow = TODAY + timedelta(days=1)
    for name, begins, ends in (("今天止", date(2026, 1, 1), tomorrow), ("明天起", tomorrow, None)):
        appoint(
            person=newcomer,
            role=group(name),
            organisation=city["222403"],
            valid_from=begins,
            valid_to=ends,
            actor=SYSTEM,
        )
    assert [one.name for one in newcomer.groups.all()] == ["今天止"]

    done = settle_groups(actor=SYSTEM, day=tomorrow)

    assert done == {"joined": 1, "left": 1}
    assert [one.name for one in newcomer.groups.all()] == ["明天起"]
    kept = AuditRecord.objects.get(action="access.settle_groups")
    assert (kept.after["joined"], kept.after["left"]) == (["明天起"], ["今天止"])
    assert settle_groups(actor=SYSTEM, day=tomorrow) == {"joined": 0, "left": 0}


def test_a_membership_that_no_position_gives_is_taken_away(city, newcomer):
    newcomer.groups.add(group("暗门", "switch_plugin"))

    settle_groups(actor=SYSTEM)

    assert not newcomer.groups.exists()


def test_settling_takes_a_constant_number_of_statements_while_nothing_changes(
    city, staff, django_assert_max_num_queries
):
    for number in range(5):
        staff([VIEW], username=f"person-{number}")
    settle_groups(actor=SYSTEM)

    with django_assert_max_num_queries(8):
        settle_groups(actor=SYSTEM)


def test_who_signs_in_finds_the_groups_of_that_day(city, newcomer, client):
    role = group("今天起", "access_admin")
    Position.objects.create(person=newcomer, role=role, organisation=city["222403"], valid_from=TODAY)

    client.login(username="newcomer", password="demo-only-1234")

    assert list(newcomer.groups.all()) == [role]


def test_only_the_system_settles_groups(manager):
    with pytest.raises(Refused):
        settle_groups(actor=staff_actor(manager))
