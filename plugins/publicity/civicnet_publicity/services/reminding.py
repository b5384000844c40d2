"""Reminders: whoever may decide what is overdue is written to, once for each step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from civicnet.access.models import User
from civicnet_publicity.models import ArticlePage, Deadline, MadeUpStep, ReviewTask
from civicnet_publicity.selectors.approvals import obstacle_to_make_up
from civicnet_publicity.selectors.passages import moment


def remind_overdue() -> int:
    """Send what is overdue and was not reminded of; returns how many steps. What cannot be sent is tried again next time.

    Raises:
        OSError: the mail server takes nothing. The steps that are not reminded of yet stay so.
    """
    now = timezone.now()
    late = Deadline.objects.filter(
        due_at__lte=now, reminded_at=None, state__status=TaskState.STATUS_IN_PROGRESS
    ).order_by("due_at")
    count = sum(_remind_of_step(pk) for pk in late.values_list("pk", flat=True))
    left_out = MadeUpStep.objects.filter(due_at__lte=now, reminded_at=None, done_at=None).order_by("due_at")
    return count + sum(_remind_of_made_up(pk) for pk in left_out.values_list("pk", flat=True))


@transaction.atomic
def _remind_of_step(pk: int) -> bool:
    # Whoever changes the row reminds: a second process finds nothing to change.
    if not Deadline.objects.filter(pk=pk, reminded_at=None).update(reminded_at=timezone.now()):
        return False
    state = TaskState.objects.select_related("task", "workflow_state", "revision", "deadline").get(pk=pk)
    task = state.task.specific
    if not isinstance(task, ReviewTask):
        return False
    people = [one for one in _members(task) if not task.obstacle(state, one)]
    article = ArticlePage.objects.get(pk=state.workflow_state.object_id)
    _write(people, article.draft_title, task.name, state.deadline.due_at, _address(article.pk))
    return True


@transaction.atomic
def _remind_of_made_up(pk: int) -> bool:
    if not MadeUpStep.objects.filter(pk=pk, reminded_at=None).update(reminded_at=timezone.now()):
        return False
    step = MadeUpStep.objects.select_related("sheet", "task").get(pk=pk)
    people = [one for one in _members(step.task) if not obstacle_to_make_up(step, one)]
    address = settings.WAGTAILADMIN_BASE_URL + reverse("publicity_sheets:sheet", args=[step.sheet_id])
    _write(people, step.sheet.title, step.name, step.due_at, address)
    return True


def _members(task: ReviewTask | None) -> Iterable[User]:
    if task is None:
        return ()
    people = User.objects.filter(groups__in=task.groups.all(), is_active=True).exclude(email="")
    return people.distinct().order_by("pk")


def _address(article: int) -> str:
    return str(settings.WAGTAILADMIN_BASE_URL + reverse("wagtailadmin_pages:edit", args=[article]))


def _write(people: Iterable[User], title: str, step: str, due: Any, address: str) -> None:
    messages = [_letter(person, title, step, due, address) for person in people]
    if messages:
        get_connection().send_messages(messages)


def _letter(person: User, title: str, step: str, due: Any, address: str) -> EmailMessage:
    profile = getattr(person, "wagtail_userprofile", None)
    with translation.override(profile.get_preferred_language() if profile else settings.LANGUAGE_CODE):
        gaps = {"title": title, "step": step, "due": moment(due)[:16], "address": address}
        subject = _("Overdue: %(step)s of “%(title)s”") % gaps
        body = _(
            "“%(title)s” has been waiting for its %(step)s, which was due at %(due)s.\n\nOpen it: %(address)s\n\n"
            "This reminder is sent once."
        )
        # A title may hold what ends a header.
        return EmailMessage(" ".join(subject.split()), body % gaps, None, [person.email])
