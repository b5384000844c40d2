"""Filing many: what assessors filled in away from the screens, by the rules of filing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from civicnet.access.models import Organisation
from civicnet.contract import Actor, require
from civicnet.ledger.bulk import add_rows, remove_rows
from civicnet.ledger.images import bears, not_kept
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.ledger.undoing import CHANGED_SINCE, GONE, REMOVED
from civicnet.lifecycle.hooks import announce
from civicnet_assessment.events import AssessmentFiled
from civicnet_assessment.hookspecs import Subject
from civicnet_assessment.models import Assessment, AssessmentForm, AssessmentScore, State
from civicnet_assessment.permissions import can_assess
from civicnet_assessment.services.filing import CENT, check_points, check_subject

_FACTS = (
    "form_id",
    "subject_key",
    "subject_label",
    "organisation_id",
    "assessor_id",
    "state",
    "total",
    "comment",
    "filed_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """One form filled in about one subject; ``row`` is where it stands in the file, the rest as in ``file_assessment``.

    ``form`` comes with its organisation and its items.
    """

    row: int
    form: AssessmentForm
    subject: Subject
    points: Mapping[str, Decimal]
    comment: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def file_assessments(*, filled: Sequence[FilledForm], actor: Actor) -> dict[str, int]:
    """File forms about many people; ``actor`` answers for all of them. Returns how many.

    The number of statements does not grow with them.

    Raises:
        SubjectUnknown, Refused, OwnAssessment, FormClosed, PointsInvalid: as ``file_assessment`` says; nothing was filed.
        IntegrityError: somebody has been assessed on a form already; nothing was filed.
    """
    require(actor.kind == "staff")
    places = Organisation.objects.in_bulk({one.subject.organisation_id for one in filled})
    for one in filled:
        check_subject(one.form, one.subject, places.get(one.subject.organisation_id), actor)
        check_points(list(one.form.items.all()), one.points)
    rows = [row for one in filled for row in _scores(one)]
    keys = add_rows(
        actor=actor,
        model=Assessment,
        fields=_FACTS,
        rows=[_facts(one, actor) for one in filled],
        origins=[one.row for one in filled],
    )
    made = {one.row: key for one, key in zip(filled, keys, strict=True)}
    # They go with their assessment: see ``take_back_assessment``.
    with not_kept():
        add_rows(
            actor=actor,
            model=AssessmentScore,
            fields=("assessment_id", "item_id", "points", "note"),
            rows=[(made[row], *facts) for row, *facts in rows],
        )
    if filled:
        span = {"first_row": filled[0].row, "last_row": filled[-1].row, "filed": len(filled)}
        record(actor=actor, action="assessment.file_assessments", subject=filled[0].form, after=span)
    for one in filled:
        announce(AssessmentFiled(assessment_id=made[one.row], form_id=one.form.pk, subject_key=one.subject.key))
    return {"created": len(filled)}


@transaction.atomic
def take_back_assessment(*, key: int, mark: str, before: Mapping[str, Any] | None, actor: Actor) -> str:
    """Take back that a sheet filed an assessment, with its scores, by its mark of then.

    Returns REMOVED; GONE where it is not there any more, CHANGED_SINCE where somebody has touched it, or forgotten the person.

    Raises:
        Refused: the actor may not assess people of its organisation any more.
    """
    held = (
        Assessment.objects.select_for_update(of=("self",)).select_related("organisation", "form").filter(pk=key).first()
    )
    if held is None:
        return GONE
    if not bears([getattr(held, name) for name in _FACTS], mark):
        return CHANGED_SINCE
    require(can_assess(actor, held.organisation))
    record(actor=actor, action="assessment.take_back", subject=held, operation=Operation.DELETE)
    remove_rows(actor=actor, model=AssessmentScore, keys=list(held.scores.values_list("pk", flat=True)))
    held.delete()
    return REMOVED


def _facts(one: FilledForm, actor: Actor) -> tuple[object, ...]:
    # As the database gives it back, or nobody could tell later that it is still the same.
    total = sum(one.points.values(), Decimal(0)).quantize(CENT)
    who = (one.subject.key, one.subject.label[:200], one.subject.organisation_id, int(actor.id))
    return (one.form.pk, *who, State.FILED.value, total, one.comment.strip(), timezone.now())


def _scores(one: FilledForm) -> list[tuple[int, int, Decimal, str]]:
    return [
        (one.row, item.pk, one.points[item.code].quantize(CENT), one.notes.get(item.code, ""))
        for item in one.form.items.all()
    ]
