"""Ending posts by hand: a roster never does it for people it merely does not name."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Conflict, InvalidInput, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.events import PostEnded
from civicnet_grid.models import Post
from civicnet_grid.permissions import can_end_post


@transaction.atomic
def end_post(*, post: Post, last_day: date, actor: Actor, reason: str) -> None:
    """Let a post end after a day; the row stays as history, and somebody else can be given the post.

    Raises:
        Refused: the actor does not look after this grid.
        InvalidInput: no reason was given, or the day lies before the post's first.
        Conflict: the post has already ended.
    """
    require(can_end_post(actor, post))
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason is kept with the change."), field="reason")
    current = Post.objects.select_for_update().get(pk=post.pk)
    if current.valid_to is not None:
        raise Conflict(_("This post has already ended."), field="last_day")
    if last_day < current.valid_from:
        raise InvalidInput(_("The last day lies before the first."), field="last_day")
    post.valid_to = last_day
    post.save(update_fields=["valid_to"])
    after = {"valid_to": last_day.isoformat()}
    record(actor=actor, action="grid.end_post", subject=post, before={"valid_to": None}, after=after, reason=reason)
    announce(PostEnded(post_id=post.pk, grid_code=post.grid.code, last_day=last_day.isoformat()))
