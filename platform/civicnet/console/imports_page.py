"""What the page of a job shows: steps, tiles, findings by kind, the first rows, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.contract import Actor
from civicnet.exchange.models import ImportJob, JobState, Outcome
from civicnet.exchange.offers import offered
from civicnet.exchange.permissions import owns
from civicnet.exchange.preview import first_rows
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import error_sentence, findings, kinds, resource_of, sentence

FINDINGS_PER_PAGE = 50
STEPS = (
    gettext_lazy("Choose a file"),
    gettext_lazy("Check"),
    gettext_lazy("Look"),
    gettext_lazy("Import"),
    gettext_lazy("Done"),
)
_STEP_OF = {
    JobState.UPLOADED: 1,
    JobState.CHECKING: 1,
    JobState.REFUSED: 1,
    JobState.CHECKED: 2,
    JobState.APPLYING: 3,
    JobState.FAILED: 3,
    JobState.APPLIED: 4,
    JobState.UNDOING: 4,
    JobState.UNDONE: 4,
}
_ICONS = {
    JobState.CHECKED: "view",
    JobState.APPLIED: "check",
    JobState.REFUSED: "warning",
    JobState.FAILED: "warning",
    JobState.CANCELLED: "cross",
}


class UploadForm(forms.Form):
    """What to import, and the file."""

    resource = forms.ChoiceField(label=gettext_lazy("What are you importing?"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Drop it here or choose it: .xlsx, .xls, .ods, .csv or .tsv, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt"}),
        error_messages={"empty": gettext_lazy("This file is empty.")},
    )

    def __init__(self, kinds: Iterable[type[ImportResource]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resource"].choices = [(one.key, one.label) for one in kinds]  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in the list."""

    job: ImportJob
    label: Any
    icon: str


@dataclass(frozen=True, slots=True)
class Tile:
    """How many rows came out one way."""

    outcome: str
    label: Any
    count: int
    icon: str


def job_lines(jobs: Iterable[ImportJob]) -> list[JobLine]:
    """Jobs with what the list shows of them."""
    known = offered()
    return [
        JobLine(
            job,
            known[job.resource].label if job.resource in known else job.resource,
            _ICONS.get(JobState(job.state), "history"),
        )
        for job in jobs
    ]


def job_context(job: ImportJob, actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page of a job may show; the template takes what fits its state."""
    resource = resource_of(job)
    columns = resource.columns() if resource else {}
    outcome, code = query.get("outcome", ""), query.get("code", "")
    page = Paginator(findings(job, outcome=outcome, code=code), FINDINGS_PER_PAGE).get_page(query.get("p"))
    labels = {column.column_name: column.label for column in columns.values()}
    return {
        "job": job,
        "label": resource.label if resource else job.resource,
        "available": resource is not None,
        "mine": owns(actor, job),
        "steps": STEPS,
        "step": _STEP_OF.get(JobState(job.state), 0),
        "progress": progress_of(job),
        "error": error_sentence(job),
        "tiles": _tiles(job),
        "kinds": [(one, labels.get(one.column, one.column)) for one in kinds(job)],
        "filter": {"outcome": outcome, "code": code},
        "page": page,
        "findings": [(one, labels.get(one.column, one.column), sentence(one, job)) for one in page],
        "labels": labels,
        "headings": [(theirs, columns[ours].label if ours in columns else None) for theirs, ours in job.headings],
        "first_headings": [column.label for column in columns.values()],
        "first_rows": list(first_rows(job)) if job.state == JobState.CHECKED and owns(actor, job) else [],
    }


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far a job has come: numbers for the bar, and words."""
    total = max(job.rows_total, job.rows_done)
    return {
        "state": job.state,
        "running": job.is_running,
        "done": job.rows_done,
        "total": total,
        "percent": round(100 * job.rows_done / total) if total else 0,
        "counts": {outcome.value.lower(): job.count(outcome) for outcome in Outcome},
        "words": _words(job, total),
    }


def _words(job: ImportJob, total: int) -> str:
    gaps = {"done": job.rows_done, "total": total}
    if job.is_running and job.error_code:
        return error_sentence(job)
    if job.state == JobState.UPLOADED:
        return _("Waiting in the queue. The check begins in a moment.")
    if job.state == JobState.CHECKING and not total:
        return _("Checking: opening the file.")
    if job.state == JobState.CHECKING:
        return _("Checking: %(done)d of about %(total)d rows read.") % gaps
    if job.state == JobState.APPLYING:
        return _("Importing: %(done)d of %(total)d rows are in.") % gaps
    if job.state == JobState.UNDOING:
        return _("Undoing: %(done)d of %(total)d rows are taken back.") % gaps
    return str(job.get_state_display())


def _tiles(job: ImportJob) -> list[Tile]:
    return [
        Tile(Outcome.OK, _("good"), job.count(Outcome.OK), "check"),
        Tile(Outcome.NORMALISED, _("tidied up"), job.count(Outcome.NORMALISED), "edit"),
        Tile(Outcome.FAULT, _("faulty"), job.count(Outcome.FAULT), "warning"),
        Tile(Outcome.SKIPPED, _("left out"), job.count(Outcome.SKIPPED), "minus"),
    ]
