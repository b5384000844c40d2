"""Receivers of Wagtail's signals: each finds out who acts, and calls one service.

They also run while the plugin is off: what readers may see must not drift from what is published meanwhile. And an act
that cannot be recorded does not happen, so all are strict.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, PageViewRestriction, TaskState
from wagtail.signals import page_published, page_unpublished, post_page_move, task_approved, task_rejected

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.contract import Actor
from civicnet.lifecycle.receivers import plugin_receiver
from civicnet_publicity.models import ArticlePage, ReviewTask
from civicnet_publicity.services import (
    follow_approval,
    follow_move,
    follow_publication,
    follow_unpublication,
    look_below_soon,
    record_review,
    take_back_copy,
)

# What becomes untrue if it is not heard, or must not happen unrecorded.
_hear = partial(plugin_receiver, plugin="publicity", while_off=True, strict=True)


@_hear(page_published, name="page_published", sender=ArticlePage)
def _published(sender: type, instance: Any, revision: Any = None, **_given: Any) -> None:
    if not instance.live:
        # Wagtail says "published" also of what is approved for later.
        follow_approval(article=instance, actor=_actor())
    elif not take_back_copy(article=instance, revision=revision, actor=_actor()):
        follow_publication(article=instance, actor=_actor())


@_hear(page_unpublished, name="page_unpublished", sender=ArticlePage)
def _unpublished(sender: type, instance: Any, **_given: Any) -> None:
    follow_unpublication(article=instance, actor=_actor())


@_hear((task_approved, task_rejected), name="task_decided")
def _reviewed(sender: type, instance: TaskState, user: User | None = None, **_given: Any) -> None:
    if isinstance(instance.task.specific, ReviewTask):
        record_review(task_state=instance, actor=_actor(user))


@_hear(post_page_move, name="post_page_move")
def _moved(sender: type, instance: Page, **_given: Any) -> None:
    follow_move(page=instance)


@_hear((post_save, post_delete), name="view_restriction", sender=PageViewRestriction)
def _restricted(sender: type, instance: PageViewRestriction, **_given: Any) -> None:
    look_below_soon(page=instance.page)


def _actor(user: User | None = None) -> Actor:
    # Wagtail's signals do not carry the person; the admin notes who is at work for its own log.
    person = user or get_active_log_context().user
    return staff_actor(person) if person is not None else SYSTEM
