"""Reveals: a worker's whole phone or ID number, each against a reason and by a permission of its own."""

from __future__ import annotations

from civicnet.access.reveals import reveal
from civicnet.contract import Actor, NotFound, require
from civicnet_grid.models import Worker
from civicnet_grid.permissions import REVEAL_ID_NUMBER, REVEAL_PHONE, can_reveal
from civicnet_grid.selectors import visible_workers


def reveal_phone(*, worker: Worker, reason: str, actor: Actor) -> str:
    """The worker's whole phone number.

    Raises:
        NotFound: the actor may not know of this worker.
        Refused: the actor may not be shown phone numbers there.
        InvalidInput: the reason says nothing, or says too much.
        TooManyReveals: the actor has seen too many numbers within the hour.
    """

    def read() -> str:
        return _seen(actor, worker, REVEAL_PHONE).phone

    return reveal(actor=actor, action="grid.reveal_phone", subject=worker, reason=reason, read=read)


def reveal_id_number(*, worker: Worker, reason: str, actor: Actor) -> str:
    """The worker's whole ID number; raises as ``reveal_phone`` does."""

    def read() -> str:
        return _seen(actor, worker, REVEAL_ID_NUMBER).id_number

    return reveal(actor=actor, action="grid.reveal_id_number", subject=worker, reason=reason, read=read)


def _seen(actor: Actor, worker: Worker, permission: str) -> Worker:
    found = visible_workers(actor).select_related("organisation").filter(pk=worker.pk).first()
    if found is None:
        raise NotFound()
    require(can_reveal(actor, permission, found.organisation))
    return found
