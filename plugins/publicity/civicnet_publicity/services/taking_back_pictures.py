"""Taking back pictures that a file brought: those that nobody uses by now go, others stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from wagtail.images import get_image_model
from wagtail.images.permissions import permission_policy
from wagtail.log_actions import log
from wagtail.models import Page, ReferenceIndex

from civicnet.contract import Actor, require
from civicnet.ledger.images import bears, mark_of
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.ledger.undoing import CHANGED_SINCE, GONE, REFERRED_TO, REMOVED
from civicnet_publicity.models import ArticlePage
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.types import references_in


def mark_of_picture(picture: Any) -> str:
    """How a picture was left: its content, and what people read of it."""
    return mark_of(_facts(picture))


@transaction.atomic
def take_back_picture(*, key: int, mark: str, before: Mapping[str, Any] | None, actor: Actor, desk: Desk) -> str:
    """Take back that a file put a picture into the library, by its mark of then.

    Returns REMOVED, or why it stays: GONE, CHANGED_SINCE where somebody has written something else about it or put another file
    in its place, REFERRED_TO where something that is written by now shows it, be it a draft.

    Raises:
        Refused: the picture is not the actor's to delete.
    """
    picture = get_image_model().objects.select_for_update(of=("self",)).filter(pk=key).first()
    if picture is None:
        return GONE
    if not bears(_facts(picture), mark):
        return CHANGED_SINCE
    if _is_used(picture):
        return REFERRED_TO
    require(desk.is_system or permission_policy.user_has_permission_for_instance(desk.user, "delete", picture))
    record(
        actor=actor,
        action="publicity.take_back_picture",
        subject=picture,
        before={"title": picture.title},
        operation=Operation.DELETE,
    )
    log(instance=picture, action="wagtail.delete", user=desk.user)
    picture.delete()
    return REMOVED


def _is_used(picture: Any) -> bool:
    if ArticlePage.objects.filter(image=picture).exists() or ReferenceIndex.get_references_to(picture).exists():
        return True
    # The index knows neither drafts nor what its task has not looked at yet; only what was written since can name it.
    since = Page.objects.filter(latest_revision__created_at__gte=picture.created_at).order_by()
    names = re.compile(rf'(?:"(?:value|image|poster|id)": ?|id=\\*"){picture.pk}\b')
    parts = ("image", "body", "field_values")
    contents = since.values_list(*(f"latest_revision__content__{name}" for name in parts)).iterator()
    sought = (type(picture), str(picture.pk))
    # To the end, also where the first one has it: a cursor that is left open is closed later, and breaks what runs by then.
    found = [
        image == picture.pk or names.search(body or "") or any(one == sought for one, _path in references_in(values))
        for image, body, values in contents
    ]
    return any(found)


def _facts(picture: Any) -> list[Any]:
    return [picture.file_hash, picture.title, picture.description]
