"""Reviews that run: the board that shows where each article stands, since when, and what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from wagtail.models import WorkflowState

from civicnet.contract import Actor
from civicnet_publicity.models import ArticlePage, MadeUpStep, ReviewTask
from civicnet_publicity.permissions import can_see_sheets
from civicnet_publicity.selectors.approvals import open_to
from civicnet_publicity.selectors.desks import Desk

_ACTIVE = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)


@dataclass(frozen=True, slots=True)
class RunningReview:
    """One article on its way: at which step, with whom, since and until when."""

    article: int
    title: str
    step: str
    groups: tuple[str, ...]
    asked_by: str
    since: datetime
    due_at: datetime | None
    is_returned: bool
    is_urgent: bool
    # Whether whoever looks may open the article in the editor.
    opens: bool

    @property
    def is_overdue(self) -> bool:
        """Whether its step should have been decided by now."""
        return self.due_at is not None and not self.is_returned and self.due_at < timezone.now()


def running_reviews(actor: Actor) -> QuerySet[WorkflowState]:
    """Passages of articles that the actor may change or whose step is with the actor's groups; all for whoever may read all
    sheets. What is due first comes first.
    """
    runs: QuerySet[WorkflowState] = WorkflowState.objects.filter(
        status__in=_ACTIVE, content_type=ContentType.objects.get_for_model(ArticlePage)
    )
    if not can_see_sheets(actor):
        if actor.kind != "staff":
            return runs.none()
        mine = Desk(actor).articles().order_by().annotate(key=Cast("pk", TextField())).values("key")
        tasks = ReviewTask.objects.filter(groups__user=actor.id).values("pk")
        runs = runs.filter(Q(object_id__in=mine) | Q(current_task_state__task__in=tasks))
    due = F("current_task_state__deadline__due_at").asc(nulls_last=True)
    return runs.order_by("status", due, "created_at", "pk")


def rows_of(actor: Actor, runs: Sequence[WorkflowState]) -> list[RunningReview]:
    """The board's rows for one page of passages, loaded with ``for_board``. The number of statements does not grow with it."""
    written = set(
        Desk(actor).articles().filter(pk__in=[int(one.object_id) for one in runs]).values_list("pk", flat=True)
    )
    titles = dict(ArticlePage.objects.filter(pk__in=[one.object_id for one in runs]).values_list("pk", "draft_title"))
    wanted = {one.current_task_state.task_id for one in runs if one.current_task_state}
    tasks = {one.pk: one for one in ReviewTask.objects.filter(pk__in=wanted).prefetch_related("groups")}
    reviewed = set(ReviewTask.objects.filter(pk__in=tasks, groups__user=int(actor.id)).values_list("pk", flat=True))
    return [
        _row(one, titles, tasks, opens=int(one.object_id) in written or one.current_task_state.task_id in reviewed)
        for one in runs
        if one.current_task_state
    ]


def for_board(runs: QuerySet[WorkflowState]) -> QuerySet[WorkflowState]:
    """The same with all that a row tells, by one statement."""
    return runs.select_related(
        "current_task_state__task", "current_task_state__deadline", "requested_by", "urgent_path"
    )


def made_up_open(actor: Actor) -> QuerySet[MadeUpStep]:
    """Steps that are still to be made up: all for whoever may read all sheets, otherwise those of the actor's groups."""
    steps = MadeUpStep.objects.filter(done_at=None) if can_see_sheets(actor) else open_to(actor)
    return steps.select_related("sheet").order_by("due_at", "pk")


def reviews_anything(actor: Actor) -> bool:
    """Whether any step is with the actor's groups."""
    return actor.kind == "staff" and ReviewTask.objects.filter(groups__user=actor.id).exists()


def _row(run: WorkflowState, titles: dict[int, str], tasks: dict[int, ReviewTask], *, opens: bool) -> RunningReview:
    state = run.current_task_state
    task = tasks.get(state.task_id)
    deadline, path = getattr(state, "deadline", None), getattr(run, "urgent_path", None)
    return RunningReview(
        article=int(run.object_id),
        title=titles.get(int(run.object_id), ""),
        step=state.task.name,
        groups=tuple(str(group) for group in task.groups.all()) if task else (),
        asked_by=str(run.requested_by) if run.requested_by else "",
        since=state.started_at,
        due_at=deadline.due_at if deadline else None,
        is_returned=run.status == WorkflowState.STATUS_NEEDS_CHANGES,
        is_urgent=path is not None and path.revision_id == state.revision_id,
        opens=opens,
    )
