"""Receivers of Wagtail's signals: each finds out who acts, and calls one service.

They also run while the plugin is off: what readers may see must not drift from what is published meanwhile.
"""

from __future__ import annotations

from typing import Any

from wagtail.log_actions import get_active_log_context
from wagtail.models import TaskState
from wagtail.signals import page_published, page_unpublished, task_approved, task_rejected

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.contract import Actor


def connect() -> None:
    """Listen; called once, when all apps are ready."""
    from civicnet_publicity.models import ArticlePage

    page_published.connect(_published, sender=ArticlePage, dispatch_uid="publicity_published")
    page_unpublished.connect(_unpublished, sender=ArticlePage, dispatch_uid="publicity_unpublished")
    task_approved.connect(_reviewed, dispatch_uid="publicity_approved")
    task_rejected.connect(_reviewed, dispatch_uid="publicity_rejected")


def _published(sender: type, instance: Any, **_given: Any) -> None:
    from civicnet_publicity.services import follow_publication

    follow_publication(article=instance, actor=_actor())


def _unpublished(sender: type, instance: Any, **_given: Any) -> None:
    from civicnet_publicity.services import follow_unpublication

    follow_unpublication(article=instance, actor=_actor())


def _reviewed(sender: type, instance: TaskState, user: User | None = None, **_given: Any) -> None:
    from civicnet_publicity.models import ReviewTask
    from civicnet_publicity.services import record_review

    if isinstance(instance.task.specific, ReviewTask):
        record_review(task_state=instance, actor=_actor(user))


def _actor(user: User | None = None) -> Actor:
    # Wagtail's signals do not carry the person; the admin notes who is at work for its own log.
    person = user or get_active_log_context().user
    return staff_actor(person) if person is not None else SYSTEM
