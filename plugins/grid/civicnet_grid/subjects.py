"""Workers as subjects of assessment: the plugin of that name asks for them by hook."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from civicnet.contract import Actor
from civicnet.ledger.among import Among
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
    found = find_workers(actor, "").filter(pk__in=_pks([key])).first()
    return _subject(found) if found else None


def subjects_numbered(*, actor: Actor, numbers: Collection[str], keys: Collection[str]) -> dict[str, WorkerSubject]:
    """The workers with these worker numbers, and those behind these keys, whom the actor may see; by number. One statement."""
    meant = Q(Among("number", numbers)) | Q(Among("pk", _pks(keys)))
    return {worker.number: _subject(worker) for worker in find_workers(actor, "").filter(meant)}


def _pks(keys: Iterable[str]) -> list[int]:
    parts = (key.partition(":") for key in keys)
    return [int(pk) for kind, _colon, pk in parts if kind == KIND and pk.isascii() and pk.isdigit() and len(pk) <= 18]


def _subject(worker: Worker) -> WorkerSubject:
    label = _("%(name)s (%(number)s), %(organisation)s") % {
        "name": worker.name,
        "number": worker.number,
        "organisation": worker.organisation.name,
    }
    return WorkerSubject(f"{KIND}:{worker.pk}", label, worker.organisation_id, worker.user_id)
