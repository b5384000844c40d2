"""The step of columns: the file's own headings beside ours, with what the platform takes them for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from civicnet.access.actors import actor_of
from civicnet.cipher.masking import mask_numbers
from civicnet.console.acts import act_view
from civicnet.console.imports_access import for_exchange
from civicnet.console.imports_page import COLUMNS, STEPS
from civicnet.contract import CivicNetError
from civicnet.exchange.cells import plain_text
from civicnet.exchange.choosing import candidates_of, choose_columns
from civicnet.exchange.errors import HeadingsNotFound, SheetImported
from civicnet.exchange.finding import Candidate
from civicnet.exchange.mapping import ColumnMap, Confidence, MappingRefused, Suggestion, missing
from civicnet.exchange.models import ImportJob
from civicnet.exchange.offers import resource_named
from civicnet.exchange.resource import ImportResource
from civicnet.exchange.selectors import error_sentence, job_for
from civicnet.exchange.tables import letters


@dataclass(frozen=True, slots=True)
class Line:
    """A column of the file: its letter, its heading, its first values; what it is taken for, and what it may be."""

    at: int
    letter: str
    heading: str
    samples: Sequence[str]
    chosen: str
    remembered: bool
    near: str
    near_label: Any


@act_view
@for_exchange
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what is taken for what; a choice has the file checked with it."""
    actor = actor_of(request)
    job = job_for(actor, pk)
    to_job = HttpResponseRedirect(reverse("imports:job", args=[pk]))
    try:
        kind = resource_named(job.resource)
        found = candidates_of(job=job, actor=actor)
        candidate = _sheet(found, request, job)
        chosen = _posted(candidate, request.POST) if request.method == "POST" else _first_choice(candidate, job)
        if request.method == "POST":
            choose_columns(job=job, columns=chosen, actor=actor, remember="remember" in request.POST)
            return to_job
    except MappingRefused as error:
        return _page(request, job, kind, found, candidate, chosen, refusal=str(error))
    except CivicNetError as error:
        messages.error(request, str(error))
        return to_job
    return _page(request, job, kind, found, candidate, chosen)


def _page(
    request: HttpRequest,
    job: ImportJob,
    kind: type[ImportResource],
    found: Sequence[Candidate],
    candidate: Candidate,
    chosen: ColumnMap,
    refusal: str = "",
) -> HttpResponse:
    ours = kind.columns()
    context = {
        "job": job,
        "label": kind.label,
        "steps": STEPS,
        "step": COLUMNS,
        "sheets": found,
        "candidate": candidate,
        "lines": list(_lines(candidate, chosen, kind)),
        "ours": ours,
        "lacking": [(name, ours[name].label) for name in missing(kind, chosen.fields.values())],
        "needed": [(name, column.label) for name, column in ours.items() if column.required],
        "refusal": refusal,
        "error": error_sentence(job),
        "remember": request.method != "POST" or "remember" in request.POST,
    }
    return render(request, "console/imports/columns.html", context, status=400 if refusal else 200)


def _sheet(found: Sequence[Candidate], request: HttpRequest, job: ImportJob) -> Candidate:
    """The sheet that is asked for, else the one that was read, or another where that one is in; else the one that fits best.

    Raises:
        HeadingsNotFound: no sheet of the file holds anything.
    """
    asked = request.POST.get("sheet") or request.GET.get("sheet")
    if not asked and job.error_code == SheetImported.code:
        asked = next((one.sheet for one in found if one.sheet != job.sheet), None)
    asked = asked or job.sheet
    best = next((one for one in found if one.sheet == asked), None) or next(iter(found), None)
    if best is None:
        raise HeadingsNotFound()
    return best


def _first_choice(candidate: Candidate, job: ImportJob) -> ColumnMap:
    """As the file was read before, else the sure guesses."""
    sure = candidate.columns()
    before = ColumnMap.from_json(job.columns)
    same = before and (before.sheet, before.row, before.theirs) == (sure.sheet, sure.row, sure.theirs)
    return before if before and same else sure


def _posted(candidate: Candidate, given: Mapping[str, str]) -> ColumnMap:
    fields = {}
    for one in candidate.suggestions:
        near = one.field if f"near-{one.at}" in given and one.confidence is Confidence.NEAR else ""
        if name := given.get(f"column-{one.at}") or near:
            fields[one.at] = name
    return ColumnMap(candidate.sheet, candidate.row, tuple(one.heading for one in candidate.suggestions), fields)


def _lines(candidate: Candidate, chosen: ColumnMap, kind: type[ImportResource]) -> Iterator[Line]:
    ours = kind.columns()
    for one in candidate.suggestions:
        samples = [cells[one.at] for _row, cells in candidate.samples if one.at < len(cells)]
        texts = ["" if cell is None else mask_numbers(plain_text(cell)) for cell in samples]
        if not (one.heading or any(texts)):
            continue
        near = _near(one, chosen)
        yield Line(
            at=one.at,
            letter=letters(one.at),
            heading=one.heading,
            samples=[text for text in texts if text],
            chosen=chosen.fields.get(one.at, ""),
            remembered=one.confidence is Confidence.REMEMBERED and chosen.fields.get(one.at) == one.field,
            near=near,
            near_label=ours[near].label if near else "",
        )


def _near(one: Suggestion, chosen: ColumnMap) -> str:
    taken = set(chosen.fields.values())
    return one.field if one.field and one.confidence is Confidence.NEAR and one.field not in taken else ""
