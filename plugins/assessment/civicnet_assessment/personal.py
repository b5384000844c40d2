"""Whoever was assessed, as a person: what is held about them, and forgetting who it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from civicnet.contract import Actor, PersonalQuery, PersonalRecord, require
from civicnet.ledger.services import record
from civicnet.lifecycle.personal import retention
from civicnet_assessment.models import Assessment, AssessmentScore

CHUNK = 200


def records_about(query: PersonalQuery) -> list[PersonalRecord]:
    """What was filed about the person, by the keys under which other plugins know them."""
    found: list[PersonalRecord] = []
    for one in _assessments(query).select_related("form"):
        since = timezone.localdate(one.filed_at) if one.filed_at else None
        values = {"subject_label": one.subject_label, "comment": one.comment}
        label = f"{one.form} {one.total}"
        found.append(
            PersonalRecord(model="Assessment", key=str(one.pk), label=label, values=_filled(values), since=since)
        )
        for score in one.scores.select_related("item"):
            note = _filled({"note": score.note})
            found.append(
                PersonalRecord(model="AssessmentScore", key=str(score.pk), label=str(score), values=note, since=since)
            )
    return found


@transaction.atomic
def erase(*, query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Forget who was assessed and what was written; the points stay for the figures.

    Raises:
        Refused: not by a person; the host's command asks.
    """
    require(actor.kind == "system")
    return _forget(
        list(_assessments(query).select_for_update().order_by("pk")), "assessment.erase_subject", actor, reason
    )


def forget_expired(*, now: datetime, actor: Actor) -> int:
    """Forget whoever was assessed longer ago than the manifest allows; returns how many assessments."""
    require(actor.kind == "system")
    before = now - min(retention("assessment", "Assessment").values())
    done = 0
    while chunk := _forget_some(before, actor):
        done += chunk
    return done


@transaction.atomic
def _forget_some(before: datetime, actor: Actor) -> int:
    due = Assessment.objects.filter(filed_at__lt=before).exclude(subject_label=F("subject_key")).order_by("pk")
    return _forget(list(due.select_for_update()[:CHUNK]), "assessment.forget_subject", actor, "")


def _forget(assessments: list[Assessment], action: str, actor: Actor, reason: str) -> int:
    for one in assessments:
        # The key names nobody once the row it points to is forgotten as well.
        one.subject_label, one.comment = one.subject_key, ""
        one.save(update_fields=["subject_label", "comment"])
        AssessmentScore.objects.filter(assessment=one).update(note="")
        record(actor=actor, action=action, subject=one, reason=reason)
    return len(assessments)


def _assessments(query: PersonalQuery) -> QuerySet[Assessment]:
    return Assessment.objects.filter(subject_key__in=query.people).order_by("pk")


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
