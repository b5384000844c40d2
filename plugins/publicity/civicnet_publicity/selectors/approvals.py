"""Approval sheets: which of them a person may read, whether they are what was sealed, and what is still to be made up."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from civicnet.contract import Actor
from civicnet.ledger.selectors import recorded_after
from civicnet_publicity.models import ApprovalSheet, MadeUpStep
from civicnet_publicity.permissions import can_see_sheets
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.version_texts import digest_of


def visible_sheets(actor: Actor) -> QuerySet[ApprovalSheet]:
    """All of them for whoever may read them all; otherwise those of articles that the actor may change, and those on which the
    actor's groups have something to make up.
    """
    sheets = ApprovalSheet.objects.order_by("-sealed_at", "-pk")
    if can_see_sheets(actor):
        return sheets
    if actor.kind != "staff":
        return sheets.none()
    mine = Desk(actor).articles().order_by().values("pk")
    open_here = open_to(actor).values("sheet")
    return sheets.filter(Q(article__in=mine) | Q(pk__in=open_here))


def sheet_for(actor: Actor, pk: int) -> ApprovalSheet | None:
    """One sheet, if the actor may read it."""
    return visible_sheets(actor).filter(pk=pk).first()


def is_intact(sheet: ApprovalSheet) -> bool:
    """Whether a sheet is what was sealed: its facts have the digest that stands in the audit."""
    sealed = recorded_after(sheet, action="publicity.seal_sheet")
    return bool(sealed.get("digest") == sheet.digest == digest_of(sheet.facts))


def open_to(actor: Actor) -> QuerySet[MadeUpStep]:
    """Steps still to be made up that belong to the actor's groups, what is due first on top. Authors are among them: the screen
    tells them why it is not theirs.
    """
    steps = MadeUpStep.objects.filter(done_at=None)
    if actor.kind != "staff":
        return steps.none()
    return steps.filter(task__groups__user=int(actor.id)).distinct().order_by("due_at", "pk")


def made_up_waiting(actor: Actor) -> list[MadeUpStep]:
    """Those of them that nothing keeps the actor from. The number of statements does not grow with them."""
    done = _done_by(actor.id)
    found = open_to(actor).select_related("sheet")
    return [step for step in found if not _distance(step, int(actor.id), done)]


def obstacle_to_make_up(step: MadeUpStep, person: Any) -> str:
    """Why this person may not make up this step, as a sentence; empty when they may."""
    if step.task is None or not step.task.groups.filter(user=person).exists():
        groups = ", ".join(map(str, step.task.groups.all())) if step.task else ""
        return _("This review belongs to: %(groups)s.") % {"groups": groups}
    return _distance(step, person.pk, _done_by(str(person.pk)))


def _done_by(person: str) -> set[tuple[int, str]]:
    return set(MadeUpStep.objects.filter(actor_id=person).exclude(done_at=None).values_list("sheet", "kind"))


def _distance(step: MadeUpStep, person: int, done: Container[tuple[int, str]]) -> str:
    facts = step.sheet.facts
    if person in facts["author_ids"]:
        return _("You worked on this text yourself: another person has to review it.")
    same = [one for one in facts["steps"] if one["kind"] == step.kind and one["status"] == "approved"]
    if (step.sheet_id, step.kind) in done or any(one["by_id"] == person for one in same):
        return _("You did another of these steps: each needs another person.")
    return ""
