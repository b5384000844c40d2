"""Two act on people and roles at the same moment: what each looked at is still so when both are done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.duties import clash
from civicnet.access.models import Position, User
from civicnet.access.positions import appoint, end_position
from civicnet.access.roles import create_role, set_role_permissions
from civicnet.contract import CivicNetError

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite's writing transactions are alone anyway.
    pytest.mark.only_on("postgresql"),
]
TODAY = timezone.localdate()
MANAGE, ROLES = "civicnet_access.manage_people", "civicnet_access.manage_roles"
SWITCH, CASES = "civicnet_lifecycle.switch_plugin", "civicnet_hotline.view_case"
ROUNDS = 8


def at_once(*acts):
    """Run both from the same moment on; what was refused is refused."""
    together = Barrier(len(acts))

    def run(act):
        try:
            together.wait()
            act()
        except CivicNetError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_managers_who_end_each_other_do_not_both_succeed(transactional_db, staff, city):
    one, other = (staff([MANAGE], username=name) for name in ("one", "other"))

    held = {of: Position.objects.get(person=of) for of in (one, other)}
    acts = [
        partial(end_position, position=held[of], on=TODAY, actor=staff_actor(by), reason="演示")
        for of, by in ((one, other), (other, one))
    ]

    for _round in range(ROUNDS):
        assert at_once(*acts) == ["LAST_MANAGER", "done"]
        assert Position.objects.filter(valid_to=None).count() == 1
        Position.objects.update(valid_to=None)


def test_what_is_kept_apart_does_not_meet_by_two_acts_at_once(transactional_db, staff, city):
    manager = staff_actor(staff([MANAGE, ROLES], username="manager"))

    for turn in range(ROUNDS):
        person = User.objects.create_user(f"person{turn}", password="demo-only-1234")
        cases, empty = (
            create_role(name=f"{name}{turn}", permissions=held, actor=SYSTEM, reason="演示")
            for name, held in (("看单", [CASES]), ("空", []))
        )
        given = {"person": person, "organisation": city["222403"], "valid_from": TODAY}
        appoint(**given, role=empty, actor=SYSTEM)

        said = at_once(
            partial(appoint, **given, role=cases, actor=manager, reason="演示"),
            partial(set_role_permissions, role=empty, permissions=[SWITCH], actor=manager, reason="演示"),
        )

        assert said == ["SEPARATED_DUTIES", "done"]
        assert clash(staff_actor(person).permissions) is None
