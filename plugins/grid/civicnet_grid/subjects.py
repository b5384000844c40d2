"""Workers as subjects of assessment: the plugin of that name asks for them by hook."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from civicnet.contract import Actor
from civicnet_grid.models import Worker
from civicnet_grid.selectors import find_workers

KIND = "grid.worker"
MOST = 20


@dataclass(frozen=True, slots=True)
class WorkerSubject:
    """A worker as an assessor recognises them."""

    key: str
    label: str
    organisation_id: int
    user_id: int | None


def find_subjects(*, actor: Actor, search: str) -> list[WorkerSubject]:
    """The first workers that the search finds and the actor may see; a longer search narrows them."""
    return [_subject(worker) for worker in find_workers(actor, search).order_by("number")[:MOST]]


def subject(*, actor: Actor, key: str) -> WorkerSubject | None:
    """The worker behind a key, or None if it is no worker's or the actor may not see them."""
    kind, _colon, pk = key.partition(":")
    if kind != KIND or not (pk.isascii() and pk.isdigit() and len(pk) <= 18):
        return None
    found = find_workers(actor, "").filter(pk=int(pk)).first()
    return _subject(found) if found else None


def _subject(worker: Worker) -> WorkerSubject:
    label = _("%(name)s (%(number)s), %(organisation)s") % {
        "name": worker.name,
        "number": worker.number,
        "organisation": worker.organisation.name,
    }
    return WorkerSubject(f"{KIND}:{worker.pk}", label, worker.organisation_id, worker.user_id)
