"""Setting up: who writes, and who reviews in which order."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Workflow, WorkflowPage
from wagtail.models import WorkflowTask as Step

from civicnet.contract import Actor, require
from civicnet.ledger.services import record
from civicnet_publicity import permissions
from civicnet_publicity.models import ReviewTask, StepKind

# The sites share one workflow, which is found again by its name, so the name is the same in every language.
WORKFLOW = "三审三校"


# Six steps in eight hours each: two working days, within which news of meetings has to be out.
HOURS = 8


@transaction.atomic
def set_up_reviews(
    *,
    first: Group,
    second: Group,
    final: Group,
    actor: Actor,
    proofreaders: Group | None = None,
    page: Page | None = None,
) -> Workflow:
    """Let everything below a page pass three reviews and three proofreads before it is published: each review is of a text that
    was proofread since the one before.

    Proofreads are done by the group of their review, or by proofreaders where there are any. Without a page, everything on
    every site. Called again, it keeps the one workflow as it has been changed meanwhile, and gives its tasks these groups.
    """
    require(permissions.can_set_up(actor))
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    groups = {
        StepKind.REVIEW: [first, second, final],
        StepKind.PROOFREAD: [proofreaders or group for group in (first, second, final)],
    }
    if created:
        _add_steps(workflow)
    for kind, wanted in groups.items():
        tasks = ReviewTask.objects.filter(workflow_tasks__workflow=workflow, kind=kind)
        for task, group in zip(tasks.order_by("workflow_tasks__sort_order"), wanted, strict=False):
            task.groups.set([group])
            _let_in(group)
    names = [group.name for group in (first, second, final)]
    for root in [page] if page else Page.objects.filter(sites_rooted_here__isnull=False).distinct():
        _kept, new = WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
        if new:
            record(actor=actor, action="publicity.set_up_reviews", subject=root, after={"groups": names})
    return workflow


@transaction.atomic
def set_up_editors(*, page: Page, editors: Group, actor: Actor) -> None:
    """Let a group write below a page, with pictures and files, without the right to publish."""
    require(permissions.can_set_up(actor))
    for codename in ("add_page", "change_page"):
        GroupPagePermission.objects.get_or_create(group=editors, page=page, permission=_permission(codename))
    root = Collection.get_first_root_node()
    for codename in ("add_image", "choose_image", "add_document", "choose_document"):
        GroupCollectionPermission.objects.get_or_create(
            group=editors, collection=root, permission=_permission(codename)
        )
    _let_in(editors)
    record(actor=actor, action="publicity.set_up_editors", subject=page, after={"group": editors.name})


def _add_steps(workflow: Workflow) -> None:
    steps = (
        (StepKind.PROOFREAD, _("First proofread")),
        (StepKind.REVIEW, _("First review")),
        (StepKind.PROOFREAD, _("Second proofread")),
        (StepKind.REVIEW, _("Second review")),
        (StepKind.PROOFREAD, _("Third proofread")),
        (StepKind.REVIEW, _("Final review")),
    )
    for order, (kind, name) in enumerate(steps):
        task = ReviewTask.objects.create(name=name, kind=kind, hours=HOURS)
        Step.objects.create(workflow=workflow, task=task, sort_order=order)


def _let_in(group: Group) -> None:
    group.permissions.add(_permission("access_admin"))


def _permission(codename: str) -> Permission:
    apps = ("wagtailcore", "wagtailadmin", "wagtailimages", "wagtaildocs")
    return Permission.objects.get(codename=codename, content_type__app_label__in=apps)
