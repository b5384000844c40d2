"""Separation of duties: permissions that one person must not hold together, in one role or by several positions.

``CIVICNET_SEPARATED_DUTIES`` is a list of pairs. Each side is a permission, a pattern such as ``civicnet_ledger.*``,
``sensitive`` for whatever shows what is written about people or cases, or ``*`` for everything else but what only
lets in or obliges.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import AbstractGroupApprovalTask, GroupCollectionPermission, GroupPagePermission

from civicnet.access.grants import Grant, grants, label_of
from civicnet.access.holding import lasting
from civicnet.access.models import Organisation, Position
from civicnet.contract import Conflict

SENSITIVE = "sensitive"
# Stands for what Wagtail's own rules let a role do on websites, for which there is no one permission of ours.
ON_WEBSITES = "wagtailcore.write_or_review"
# Who runs the platform does not read what it holds; who reads the audit does nothing that the audit would tell of.
DEFAULT = (
    ("civicnet_lifecycle.switch_plugin", SENSITIVE),
    ("civicnet_access.manage_people", SENSITIVE),
    ("civicnet_access.manage_roles", SENSITIVE),
    ("civicnet_ledger.*", "*"),
)


class SeparatedDuties(Conflict):
    """Two permissions would come together that are kept apart; the sentence names both."""

    code = "SEPARATED_DUTIES"


@dataclass(frozen=True, slots=True)
class Clash:
    """Two permissions that must not meet."""

    one: str
    other: str


def clash(permissions: Iterable[str]) -> Clash | None:
    """The first pair among these that is kept apart, or None."""
    known = grants()
    held = sorted(name for name in set(permissions) if not (name in known and known[name].neutral))
    for left, right in getattr(settings, "CIVICNET_SEPARATED_DUTIES", DEFAULT):
        ones = [name for name in held if _is(name, left, known)]
        others = [name for name in held if name not in ones and _is(name, right, known)]
        if ones and others:
            return Clash(ones[0], others[0])
    return None


def keep_apart(permissions: Iterable[str], *, whose: str) -> None:
    """Refuse permissions that must not meet.

    Raises:
        SeparatedDuties: two of them are kept apart.
    """
    if found := clash(permissions):
        raise SeparatedDuties(
            _("%(whose)s cannot hold both “%(one)s” and “%(other)s”: these duties are kept apart.")
            % {"whose": whose, "one": _words(found.one), "other": _words(found.other)}
        )


def permissions_of_roles(roles: Iterable[int]) -> dict[int, set[str]]:
    """What roles hold, by their ids: one statement for all of them."""
    held: dict[int, set[str]] = defaultdict(set)
    rows = Permission.objects.filter(group__in=list(roles)).values_list("group", "content_type__app_label", "codename")
    for role, app, codename in rows:
        held[role].add(f"{app}.{codename}")
    return held


def _duties_of(roles: Iterable[int]) -> dict[int, set[str]]:
    wanted = list(roles)
    held = permissions_of_roles(wanted)
    for role in Group.objects.filter(pk__in=wanted):
        if is_boundless(role):
            held[role.pk].add(ON_WEBSITES)
    return held


def hold_roles(*, person: int, beside: Group) -> None:
    """Keep a person's roles and one more as they are until the transaction ends, always locked in the same order."""
    theirs = Position.objects.filter(lasting(), person_id=person).values("role")
    list(Group.objects.select_for_update().filter(Q(pk=beside.pk) | Q(pk__in=theirs)).order_by("pk"))


def check_person(*, person: int, whose: str, role: Group) -> None:
    """Whether a person may hold a role beside what they hold or will hold.

    Raises:
        SeparatedDuties: they may not.
    """
    roles = {role.pk, *Position.objects.filter(lasting(), person_id=person).values_list("role_id", flat=True)}
    keep_apart(set().union(*_duties_of(roles).values()), whose=whose)


def check_role(*, role: Group, permissions: set[str]) -> None:
    """Whether a role may hold these permissions, alone and beside what its holders have by other roles.

    Raises:
        SeparatedDuties: it may not, or one of its holders would hold what is kept apart.
    """
    if is_boundless(role):
        permissions = permissions | {ON_WEBSITES}
    keep_apart(permissions, whose=_("The role %(role)s") % {"role": role.name})
    holders = Position.objects.filter(lasting(), role=role).values("person_id")
    others: dict[int, set[int]] = defaultdict(set)
    for person, other in (
        Position.objects.filter(lasting(), person__in=holders).exclude(role=role).values_list("person_id", "role_id")
    ):
        others[person].add(other)
    held = _duties_of({one for roles in others.values() for one in roles})
    names = dict(Position.objects.filter(person__in=others).values_list("person_id", "person__full_name"))
    for person, roles in others.items():
        together = permissions.union(*(held[one] for one in roles))
        keep_apart(together, whose=names[person])


def _words(permission: str) -> str:
    return _("Write or review on websites") if permission == ON_WEBSITES else label_of(permission)


def is_wide(role: Group) -> bool:
    """Whether a role holds anything that concerns the platform as a whole."""
    known = grants()
    return any(name in known and known[name].wide for name in permissions_of_roles([role.pk]).get(role.pk, ()))


def is_boundless(role: Group) -> bool:
    """Whether a role writes or decides on websites by Wagtail's own rules, which ask for no organisation."""
    places = (GroupPagePermission, GroupCollectionPermission)
    return any(model.objects.filter(group=role).exists() for model in places) or any(
        task.objects.filter(groups=role).exists() for task in AbstractGroupApprovalTask.__subclasses__()
    )


def is_top(organisation: Organisation) -> bool:
    """Whether nothing lies above an organisation."""
    return len(organisation.path) == Organisation.steplen


def _is(permission: str, pattern: str, known: Mapping[str, Grant]) -> bool:
    if pattern == SENSITIVE:
        return permission in known and known[permission].sensitive
    return fnmatchcase(permission, pattern)
