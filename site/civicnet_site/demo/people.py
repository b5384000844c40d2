"""The demo's people: one account for each role, all plainly made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction

from civicnet.access.models import User
from civicnet.access.organisations import organisation
from civicnet.access.positions import appoint
from civicnet.contract import Actor
from civicnet_site.roles import Role

CITY = "222403"


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demo."""

    username: str
    name: str
    role: Role
    organisation: str = CITY


PEOPLE = (
    Person("admin", "演示管理员", Role.ADMINISTRATOR),
    Person("auditor", "演示审计员", Role.AUDITOR),
    Person("clerk", "演示名册员", Role.ROSTER_CLERK),
    Person("editor", "演示编辑", Role.EDITOR),
    Person("reviewer1", "演示初审员", Role.FIRST_REVIEWER),
    Person("reviewer2", "演示复审员", Role.SECOND_REVIEWER),
    Person("reviewer3", "演示终审员", Role.CHIEF_REVIEWER),
    Person("dispatcher", "演示派单员", Role.DISPATCHER),
    Person("supervisor", "演示网格督导员", Role.SUPERVISOR, "222403001"),
    Person("assessor", "演示考核员", Role.ASSESSOR),
    Person("officer", "演示数据负责人", Role.DATA_OFFICER),
    Person("worker_a", "演示网格员甲", Role.WORKER, "222403001001"),
    Person("worker_b", "演示网格员乙", Role.WORKER, "222403001001"),
)


@transaction.atomic
def set_up_people(*, groups: dict[Role, Group], password: str, actor: Actor) -> None:
    """Make the accounts that are missing, all with one password, and give each its position."""
    first = User.objects.filter(username=PEOPLE[0].username).first()
    # One slow hash for all of them, and none at all when nothing has changed but this check.
    hashed = make_password(password) if first is None or not first.check_password(password) else first.password
    for person in PEOPLE:
        user, _created = User.objects.get_or_create(
            username=person.username, defaults={"full_name": person.name, "password": hashed}
        )
        if user.password != hashed:
            user.password = hashed
            user.save(update_fields=["password"])
        appoint(
            person=user,
            role=groups[person.role],
            organisation=organisation(person.organisation),
            valid_from=date(2026, 1, 1),
            actor=actor,
            reason="演示城市",
        )
