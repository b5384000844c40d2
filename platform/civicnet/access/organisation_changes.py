"""Setting up, renaming and closing organisations. Each asks the day it took effect, and all but the first the reason."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from civicnet.access.acts import CloseOrganisation
from civicnet.access.models import (
    AliasKind,
    Organisation,
    OrganisationAlias,
    OrganisationEvent,
    OrganisationEventKind,
    OrganisationKind,
    Position,
)
from civicnet.access.organisation_tree import (
    ADD,
    again,
    check_day,
    check_open,
    check_reason,
    check_row,
    enter,
    hold_tree,
    require_change,
    require_root,
)
from civicnet.access.scope import covers
from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import ask_leave


@transaction.atomic
def create_organisation(
    *,
    code: str,
    name: str,
    kind: OrganisationKind,
    parent: Organisation | None,
    day: date,
    actor: Actor,
    reason: str = "",
    short_name: str = "",
) -> Organisation:
    """Set up an organisation below another, or as a root.

    Raises:
        Refused: the actor does not set up organisations there.
        InvalidInput: the code is or was another's, or the parent is closed.
    """
    hold_tree()
    one = Organisation(code=code.strip(), name=name.strip(), kind=kind, valid_from=day)
    if parent is None:
        require_root(actor)
        check_row(one)
        Organisation.add_root(instance=one)
    else:
        parent = again(parent)
        require(covers(actor, ADD, parent.path))
        check_open(parent, field="parent")
        check_row(one)
        parent.add_child(instance=one)
    changed = {"code": one.code, "name": one.name, "kind": one.kind, "parent": parent.code if parent else None}
    enter(
        OrganisationEventKind.CREATED, one, actor=actor, day=day, reason=reason, changed=({}, changed), to_parent=parent
    )
    if short_name.strip():
        OrganisationAlias.objects.create(organisation=one, value=short_name.strip(), kind=AliasKind.SHORT_NAME)
    return one


@transaction.atomic
def rename_organisation(
    *, organisation: Organisation, name: str, day: date, actor: Actor, reason: str, code: str = ""
) -> Organisation:
    """Give an organisation another name, another code, or both; it is found by the old ones as before.

    Raises:
        Refused: the actor does not change organisations here.
        InvalidInput: nothing would change, or the code is or was another's.
        Conflict: it is closed.
    """
    hold_tree()
    one = again(organisation)
    require_change(actor, one)
    check_open(one)
    check_day(one, day)
    check_reason(reason)
    old = {"name": one.name, "code": one.code}
    one.name, one.code = name.strip(), code.strip() or one.code
    new = {"name": one.name, "code": one.code}
    if old == new:
        raise InvalidInput(_("That is what it is called already."), field="name")
    check_row(one)
    one.save(update_fields=["name", "code"])
    _keep_old(one, old, since=_named_since(one), day=day)
    before, after = (f"{row['code']} {row['name']}" for row in (old, new))
    enter(
        OrganisationEventKind.RENAMED,
        one,
        actor=actor,
        day=day,
        reason=reason,
        changed=(old, new),
        before=before,
        after=after,
    )
    return one


@transaction.atomic
def close_organisation(*, organisation: Organisation, day: date, actor: Actor, reason: str) -> Organisation:
    """Let an organisation exist no more from a day on. Its rows stay where they are, and so does their visibility.

    Raises:
        Refused: the actor does not change organisations here.
        Conflict: it is closed already, something below it is open, or people still hold positions in it. Both have to be
            settled by whoever knows where they go: a merger moves what is below, a position is ended or given elsewhere.
        CivicNetError: a plugin objects, or could not say.
    """
    hold_tree()
    one = again(organisation)
    require_change(actor, one)
    check_open(one)
    check_day(one, day)
    check_reason(reason)
    if below := one.get_children().filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day)).count():
        raise Conflict(
            _("%(count)d organisations below it are still open: move or close them first.") % {"count": below}
        )
    check_positions(one, day)
    ask_leave(CloseOrganisation(organisation_id=one.pk, path=one.path, on=day))
    one.valid_to = day
    one.save(update_fields=["valid_to"])
    enter(
        OrganisationEventKind.CLOSED,
        one,
        actor=actor,
        day=day,
        reason=reason,
        changed=({"valid_to": None}, {"valid_to": day.isoformat()}),
    )
    return one


@transaction.atomic
def add_short_name(*, organisation: Organisation, value: str, actor: Actor) -> OrganisationAlias:
    """Let an organisation be found by what people call it for short.

    Raises:
        Refused: the actor does not change organisations here.
        InvalidInput: the name is empty or too long.
    """
    one = again(organisation)
    require_change(actor, one)
    value = value.strip()
    if not 1 <= len(value) <= 100:
        raise InvalidInput(_("Give a short name of 1 to 100 characters."), field="value")
    alias, created = OrganisationAlias.objects.get_or_create(organisation=one, value=value, kind=AliasKind.SHORT_NAME)
    if created:
        record(actor=actor, action="access.add_short_name", subject=one, after={"short_name": value})
    return alias


def check_positions(one: Organisation, day: date) -> None:
    """Nobody is left in an organisation that is no more.

    Raises:
        Conflict: somebody would be.
    """
    held = Position.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), organisation=one).count()
    if held:
        raise Conflict(
            _("%(count)d positions in %(name)s are still held: end them first.") % {"count": held, "name": one.name}
        )


def _named_since(one: Organisation) -> date | None:
    renamed = OrganisationEvent.objects.filter(organisation=one, kind=OrganisationEventKind.RENAMED)
    return renamed.values_list("day", flat=True).first() or one.valid_from


def _keep_old(one: Organisation, old: dict[str, str], *, since: date | None, day: date) -> None:
    days = {"valid_from": since, "valid_to": day}
    # What it is called again is no former name any more.
    one.aliases.filter(kind=AliasKind.FORMER_NAME, value=one.name).delete()
    one.aliases.filter(kind=AliasKind.FORMER_CODE, value=one.code).delete()
    if old["name"] != one.name:
        one.aliases.update_or_create(kind=AliasKind.FORMER_NAME, value=old["name"], defaults=days)
    if old["code"] != one.code:
        one.aliases.update_or_create(kind=AliasKind.FORMER_CODE, value=old["code"], defaults=days)
