"""What the list of jobs and the page of one show: its step, its state, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civicnet.console.imports_preview import preview_context, result_tiles
from civicnet.contract import Actor
from civicnet.exchange.choosing import can_choose
from civicnet.exchange.models import ImportJob, JobState, Outcome
from civicnet.exchange.offers import offered
from civicnet.exchange.permissions import owns
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import can_undo, resource_of
from civicnet.exchange.stops import error_sentence

STEPS = (
    pgettext_lazy("import step", "File"),
    pgettext_lazy("import step", "Columns"),
    pgettext_lazy("import step", "Check"),
    pgettext_lazy("import step", "Import"),
    pgettext_lazy("import step", "Done"),
)
FILE, COLUMNS, CHECK, IMPORT, DONE = range(len(STEPS))
_STEP_OF = {
    JobState.UPLOADED: CHECK,
    JobState.CHECKING: CHECK,
    JobState.REFUSED: CHECK,
    JobState.CHECKED: CHECK,
    JobState.APPLYING: IMPORT,
    JobState.FAILED: IMPORT,
}
_ICONS = {
    JobState.CHECKED: "view",
    JobState.APPLIED: "check",
    JobState.REFUSED: "warning",
    JobState.FAILED: "warning",
    JobState.CANCELLED: "cross",
    JobState.UNDONE: "rotate",
}


class UploadForm(forms.Form):
    """What to import, and the file."""

    resource = forms.ChoiceField(
        label=gettext_lazy("What are you importing?"),
        error_messages={"required": gettext_lazy("Choose what the file holds.")},
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "Drop it here or choose it: .xlsx, .xls, .ods, .csv or .tsv, up to 20 MB, text up to 200 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt,.zip"}),
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
    progress: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KindCard:
    """A kind of rows to choose, and what its template has."""

    key: str
    label: Any
    columns: int
    needed: Sequence[Any]
    chosen: bool
    takes_files: bool


def kind_cards(kinds: Iterable[type[ImportResource]], chosen: str) -> list[KindCard]:
    """What can be imported, with the columns that each row needs."""
    cards = []
    for kind in kinds:
        columns = kind.columns().values()
        needed = [column.label for column in columns if column.required]
        cards.append(KindCard(kind.key, kind.label, len(columns), needed, kind.key == chosen, kind.takes_files))
    return cards


def job_lines(jobs: Iterable[ImportJob]) -> list[JobLine]:
    """Jobs with what the list shows of them."""
    known = offered()
    return [
        JobLine(
            job,
            known[job.resource].label if job.resource in known else job.resource,
            _ICONS.get(JobState(job.state), "history"),
            progress_of(job),
        )
        for job in jobs
    ]


def job_context(job: ImportJob, actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything the page of a job may show; the template takes what fits its state."""
    resource = resource_of(job)
    columns = resource.columns() if resource else {}
    mine, choosable = owns(actor, job), can_choose(job)
    return {
        "job": job,
        "label": resource.label if resource else job.resource,
        "available": resource is not None,
        "mine": mine,
        "steps": STEPS,
        "step": COLUMNS if job.state == JobState.REFUSED and choosable else _STEP_OF.get(JobState(job.state), DONE),
        "choosable": mine and choosable and resource is not None,
        "undoable": mine and resource is not None and can_undo(job),
        "progress": progress_of(job),
        "error": error_sentence(job),
        "results": result_tiles(job),
        "headings": [(theirs, columns[ours].label if ours in columns else None) for theirs, ours in job.headings],
        **({} if job.is_running else preview_context(job, actor, query)),
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
    if job.state == JobState.UNDOING:
        undoing = _("Undoing: %(done)d of %(total)d rows are taken back.") % gaps
        # Why it is taken back, where the platform does that by itself.
        return f"{error_sentence(job)} {undoing}" if job.error_code else undoing
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
    return str(job.get_state_display())
