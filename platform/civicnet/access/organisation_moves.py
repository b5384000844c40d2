"""Moving organisations to another place in the tree, and merging one into another."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.acts import MergeOrganisation, MoveOrganisation
from civicnet.access.models import (
    AliasKind,
    Organisation,
    OrganisationAlias,
    OrganisationEventKind,
)
from civicnet.access.organisation_changes import check_positions
from civicnet.access.organisation_tree import (
    again,
    check_day,
    check_open,
    check_reason,
    enter,
    hold_tree,
    require_change,
    require_taking,
)
from civicnet.contract import Actor, InvalidInput
from civicnet.lifecycle.hooks import ask_leave


@transaction.atomic
def move_organisation(
    *, organisation: Organisation, parent: Organisation, day: date, actor: Actor, reason: str
) -> Organisation:
    """Move an organisation below another; everything below it comes along, and so do all rows that belong to them.

    Raises:
        Refused: the actor does not change organisations at both ends.
        InvalidInput: the new place is closed, or lies below the organisation itself.
        Conflict: it is closed.
        CivicNetError: a plugin objects, or could not say.
    """
    hold_tree()
    one, to = again(organisation), again(parent)
    require_taking(actor, one)
    require_change(actor, to)
    check_open(one)
    check_open(to, field="parent")
    check_day(one, day)
    check_reason(reason)
    if to.path.startswith(one.path):
        raise InvalidInput(_("%(name)s cannot stand below itself.") % {"name": one.name}, field="parent")
    if to.path == one.path[: -Organisation.steplen]:
        raise InvalidInput(_("%(name)s stands there already.") % {"name": one.name}, field="parent")
    ask_leave(MoveOrganisation(organisation_id=one.pk, path=one.path, on=day, to_id=to.pk, to_path=to.path))
    return _move(one, to, day=day, actor=actor, reason=reason)


@transaction.atomic
def merge_organisation(
    *, source: Organisation, into: Organisation, day: date, actor: Actor, reason: str
) -> Organisation:
    """Let one organisation go up in another; returns the one that remains.

    The source closes and stays as a closed child of the target. Rows are not rewritten: a case of last year goes on naming
    the community it happened in, while the target's subtree now holds it, so whoever answers for the target sees it. What
    stood below the source stands below the target. The target is found by the source's code and names, which is where a
    roster that still says the old code arrives. Nobody may hold a position in the source any more: a merger gives nobody
    a post, and takes none away unsaid.

    Raises:
        Refused: the actor does not change organisations at both ends.
        InvalidInput: the target is closed, is the source, or lies below it.
        Conflict: the source is closed, or people still hold positions in it.
        CivicNetError: a plugin objects, or could not say.
    """
    hold_tree()
    one, to = again(source), again(into)
    require_taking(actor, one)
    require_change(actor, to)
    check_open(one)
    check_open(to, field="into")
    check_day(one, day)
    check_reason(reason)
    if to.path.startswith(one.path):
        raise InvalidInput(_("%(name)s cannot go up in itself.") % {"name": one.name}, field="into")
    check_positions(one, day)
    ask_leave(MergeOrganisation(organisation_id=one.pk, path=one.path, on=day, into_id=to.pk, into_path=to.path))
    for child in list(one.get_children()):
        _move(again(child), again(to), day=day, actor=actor, reason=reason)
    one = again(one)
    above = one.get_parent()
    one.valid_to = day
    one.save(update_fields=["valid_to"])
    if above is None or above.pk != to.pk:
        again(one).move(again(to), pos="last-child")
    _hand_over_names(one, to, day)
    one, to = again(one), again(to)
    enter(
        OrganisationEventKind.MERGED,
        one,
        actor=actor,
        day=day,
        reason=reason,
        changed=({"parent": above.code if above else None}, {"into": to.code}),
        from_parent=above,
        into=to,
    )
    return to


def _move(one: Organisation, to: Organisation, *, day: date, actor: Actor, reason: str) -> Organisation:
    above = one.get_parent()
    one.move(to, pos="last-child")
    moved = again(one)
    enter(
        OrganisationEventKind.MOVED,
        moved,
        actor=actor,
        day=day,
        reason=reason,
        changed=({"parent": above.code if above else None}, {"parent": to.code}),
        from_parent=above,
        to_parent=to,
    )
    return moved


def _hand_over_names(one: Organisation, to: Organisation, day: date) -> None:
    # What led to the source leads to the target at once, so that nobody has to follow a chain of mergers.
    known = set(to.aliases.values_list("kind", "value"))
    for alias in one.aliases.all():
        if (alias.kind, alias.value) not in known:
            alias.organisation = to
            alias.save(update_fields=["organisation"])
    for kind, value in ((AliasKind.FORMER_CODE, one.code), (AliasKind.FORMER_NAME, one.name)):
        OrganisationAlias.objects.get_or_create(
            organisation=to, kind=kind, value=value, defaults={"valid_from": one.valid_from, "valid_to": day}
        )
