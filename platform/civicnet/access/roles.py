"""Roles: groups of permissions that positions give, made and changed with a reason that is kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from civicnet.access.duties import check_role, permissions_of_roles
from civicnet.access.grants import grants
from civicnet.access.holding import lasting
from civicnet.access.keeping import check_reason, somebody_stays
from civicnet.access.models import Position
from civicnet.contract import Actor, Conflict, InvalidInput, Refused, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record

MANAGE = "civicnet_access.manage_roles"


@transaction.atomic
def create_role(*, name: str, actor: Actor, reason: str, permissions: Iterable[str] = ()) -> Group:
    """Make a role, with permissions from the start if they are given.

    Raises:
        InvalidInput: the name is empty or taken, no reason was given, or a permission is not one that roles may hold.
        SeparatedDuties: the permissions must not meet.
    """
    require(actor.may(MANAGE))
    check_reason(reason)
    role = Group.objects.create(name=_free(name))
    record(actor=actor, action="access.create_role", subject=role, after={"name": role.name}, reason=reason)
    if wanted := set(permissions):
        set_role_permissions(role=role, permissions=wanted, actor=actor, reason=reason)
    return role


@transaction.atomic
def rename_role(*, role: Group, name: str, actor: Actor, reason: str) -> None:
    """Give a role another name; what it may do and who holds it stays.

    Raises:
        InvalidInput: the name is empty or taken, or no reason was given.
    """
    require(actor.may(MANAGE))
    check_reason(reason)
    before, role.name = role.name, _free(name, but=role)
    if before == role.name:
        return
    role.save(update_fields=["name"])
    record(
        actor=actor,
        action="access.rename_role",
        subject=role,
        before={"name": before},
        after={"name": role.name},
        reason=reason,
    )


@transaction.atomic
def set_role_permissions(*, role: Group, permissions: Iterable[str], actor: Actor, reason: str) -> None:
    """Let a role hold exactly these permissions. What it held that nobody offers any more stays as it is.

    Raises:
        InvalidInput: a permission is not one that roles may hold, or no reason was given.
        Refused: the actor would give more to a role that they hold themselves.
        SeparatedDuties: the permissions must not meet, in the role or in one of its holders.
        Conflict: a permission without a place would reach people appointed below the top, or nobody could undo this.
    """
    require(actor.may(MANAGE))
    check_reason(reason)
    # All roles: what this one may hold depends on the others of its holders, which may be changed at the same moment.
    role = {one.pk: one for one in Group.objects.select_for_update().order_by("pk")}[role.pk]
    wanted, known = set(permissions), grants()
    if strange := sorted(wanted - known.keys()):
        raise InvalidInput(
            _("Roles cannot hold %(permissions)s.") % {"permissions": ", ".join(strange)}, field="permissions"
        )
    held = permissions_of_roles([role.pk]).get(role.pk, set())
    before, added = held & known.keys(), wanted - held
    if wanted == before:
        return
    not_for_oneself(role, added, actor)
    check_role(role=role, permissions=held - known.keys() | wanted)
    _wide_only_at_the_top(role, added)
    with somebody_stays(actor):
        role.permissions.remove(*_rows(before - wanted))
        role.permissions.add(*_rows(added))
    record(
        actor=actor,
        action="access.set_role_permissions",
        subject=role,
        before={"permissions": sorted(before)},
        after={"permissions": sorted(wanted)},
        reason=reason,
    )


@transaction.atomic
def delete_role(*, role: Group, actor: Actor, reason: str) -> None:
    """Take away a role that nobody ever held.

    Raises:
        InvalidInput: no reason was given.
        Conflict: somebody holds it or held it, and the record of that needs its name.
    """
    require(actor.may(MANAGE))
    check_reason(reason)
    if Position.objects.filter(role=role).exists() or role.user_set.exists():
        raise Conflict(_("People hold this role or held it: it stays, so that the record of that can be read."))
    record(
        actor=actor,
        action="access.delete_role",
        subject=role,
        before={"name": role.name},
        reason=reason,
        operation=Operation.DELETE,
    )
    role.delete()


def not_for_oneself(role: Group, added: set[str], actor: Actor) -> None:
    """Whether something may be added to a role by this actor.

    Raises:
        Refused: they hold the role themselves.
    """
    if added and actor.kind == "staff" and Position.objects.filter(person_id=int(actor.id), role=role).exists():
        raise Refused(_("You hold this role yourself: a colleague has to give it more."), code="NOT_FOR_YOURSELF")


def _wide_only_at_the_top(role: Group, added: set[str]) -> None:
    known = grants()
    wide = sorted(name for name in added if known[name].wide)
    if wide and Position.objects.filter(lasting(), role=role).exclude(organisation__depth=1).exists():
        raise Conflict(
            _("“%(permission)s” concerns the whole platform, and people hold this role below the top.")
            % {"permission": known[wide[0]].label},
            code="WIDE_PERMISSION",
        )


def _rows(names: Iterable[str]) -> list[Permission]:
    pairs = [name.split(".", 1) for name in names]
    if not pairs:
        return []
    return list(
        Permission.objects.filter(
            reduce(or_, (Q(content_type__app_label=app, codename=codename) for app, codename in pairs))
        )
    )


def _free(name: str, *, but: Group | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 150:
        raise InvalidInput(_("Give the role a name of up to 150 signs."), field="name")
    if Group.objects.filter(name__iexact=name).exclude(pk=but.pk if but else 0).exists():
        raise InvalidInput(_("There is a role of this name already."), field="name")
    return name
