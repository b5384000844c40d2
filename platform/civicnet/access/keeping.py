"""What every act on people and roles keeps to: a reason is given, and somebody stays who can appoint people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.access.holding import holding
from civicnet.access.models import Position
from civicnet.contract import Actor, Conflict, InvalidInput


class LastManager(Conflict):
    """After this nobody could appoint anybody any more."""

    code = "LAST_MANAGER"
    message = gettext_lazy("After this nobody could manage people any more. Appoint somebody else first.")


def check_reason(reason: str) -> None:
    """Whether a reason was given.

    Raises:
        InvalidInput: it was not.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")


@contextmanager
def somebody_stays(actor: Actor) -> Iterator[None]:
    """Around a change, inside its transaction: whoever managed people at the top, somebody still does.

    Raises:
        LastManager: nobody would.
    """
    watched = actor.kind != "system" and _alone() and _somebody_manages()
    yield
    if watched and not _somebody_manages():
        raise LastManager()


def _alone() -> bool:
    # Two who end each other's positions at the same moment would both still see the other there: the second one waits here.
    return bool(list(Group.objects.select_for_update().filter(pk__in=_managing_roles()).order_by("pk")))


def _somebody_manages() -> bool:
    return Position.objects.filter(
        holding(), role__in=_managing_roles(), person__is_active=True, organisation__depth=1
    ).exists()


def _managing_roles() -> QuerySet[Permission, Any]:
    managing = Permission.objects.filter(content_type__app_label="civicnet_access", codename="manage_people")
    return managing.values("group")
