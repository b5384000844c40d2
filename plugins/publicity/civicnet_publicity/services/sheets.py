"""Approval sheets: sealed when the last review approves, taken out with a record, completed by what is made up later."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision, TaskState, WorkflowState

from civicnet.access.models import User
from civicnet.contract import Actor, InvalidInput, NotFound, require
from civicnet.ledger.services import record
from civicnet.lifecycle.snapshot import plugin_settings
from civicnet_publicity.errors import AlreadyDecided, OwnText
from civicnet_publicity.hours import due_after
from civicnet_publicity.models import ApprovalSheet, ArticlePage, MadeUpStep, Verdict
from civicnet_publicity.permissions import can_take_sheets
from civicnet_publicity.selectors.approvals import obstacle_to_make_up, sheet_for
from civicnet_publicity.selectors.passages import passage_facts
from civicnet_publicity.version_texts import digest_of


@transaction.atomic
def seal_sheet(*, run: WorkflowState, revision: Revision, actor: Actor) -> ApprovalSheet:
    """Keep who did which step of which version, when and with what comment; what was left out is to be made up in time."""
    article = ArticlePage.objects.get(pk=run.object_id)
    facts = passage_facts(run, article, revision)
    now = timezone.now()
    sheet = ApprovalSheet.objects.create(
        run=run.pk,
        article=article,
        title=facts["title"],
        is_urgent=facts["urgent"] is not None,
        facts=facts,
        digest=digest_of(facts),
        sealed_at=now,
    )
    due = due_after(now, int(plugin_settings("publicity")["make_up_hours"]))
    left_out = run.task_states.filter(status=TaskState.STATUS_SKIPPED, revision=revision).select_related("task")
    for state in left_out.order_by("pk"):
        task = state.task.specific
        MadeUpStep.objects.create(sheet=sheet, task=task, name=task.name, kind=task.kind, due_at=due)
    after = {"digest": sheet.digest, "revision": revision.pk}
    record(actor=actor, action="publicity.seal_sheet", subject=sheet, after=after)
    return sheet


@transaction.atomic
def make_up(*, step: int, actor: Actor, verdict: str, comment: str = "") -> MadeUpStep:
    """Say of a published text what a step that was left out would have said.

    Raises:
        NotFound: there is no such step.
        AlreadyDecided: somebody was faster.
        OwnText: something keeps this person from it; the sentence says what.
        InvalidInput: the verdict is none, or an objection without a comment.
    """
    found = MadeUpStep.objects.select_for_update().filter(pk=step).first()
    if found is None:
        raise NotFound()
    if found.done_at is not None:
        raise AlreadyDecided()
    person = User.objects.get(pk=actor.id) if actor.kind == "staff" else None
    if person is None or (obstacle := obstacle_to_make_up(found, person)):
        raise OwnText(obstacle if person else "")
    comment = comment.strip()
    if verdict not in Verdict.values or (verdict == Verdict.OBJECTED and not comment):
        raise InvalidInput(_("Say what has to be corrected."), field="comment")
    found.verdict, found.comment, found.done_at = verdict, comment, timezone.now()
    found.actor_id, found.actor_label = actor.id, actor.label[:150]
    found.save()
    after = {"review": found.name, "verdict": verdict}
    record(actor=actor, action="publicity.make_up_review", subject=found.sheet, after=after, reason=comment)
    return found


@transaction.atomic
def take_sheet(*, sheet: int, actor: Actor) -> ApprovalSheet:
    """A sheet to be taken out of the house; that it was, is recorded.

    Raises:
        Refused: the actor may not take sheets out.
        NotFound: there is no such sheet, or the actor may not read it.
    """
    require(can_take_sheets(actor))
    found = sheet_for(actor, sheet)
    if found is None:
        raise NotFound()
    record(actor=actor, action="publicity.take_sheet", subject=found, after={"digest": found.digest})
    return found
