"""Reading jobs and requests: whose they are, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from civicnet.access.scope import within
from civicnet.contract import Actor, NotFound
from civicnet.exchange.models import (
    UNDOABLE,
    DisclosureRequest,
    DisclosureState,
    Finding,
    ImportJob,
    Outcome,
)
from civicnet.exchange.offers import offered
from civicnet.exchange.permissions import DECIDE, VIEW
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.sentences import tell


@dataclass(frozen=True, slots=True)
class Kind:
    """Findings of one kind: how often, and the sentence."""

    outcome: str
    code: str
    column: str
    rows: int
    sentence: str


def visible_jobs(actor: Actor) -> QuerySet[ImportJob]:
    """The actor's own jobs, and those of the area in which the actor may look at jobs."""
    return ImportJob.objects.filter(_own(actor) | within(actor, VIEW)).select_related("owner", "client")


def own_jobs(actor: Actor) -> QuerySet[ImportJob]:
    """The actor's own jobs, whoever else may look at them; the system's are those of a host's command."""
    return ImportJob.objects.filter(_own(actor))


def _own(actor: Actor) -> Q:
    if actor.kind == "system":
        return Q(owner__isnull=True, client__isnull=True)
    field = {"staff": "owner_id", "client": "client_id"}.get(actor.kind)
    return Q(**{field: int(actor.id)}) if field else Q(pk__in=[])


def job_for(actor: Actor, pk: UUID) -> ImportJob:
    """One job.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    job = visible_jobs(actor).filter(pk=pk).first()
    if job is None:
        raise NotFound()
    return job


def visible_disclosures(actor: Actor) -> QuerySet[DisclosureRequest]:
    """The actor's own requests for full values, and those of the area in which the actor decides on them."""
    own = Q(requester_id=int(actor.id)) if actor.kind == "staff" else Q(pk__in=[])
    found = DisclosureRequest.objects.filter(own | within(actor, DECIDE))
    return found.select_related("requester", "decided_by", "organisation")


def disclosure_for(actor: Actor, pk: UUID) -> DisclosureRequest:
    """One request.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    request = visible_disclosures(actor).filter(pk=pk).first()
    if request is None:
        raise NotFound()
    return request


def disclosures_to_decide(actor: Actor) -> QuerySet[DisclosureRequest]:
    """Requests of others that wait for a second person, and the actor may be that person."""
    waiting = DisclosureRequest.objects.filter(state=DisclosureState.REQUESTED, expires_at__gt=timezone.now())
    others = waiting.filter(within(actor, DECIDE)).exclude(requester_id=int(actor.id) if actor.id.isdigit() else 0)
    return others.select_related("requester", "organisation").order_by("created_at")


def resource_of(job: ImportJob) -> type[ImportResource] | None:
    """The job's resource, or None while its plugin is off."""
    return offered().get(job.resource)


def can_undo(job: ImportJob) -> bool:
    """Whether something of a job is in that can still be taken back."""
    return job.state in UNDOABLE and job.undo_until is not None and job.undo_until >= timezone.now()


def kinds(job: ImportJob) -> list[Kind]:
    """Findings grouped by what they are about, faults first, the most frequent first."""
    own = _own_sentences(job)
    grouped = list(
        Finding.objects.filter(job=job)
        .order_by()
        .values("outcome", "code", "column")
        .annotate(rows=Count("row", distinct=True), first=Min("id"), last=Max("id"))
    )
    ends = {pk for one in grouped for pk in (one["first"], one["last"])}
    params = dict(Finding.objects.filter(pk__in=ends).values_list("pk", "params"))
    found = [
        Kind(
            outcome=one["outcome"],
            code=one["code"],
            column=one["column"],
            rows=one["rows"],
            sentence=tell(one["code"], _shared(params[one["first"]], params[one["last"]]), own),
        )
        for one in grouped
    ]
    order = [Outcome.FAULT, Outcome.LEFT, Outcome.NORMALISED, Outcome.SKIPPED]
    return sorted(found, key=lambda kind: (order.index(Outcome(kind.outcome)), -kind.rows, kind.code))


def named_rows(job: ImportJob, code: str, most: int) -> list[str]:
    """What the first rows are called that were named under a code of their resource's ``outcomes``."""
    found = Finding.objects.filter(job=job, code=code).order_by("row")[:most]
    return [label for one in found if (label := one.params.get("label"))]


def findings(job: ImportJob, *, outcome: str = "", code: str = "", column: str = "") -> QuerySet[Finding]:
    """What was found, in the order of the file; of one outcome, kind or heading of ours if asked."""
    asked = {"outcome": outcome, "code": code, "column": column}
    return Finding.objects.filter(job=job, **{name: value for name, value in asked.items() if value})


def sentence(finding: Finding, job: ImportJob) -> str:
    """What a finding says, in the reader's language."""
    return tell(finding.code, finding.params, _own_sentences(job))


def _shared(some: dict[str, Any], others: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in some.items() if others.get(key) == value}


def _own_sentences(job: ImportJob) -> dict[str, Any]:
    resource = resource_of(job)
    return dict(resource.sentences) if resource else {}
