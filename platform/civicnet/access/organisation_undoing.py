"""Taking back that an organisation was set up: it goes as if it had never been, as long as nothing came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from civicnet.access.acts import CloseOrganisation
from civicnet.access.models import Organisation, OrganisationEventKind
from civicnet.access.organisation_tree import ADD, hold_tree
from civicnet.access.scope import covers
from civicnet.contract import Actor, CivicNetError, require
from civicnet.ledger.images import bears, mark_of
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.ledger.undoing import CHANGED_SINCE, GONE, REFERRED_TO, REMOVED, referred_to
from civicnet.lifecycle.hooks import ask_leave

# Its history goes with it; the audit keeps what happened.
_ITS_OWN = ("civicnet_access.OrganisationEvent.organisation",)


def mark_of_organisation(one: Organisation) -> str:
    """What it is, for ``take_back_organisation`` to compare."""
    return mark_of(_facts(one))


@transaction.atomic
def take_back_organisation(*, key: int, mark: str, before: Mapping[str, Any] | None, actor: Actor) -> str:
    """Remove an organisation that was set up, by its key and its mark of then; its code is free again.

    Returns REMOVED, or why it stays: CHANGED_SINCE where anything has happened to it, REFERRED_TO where others stand below it,
    something belongs to it or a plugin objects, GONE.

    Raises:
        Refused: the actor does not set up organisations there.
    """
    hold_tree()
    one = Organisation.objects.select_for_update().filter(pk=key).first()
    if one is None:
        return GONE
    require(covers(actor, ADD, one.path[: -Organisation.steplen] or one.path))
    happened = one.events.exclude(kind=OrganisationEventKind.CREATED).exists() or one.aliases.exists()
    if happened or not bears(_facts(one), mark):
        return CHANGED_SINCE
    if not one.is_leaf() or referred_to(Organisation, [one.pk], apart_from=_ITS_OWN) or _is_missed(one):
        return REFERRED_TO
    known = {"code": one.code, "name": one.name, "kind": one.kind}
    record(actor=actor, action="access.take_back_organisation", subject=one, before=known, operation=Operation.DELETE)
    one.delete()
    return REMOVED


def _facts(one: Organisation) -> list[Any]:
    return [one.code, one.name, str(one.kind), one.valid_from, one.valid_to]


def _is_missed(one: Organisation) -> bool:
    """Whether a plugin objects to its end, or cannot say."""
    try:
        ask_leave(CloseOrganisation(organisation_id=one.pk, path=one.path, on=timezone.localdate()))
    except CivicNetError:
        return True
    return False
