"""Filing: one form, one person, every item scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.contract import Actor, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_assessment.errors import AlreadyFiled, FormClosed, OwnAssessment, PointsInvalid, SubjectUnknown
from civicnet_assessment.events import AssessmentFiled
from civicnet_assessment.hookspecs import Subject
from civicnet_assessment.models import Assessment, AssessmentForm, AssessmentItem, AssessmentScore, State
from civicnet_assessment.permissions import can_assess
from civicnet_assessment.subjects import subject_of

CENT = Decimal("0.01")


@transaction.atomic
def file_assessment(
    *,
    form: AssessmentForm,
    subject_key: str,
    points: Mapping[str, Decimal],
    actor: Actor,
    comment: str = "",
    notes: Mapping[str, str] | None = None,
) -> Assessment:
    """File a form about somebody; ``points`` and ``notes`` are by the codes of the items.

    Raises:
        SubjectUnknown: the actor sees nobody with this key, or they serve elsewhere than the form is for.
        Refused: the actor may not assess people of that organisation, or is that person (OwnAssessment).
        FormClosed: the form is not open today.
        PointsInvalid: an item lacks points, has too many, or is not of this form.
        AlreadyFiled: this person has been assessed on this form.
    """
    subject = subject_of(actor, subject_key)
    if subject is None:
        raise SubjectUnknown(field="subject_key")
    organisation = check_subject(form, subject, Organisation.objects.filter(pk=subject.organisation_id).first(), actor)
    items = list(form.items.all())
    check_points(items, points)
    assessment = _claim(form, subject, organisation, actor)
    assessment.state, assessment.filed_at = State.FILED, timezone.now()
    assessment.total, assessment.comment = sum(points.values(), Decimal(0)), comment.strip()
    assessment.save()
    AssessmentScore.objects.bulk_create(
        AssessmentScore(
            assessment=assessment, item=item, points=points[item.code], note=(notes or {}).get(item.code, "")
        )
        for item in items
    )
    after = {"form": form.pk, "subject": subject.key, "state": State.FILED.value}
    record(actor=actor, action="assessment.file_assessment", subject=assessment, after=after)
    announce(AssessmentFiled(assessment_id=assessment.pk, form_id=form.pk, subject_key=subject.key))
    return assessment


def check_subject(
    form: AssessmentForm, subject: Subject, organisation: Organisation | None, actor: Actor
) -> Organisation:
    """That the actor may file this form about this subject today, who serves in the organisation; it is returned.

    Raises:
        SubjectUnknown, Refused, OwnAssessment, FormClosed: as ``file_assessment`` says.
    """
    if organisation is None or not organisation.path.startswith(form.organisation.path):
        raise SubjectUnknown(field="subject_key")
    require(can_assess(actor, organisation))
    if subject.user_id is not None and str(subject.user_id) == actor.id:
        raise OwnAssessment(field="subject_key")
    if not form.opens <= timezone.localdate() <= form.closes:
        raise FormClosed(field="form")
    return organisation


def check_points(items: Sequence[AssessmentItem], points: Mapping[str, Decimal]) -> None:
    """That each item has points within its bounds, and nothing else has any.

    Raises:
        PointsInvalid: an item lacks points, has too many, or is not of this form.
    """
    faults: dict[str, Any] = {}
    for item in items:
        given = points.get(item.code)
        if given is None:
            faults[item.code] = _("Give points for this item.")
        elif not given.is_finite() or given < 0 or given > item.most:
            faults[item.code] = _("This item brings 0 to %(most)s points.") % {"most": item.most_text}
        elif given != given.quantize(CENT):
            faults[item.code] = _("Points have at most two decimals.")
    for code in points.keys() - {item.code for item in items}:
        faults[code] = _("This form has no such item.")
    if faults:
        raise PointsInvalid(faults)


def _claim(form: AssessmentForm, subject: Subject, organisation: Organisation, actor: Actor) -> Assessment:
    # The constraint decides between two assessors who file at once, not a look before.
    try:
        with transaction.atomic():
            return Assessment.objects.create(
                form=form,
                subject_key=subject.key,
                subject_label=subject.label[:200],
                organisation=organisation,
                assessor_id=int(actor.id),
                state=State.DRAFT,
            )
    except IntegrityError as error:
        raise AlreadyFiled(field="subject_key") from error
