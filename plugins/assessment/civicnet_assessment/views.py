"""Pages of assessment in Wagtail's admin: a form, filling it in, opening one, and what was filed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from civicnet.access.actors import actor_of
from civicnet.contract import Actor, CivicNetError
from civicnet.exchange.asking import elements_to_pick, flags
from civicnet_assessment.errors import HeldAlready, PointsInvalid
from civicnet_assessment.forms import FillForm, ItemFormSet, OpenForm
from civicnet_assessment.hookspecs import Subject
from civicnet_assessment.models import AssessmentForm
from civicnet_assessment.permissions import ADD_FORM, ASSESS
from civicnet_assessment.selectors import filed_subjects, places_for_forms, visible_assessments, visible_forms
from civicnet_assessment.services import NewItem, file_assessment, open_form
from civicnet_assessment.subjects import find_subjects, subject_of


@never_cache
@require_safe
def form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A form with its items, and what was filed on it as far as the actor may see."""
    actor = actor_of(request)
    form = get_object_or_404(visible_forms(actor).select_related("organisation"), pk=pk)
    labels = dict(elements_to_pick())
    context = {
        "form": form,
        "items": [(item, labels.get(item.element, item.element)) for item in form.items.all()],
        "filed": visible_assessments(actor).filter(form=form).select_related("organisation", "assessor"),
        "may_fill": actor.may(ASSESS) and form.opens <= timezone.localdate() <= form.closes,
    }
    return _page(request, "assessment/form.html", form.title, context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose somebody, then fill in the form about them."""
    actor = actor_of(request)
    if not actor.may(ASSESS):
        raise Http404
    form = get_object_or_404(visible_forms(actor), pk=pk)
    key = (request.POST if request.method == "POST" else request.GET).get("subject", "")
    subject = subject_of(actor, key) if key else None
    if subject is None:
        return _choose(request, actor, form, unknown=bool(key))
    if request.method == "POST":
        return _file(request, actor, form, subject)
    return _fill_page(request, form, subject, FillForm(items=list(form.items.all())))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a form with its items."""
    actor = actor_of(request)
    if not actor.may(ADD_FORM):
        raise Http404
    head = OpenForm(request.POST or None, actor=actor)
    items = ItemFormSet(request.POST or None, prefix="items", form_kwargs={"elements": elements_to_pick()})
    status = 400 if head.is_bound else 200
    if head.is_bound and head.is_valid() and items.is_valid():
        try:
            form = open_form(actor=actor, items=_new_items(items), **head.cleaned_data)
        except HeldAlready as fault:
            items.tell(fault)
            head.add_error(None, str(fault))
            status = fault.status
        except CivicNetError as error:
            head.add_error(error.field if error.field in head.fields else None, str(error))
            status = error.status
        else:
            messages.success(request, _("“%(form)s” is open for assessors.") % {"form": form})
            return HttpResponseRedirect(reverse("assessment_forms:form", args=[form.pk]))
    if head.is_bound:
        items.flag(_paths_asked(actor, str(head["organisation"].value() or "")))
    context = {"head": head, "items": items}
    return _page(request, "assessment/open.html", _("Open a form"), context, status=status)


@never_cache
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What an item with this wording asks for, and who holds it: the piece that stands beside it while it is written."""
    actor = actor_of(request)
    if not actor.may(ADD_FORM):
        raise Http404
    field = request.GET.get("label", "")[:200], request.GET.get("element", "")[:100]
    paths = _paths_asked(actor, request.GET.get("organisation", ""))
    found = flags([field], paths=paths)[0] if any(field) else []
    return render(request, "assessment/held.html", {"flags": found})


@never_cache
@require_safe
def assessment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was filed about one person: items, notes, comment."""
    found = visible_assessments(actor_of(request)).select_related("form", "organisation", "assessor")
    assessment = get_object_or_404(found, pk=pk)
    context = {"assessment": assessment, "scores": assessment.scores.select_related("item").order_by("item__order")}
    return _page(request, "assessment/assessment.html", assessment.form.title, context)


def _paths_asked(actor: Actor, organisation: str) -> list[str]:
    """Whose people the form is about: those of the organisation that was chosen, else of all for which one may ask."""
    chosen = places_for_forms(actor).filter(pk=organisation) if organisation.isdigit() else None
    path = chosen.values_list("path", flat=True).first() if chosen is not None else None
    return [path] if path else list(actor.paths(ADD_FORM))


def _choose(request: HttpRequest, actor: Actor, form: AssessmentForm, *, unknown: bool) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    subjects = find_subjects(actor, search) if search else []
    filed = filed_subjects(form, [one.key for one in subjects])
    context = {
        "form": form,
        "search": search,
        "subjects": [{"subject": one, "filed": one.key in filed} for one in subjects],
        "unknown": unknown,
    }
    return _page(request, "assessment/choose.html", form.title, context, status=404 if unknown else 200)


def _file(request: HttpRequest, actor: Actor, form: AssessmentForm, subject: Subject) -> HttpResponse:
    filled = FillForm(request.POST, items=list(form.items.all()))
    status = 400
    if filled.is_valid():
        try:
            file_assessment(
                form=form,
                subject_key=subject.key,
                points=filled.points(),
                notes=filled.notes(),
                comment=filled.cleaned_data["comment"],
                actor=actor,
            )
        except PointsInvalid as fault:
            filled.tell(fault)
        except CivicNetError as error:
            filled.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("The assessment of %(person)s is filed.") % {"person": subject.label})
            return HttpResponseRedirect(reverse("assessment_forms:fill", args=[form.pk]))
    return _fill_page(request, form, subject, filled, status=status)


def _fill_page(
    request: HttpRequest, form: AssessmentForm, subject: Subject, filled: FillForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "subject": subject,
        "filled": filled,
        "already": bool(filed_subjects(form, [subject.key])),
    }
    return _page(request, "assessment/fill.html", form.title, context, status=status)


def _new_items(rows: Any) -> list[NewItem]:
    filled = [row.cleaned_data for row in rows if row.has_changed()]
    return [
        NewItem(f"item-{place}", row["label"], row["most"], row["method"], row["element"], row["kept_reason"])
        for place, row in enumerate(filled, start=1)
    ]


def _page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("assessment_forms:index"), "label": _("Assessment forms")},
        {"url": "", "label": title},
    ]
    furniture = {"breadcrumbs_items": crumbs, "header_icon": "form", "header_title": title}
    return render(request, template, {**context, **furniture}, status=status)
