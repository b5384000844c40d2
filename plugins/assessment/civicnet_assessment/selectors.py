"""What an actor may see of forms and assessments. Nothing here sorts people by their points, and nothing may."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from civicnet.access.models import Organisation, OrganisationKind
from civicnet.access.scope import within
from civicnet.contract import Actor
from civicnet.exchange.permissions import borne_within
from civicnet.ledger.among import Among
from civicnet_assessment.models import Assessment, AssessmentForm, AssessmentItem, AssessmentScore, State
from civicnet_assessment.permissions import ADD_FORM, VIEW, VIEW_FORM
from civicnet_assessment.scores import tidy

# Subdistricts and towns organise assessment; communities and villages are assessed by them.
BELOW_ASSESSMENT = (OrganisationKind.COMMUNITY, OrganisationKind.VILLAGE)


def visible_forms(actor: Actor) -> QuerySet[AssessmentForm]:
    """Forms of the actor's organisations, and those opened above them: they are filled in below."""
    return AssessmentForm.objects.filter(within(actor, VIEW_FORM) | Q(organisation__path__in=paths_above(actor)))


def paths_above(actor: Actor) -> set[str]:
    """Paths of organisations above those in which the actor sees forms."""
    return {
        path[:end]
        for path in actor.paths(VIEW_FORM)
        for end in range(Organisation.steplen, len(path), Organisation.steplen)
    }


def items_of(forms: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """The items of forms that were found to be seen, in order. One statement."""
    rows: dict[int, list[dict[str, Any]]] = {}
    items = AssessmentItem.objects.filter(form__in=list(forms)).order_by("order", "id")
    for row in items.values("form_id", "code", "label", "most", "method"):
        rows.setdefault(row["form_id"], []).append({**row})
    return rows


def open_forms(actor: Actor, on: date) -> QuerySet[AssessmentForm]:
    """Those of the visible forms that can be filled in on a day."""
    return visible_forms(actor).filter(opens__lte=on, closes__gte=on)


def places_for_forms(actor: Actor) -> QuerySet[Organisation]:
    """The organisations for which the actor may open forms, down to subdistricts and towns."""
    here = Q(pk__in=[])
    for path in actor.paths(ADD_FORM):
        here |= Q(path__startswith=path)
    places: QuerySet[Organisation] = Organisation.objects.filter(here).exclude(kind__in=BELOW_ASSESSMENT)
    return places.order_by("path")


def filed_subjects(form: AssessmentForm, keys: Iterable[str]) -> set[str]:
    """Which of these subjects have been assessed on a form; whoever may fill it in needs to know that much."""
    return set(form.assessments.filter(subject_key__in=list(keys)).values_list("subject_key", flat=True))


def forms_asked(actor: Actor, since: datetime) -> QuerySet[AssessmentForm]:
    """Forms that were filed since then, or can be filed yet, about people of the actor's area; with ``filed``, how often.

    As far as the actor may see burdens.
    """
    filed = Q(assessments__state=State.FILED, assessments__filed_at__gte=since)
    borne = filed & borne_within(actor, field="assessments__organisation")
    asked = AssessmentForm.objects.annotate(filed=Count("assessments", filter=borne))
    own = borne_within(actor) & Q(closes__gte=timezone.localdate())
    return asked.filter(own | Q(filed__gt=0)).select_related("organisation").prefetch_related("items").order_by("pk")


def visible_assessments(actor: Actor) -> QuerySet[Assessment]:
    """Assessments of people who serve in the actor's organisations, latest first."""
    return Assessment.objects.filter(within(actor, VIEW)).order_by("-filed_at", "-pk")


def filed_assessments(actor: Actor) -> QuerySet[Assessment]:
    """Those of the visible ones that count, with their scores."""
    return _with_scores(visible_assessments(actor).filter(state=State.FILED))


def assessments_of(pairs: Iterable[tuple[int, str]], *, lock: bool = False) -> QuerySet[Assessment]:
    """What is held of these forms and keys of people, whoever may read it: whoever files on a form has to know that much."""
    wanted = [*pairs]
    if not wanted:
        return Assessment.objects.none()
    found = Assessment.objects.filter(
        Among("subject_key", {key for _form, key in wanted}), form__in={form for form, _key in wanted}
    )
    return _with_scores(found.select_for_update(of=("self",)) if lock else found)


def subjects_assessed(subjects: Collection[str]) -> list[str]:
    """Which of these subjects an assessment speaks of, whoever may read it. One statement."""
    found = Assessment.objects.filter(Among("subject_key", subjects)).order_by()
    return list(found.values_list("subject_key", flat=True).distinct())


def forms_named(actor: Actor, named: Iterable[tuple[int, str]] | None) -> list[AssessmentForm]:
    """Visible forms of years with titles, as sheets name them, or those open today; with organisation and items."""
    forms = visible_forms(actor).select_related("organisation").prefetch_related("items")
    if named is None:
        today = timezone.localdate()
        return list(forms.filter(opens__lte=today, closes__gte=today))
    wanted = {*named}
    found = forms.filter(year__in={year for year, _title in wanted})
    return [form for form in found if (form.year, tidy(form.title)) in wanted]


def _with_scores(assessments: QuerySet[Assessment]) -> QuerySet[Assessment]:
    scores = AssessmentScore.objects.select_related("item").order_by("item__order", "item_id")
    return assessments.select_related("form__organisation", "assessor").prefetch_related(
        Prefetch("scores", queryset=scores)
    )
