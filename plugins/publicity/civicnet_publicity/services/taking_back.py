"""Taking back what a file wrote: a new page goes, a changed one gets its former text as a new version, by Wagtail's own acts.

Whatever somebody has done to a page since, it stays, and the reason says why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext
from wagtail.models import ReferenceIndex, Revision

from civicnet.contract import Actor, require
from civicnet.ledger.images import bears, mark_of
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record
from civicnet.ledger.undoing import CHANGED_SINCE, GONE, IN_HAND, REFERRED_TO, REMOVED, RESTORED
from civicnet_publicity.models import ArticlePage, ColumnPage, Placement, PlacementState
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.services.writing import rules_told

Content = dict[str, Any]
_OF_ANY_PAGE = ("title", "slug", "seo_title", "search_description", "show_in_menus", "go_live_at", "expire_at")


def former(page: Any, latest: Any) -> Mapping[str, Any]:
    """What it takes to bring a page back that is about to be written: what readers see of it, and what is written besides.

    ``page`` is as the database holds it, ``latest`` its latest version.
    """
    pending = not page.live or page.has_unpublished_changes
    return {"readers": _content(page) if page.live else None, "written": _content(latest) if pending else None}


def mark_of_page(page: Any) -> str:
    """How a page was left: what readers see of it, what is written besides, and where it stands.

    It is told by the words and not by numbers of versions, so of two files that changed a page the later one can be taken back
    first, and then the other.
    """
    return mark_of(_state(page))


def _state(page: Any) -> list[Any]:
    held = type(page).objects.get(pk=page.pk)
    readers = _words(held, _content(held))
    latest = held.latest_revision if held.has_unpublished_changes else None
    written = _words(held, latest.content) if latest is not None else readers
    return [held.live, held.get_parent().pk, written, readers if held.live else ""]


@transaction.atomic
def take_back_page(
    *,
    model: type[ArticlePage | ColumnPage],
    key: int,
    mark: str,
    before: Mapping[str, Any] | None,
    actor: Actor,
    desk: Desk,
) -> str:
    """Take back that a page was written, by its mark of then and, where it was changed, what it was ``former`` to that.

    Returns REMOVED or RESTORED, or why it stays: GONE, CHANGED_SINCE where it says something else, has other readers or another
    place by now, IN_HAND where it is locked or under review, REFERRED_TO where others have put it to use.

    Raises:
        Refused: the page is not the actor's to write, or they may not take down what readers see.
        InvalidInput: a rule of pages is against the former text.
        ChecksNotPassed: what readers saw does not pass today's checks.
    """
    pages: Any = model.objects
    page = pages.select_for_update(of=("page_ptr", "self")).filter(pk=key).first()
    if page is None:
        return GONE
    if not bears(_state(page), mark):
        return CHANGED_SINCE
    if page.locked or page.current_workflow_state is not None:
        return IN_HAND
    require(desk.may_change(page))
    shown = page.live and (before is None or before["readers"] is None or _differs(page, before["readers"]))
    require(not shown or _publishes(page, desk))
    vanishes = before is None or (shown and before["readers"] is None)
    if vanishes and _in_use(page):
        return REFERRED_TO
    with LogContext(user=desk.user):
        return _remove(page, actor, desk) if before is None else _restore(page, before, shown, actor, desk)


def _remove(page: Any, actor: Actor, desk: Desk) -> str:
    record(
        actor=actor,
        action="publicity.take_back_page",
        subject=page,
        before={"title": page.title},
        operation=Operation.DELETE,
    )
    DeletePageAction(page, user=desk.user).execute(skip_permission_checks=True)
    return REMOVED


def _restore(page: Any, before: Mapping[str, Any], shown: bool, actor: Actor, desk: Desk) -> str:
    readers, written = before["readers"], before["written"]
    if shown and readers is None:
        UnpublishPageAction(page, user=desk.user).execute(skip_permission_checks=True)
    elif shown:
        _version(page, readers, desk).publish(user=desk.user, skip_permission_checks=True)
        page = type(page).objects.get(pk=page.pk)
    if written is not None:
        _version(page, written, desk)
    elif not shown:
        _version(page, readers, desk)
        # The latest version is what readers see: nothing waits to be published any more.
        page.has_unpublished_changes = False
        page.save(update_fields=["has_unpublished_changes"], clean=False)
    # Or a picture that only the file had put there would count as in use, until a task looks.
    ReferenceIndex.create_or_update_for_object(type(page).objects.get(pk=page.pk))
    record(actor=actor, action="publicity.restore_page", subject=page, after={"title": (written or readers)["title"]})
    return RESTORED


def _version(page: Any, content: Content, desk: Desk) -> Revision:
    version = page.with_content_json(dict(content))
    if isinstance(page, ArticlePage) and page.first_published_at:
        # Readers have seen the number, so it is permanent.
        version.index_number = page.index_number
    with rules_told():
        version.full_clean()
    revision: Revision = version.save_revision(user=desk.user, log_action=True, clean=False)
    return revision


def _publishes(page: Any, desk: Desk) -> bool:
    return desk.may_publish(page) or (isinstance(page, ArticlePage) and desk.publishes_articles)


def _in_use(page: Any) -> bool:
    """Whether others have put it to use: placed it elsewhere by hand, or filled the column."""
    placed = Placement.objects.filter(state=PlacementState.PLACED)
    if isinstance(page, ArticlePage):
        wished = page.also_in.values_list("pk", flat=True)
        return bool(placed.filter(article=page.pk).exclude(column__in=list(wished)).exists())
    wishes = page.wished_articles.exists()
    return bool(page.get_children().exists() or wishes or placed.filter(column=page.pk).exists())


def _differs(page: Any, content: Content) -> bool:
    return _words(page, _content(page)) != _words(page, content)


def _words(page: Any, content: Content) -> str:
    """What people write of a page; the rest moves with each version."""
    own = [one.name for one in (*page._meta.local_fields, *page._meta.local_many_to_many) if not one.primary_key]
    told = {name: content.get(name) for name in (*_OF_ANY_PAGE, *own)}
    return json.dumps({name: sorted(one) if isinstance(one, list) else one for name, one in told.items()})


def _content(page: Any) -> Content:
    content: Content = json.loads(json.dumps(page.serializable_data(), cls=DjangoJSONEncoder))
    return content
