"""The tree while it is being changed: one change at a time, read anew, and written into the organisation's history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import (
    AliasKind,
    Organisation,
    OrganisationAlias,
    OrganisationEvent,
    OrganisationEventKind,
)
from civicnet.access.scope import EVERYWHERE, covers
from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.services import record

ADD = "civicnet_access.add_organisation"
CHANGE = "civicnet_access.change_organisation"
# "civicnet" and "organisations" as two numbers: PostgreSQL's advisory locks have no names.
_LOCK = (0x63766E, 0x6F7267)


def hold_tree() -> None:
    """Let nobody else change the tree until this transaction ends; who comes second waits, and reads anew after.

    Paths are places in one order: two moves at once would each reckon with a tree that the other is changing. On SQLite a
    transaction that writes is the only one anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", _LOCK)


def again(one: Organisation) -> Organisation:
    """The row as it is now that the tree is held."""
    found: Organisation = Organisation.objects.get(pk=one.pk)
    return found


def require_change(actor: Actor, one: Organisation) -> None:
    """The actor changes organisations here."""
    require(covers(actor, CHANGE, one.path))


def require_taking(actor: Actor, one: Organisation) -> None:
    """The actor may take the organisation away from where it stands: what is above loses it."""
    require(covers(actor, CHANGE, one.path[: -Organisation.steplen] or one.path))


def require_root(actor: Actor) -> None:
    """The actor may stand something beside the roots, above which there is nothing."""
    require(covers(actor, ADD, EVERYWHERE))


def check_open(one: Organisation, *, field: str | None = None) -> None:
    """Refuse to work with an organisation that is closed."""
    if one.valid_to is None:
        return
    sentence = _("%(name)s closed on %(day)s.") % {"name": one.name, "day": f"{one.valid_to:%Y-%m-%d}"}
    raise InvalidInput(sentence, field=field) if field else Conflict(sentence)


def check_day(one: Organisation, day: date) -> None:
    """What happens takes effect at once, so its day has come; and history is not written before what it already says."""
    if day > timezone.localdate():
        raise InvalidInput(_("The day has not come yet. Enter it when it takes effect."), field="day")
    last = OrganisationEvent.objects.filter(Q(organisation=one)).values_list("day", flat=True).first()
    if (last and day < last) or (one.valid_from and day < one.valid_from):
        raise InvalidInput(
            _("Something later is already in the history of %(name)s.") % {"name": one.name}, field="day"
        )


def check_reason(reason: str) -> None:
    """Ask why."""
    if not reason.strip():
        raise InvalidInput(_("Say why in one sentence."), field="reason")


def check_row(one: Organisation) -> None:
    """Ask the model's own rules, and that nobody carries the code or ever did."""
    try:
        one.full_clean(exclude=["path", "depth", "numchild", "code"])
        one._meta.get_field("code").clean(one.code, one)
    except ValidationError as error:
        field = next(iter(error.message_dict)) if hasattr(error, "error_dict") else "code"
        raise InvalidInput("; ".join(error.messages), field=field) from error
    taken = Organisation.objects.filter(code=one.code).exclude(pk=one.pk).exists()
    given_up = OrganisationAlias.objects.filter(value=one.code, kind=AliasKind.FORMER_CODE).exclude(organisation=one.pk)
    if taken or given_up.exists():
        raise InvalidInput(_("The code %(code)s is taken.") % {"code": one.code}, field="code")


def enter(
    kind: OrganisationEventKind,
    one: Organisation,
    *,
    actor: Actor,
    day: date,
    reason: str,
    changed: tuple[dict[str, Any], dict[str, Any]],
    **facts: Any,
) -> None:
    """Write an event into the history, and the deed into the audit, both in the transaction of the change.

    ``changed`` is what the audit keeps, before and after; ``facts`` are further columns of the event.
    """
    OrganisationEvent.objects.create(
        organisation=one,
        kind=kind,
        day=day,
        reason=reason[:200],
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label[:200],
        **facts,
    )
    verb = {
        OrganisationEventKind.CREATED: "create",
        OrganisationEventKind.RENAMED: "rename",
        OrganisationEventKind.MOVED: "move",
        OrganisationEventKind.MERGED: "merge",
        OrganisationEventKind.CLOSED: "close",
    }[kind]
    before, after = changed
    record(
        actor=actor,
        action=f"access.{verb}_organisation",
        subject=one,
        before=before,
        after={**after, "day": day.isoformat()},
        reason=reason,
    )
