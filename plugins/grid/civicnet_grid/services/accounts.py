"""Accounts: letting a worker sign in to the desk."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from civicnet.access.models import User
from civicnet.contract import Actor, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.errors import AccountTaken
from civicnet_grid.events import WorkerLinked
from civicnet_grid.models import Worker
from civicnet_grid.permissions import can_link_user


@transaction.atomic
def link_user(*, worker: Worker, user: User, actor: Actor) -> None:
    """Link a worker with the account they sign in with; linking the same two again changes nothing.

    Raises:
        Refused: the actor does not look after this worker's organisation.
        AccountTaken: the worker has another account, or the account belongs to another worker.
    """
    require(can_link_user(actor, worker))
    linked = dict(
        Worker.objects.select_for_update().filter(Q(pk=worker.pk) | Q(user=user)).values_list("pk", "user_id")
    )
    if linked == {worker.pk: user.pk}:
        return
    if set(linked) != {worker.pk} or linked[worker.pk] is not None:
        raise AccountTaken(field="user")
    worker.user = user
    worker.save(update_fields=["user"])
    record(actor=actor, action="grid.link_user", subject=worker, before={"user": None}, after={"user": user.pk})
    announce(WorkerLinked(worker_number=worker.number, user_id=user.pk))
