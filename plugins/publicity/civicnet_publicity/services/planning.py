"""Planning: what is to appear in a column by which day, and who sees to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import User
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record
from civicnet_publicity.errors import PlanGone
from civicnet_publicity.models import ArticlePage, ColumnPage, Phase, PlannedArticle, PlanState
from civicnet_publicity.selectors.desks import Desk

LONGEST_TOPIC = 120
LONGEST_REASON = 200


@transaction.atomic
def plan_article(
    *,
    actor: Actor,
    desk: Desk,
    column: ColumnPage,
    topic: str,
    due_on: date,
    owner: User | None = None,
    phase: str | None = None,
    article: ArticlePage | None = None,
    pk: int | None = None,
) -> PlannedArticle:
    """Plan an article for a column, or change what is planned; saying the same twice changes nothing.

    Without a ``phase`` it is planned for the one in which the column's campaign is now. An ``article`` that readers see
    already makes it done at once; one that they do not see yet, when they do.

    Raises:
        Refused: the actor may not write in the column, or not in that for which it was planned.
        InvalidInput: there is no topic or one too long, the day has passed, the owner may not write there, the phase is none,
            or the article stands in another column.
        PlanGone: it is not planned any more.
    """
    require(desk.may_add_to(column))
    plan = _open(pk, desk) if pk else PlannedArticle()
    topic = topic.strip()
    if not topic or len(topic) > LONGEST_TOPIC:
        raise InvalidInput(_("Say in 1 to %(most)d signs what is to appear.") % {"most": LONGEST_TOPIC}, field="topic")
    if due_on < timezone.localdate() and due_on != plan.due_on:
        raise InvalidInput(_("Choose today or a later day."), field="due_on")
    if owner is not None and owner != plan.owner and not desk.can_write_in(owner, column):
        raise InvalidInput(_("This person may not write in the column. Choose somebody who may."), field="owner")
    phase = column.phase if phase is None else phase
    if phase and phase not in Phase.values:
        raise InvalidInput(_("There is no such phase: choose launch, push or steady."), field="phase")
    if article is not None and not article.is_child_of(column):
        raise InvalidInput(_("This article stands in another column. Choose one of this column."), field="article")
    before = _facts(plan) if pk else {}
    plan.column, plan.topic, plan.due_on, plan.owner = column, topic, due_on, owner
    plan.phase, plan.article = phase, article
    if before == _facts(plan):
        return plan
    plan.save()
    record(actor=actor, action="publicity.plan_article", subject=plan, before=before, after=_facts(plan))
    if article is not None and article.live:
        _close(plan, PlanState.DONE, actor)
    return plan


@transaction.atomic
def close_plan(*, actor: Actor, desk: Desk, pk: int, done: bool, reason: str) -> PlannedArticle:
    """Say of a planned article that it is done, or that it is given up, and why; what is published is done by itself.

    Raises:
        Refused: the actor may not write in its column.
        InvalidInput: no reason was given, or one too long.
        PlanGone: it is not planned any more.
    """
    plan = _open(pk, desk)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        said = _("Say in 1 to %(most)d signs why, for example where it appeared.") % {"most": LONGEST_REASON}
        raise InvalidInput(said, field="reason")
    return _close(plan, PlanState.DONE if done else PlanState.DROPPED, actor, reason)


def follow_plans(*, article: ArticlePage, actor: Actor) -> None:
    """What was planned with an article is done when readers see it, in the caller's transaction.

    It stays done, whatever becomes of the article.
    """
    for plan in PlannedArticle.objects.select_for_update(of=("self",)).filter(article=article, state=PlanState.OPEN):
        _close(plan, PlanState.DONE, actor)


def _close(plan: PlannedArticle, state: PlanState, actor: Actor, reason: str = "") -> PlannedArticle:
    plan.state, plan.reason = state, reason
    plan.done_at = timezone.now() if state == PlanState.DONE else None
    plan.save(update_fields=["state", "reason", "done_at"])
    before, after = {"state": PlanState.OPEN.value}, {"state": str(plan.state)}
    record(actor=actor, action="publicity.close_plan", subject=plan, before=before, after=after, reason=reason)
    return plan


def _open(pk: int, desk: Desk) -> PlannedArticle:
    plan = PlannedArticle.objects.select_for_update(of=("self",)).filter(pk=pk, state=PlanState.OPEN).first()
    if plan is None:
        raise PlanGone()
    require(desk.may_add_to(plan.column))
    return plan


def _facts(plan: PlannedArticle) -> dict[str, Any]:
    # The audit names an account by its number: it outlives the name.
    return {
        "column": plan.column_id,
        "topic": plan.topic,
        "due_on": plan.due_on.isoformat(),
        "owner": plan.owner_id,
        "phase": plan.phase,
        "article": plan.article_id,
    }
