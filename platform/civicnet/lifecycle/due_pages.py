"""Due pages: what was approved for a moment appears then, and what ends at a moment goes, whichever plugin it belongs to.

Wagtail keeps the moments and leaves it to somebody to act on them. We act within the minute, and make up in the order of the
clock for what nobody was there to do. Each page is a transaction of its own, in which its placements come and go with it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, Page, Revision

from civicnet.contract import Schedule
from civicnet.lifecycle.owners import plugin_of
from civicnet.lifecycle.snapshot import read

logger = logging.getLogger(__name__)

# As Wagtail's own command names them in its log, by which receivers know that nobody sits before a screen.
PUBLISHED, WITHDRAWN = "wagtail.publish.scheduled", "wagtail.unpublish.scheduled"


class PagesNotSettled(Exception):
    """Some pages raised and stay as they were, to be tried again; the rest is done. Kept beside the schedule's last run."""


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """One page's moment. Of two at the same moment it first appears: what its new version says of its end then holds."""

    at: datetime
    goes: bool
    pk: Any = field(compare=False)
    model: Any = field(compare=False)
    revision: int | None = field(compare=False, default=None)


def settle_due_pages() -> int:
    """Publish and withdraw what is due, in the order in which it became due; returns how many pages appeared or went.

    May run in any number of processes at once: each page is taken by one of them, and found settled by the others.

    Raises:
        PagesNotSettled: of the pages that failed; all others are done.
    """
    done, failed = 0, []
    for one in sorted(_due(timezone.now())):
        try:
            with transaction.atomic():
                done += _settle(one)
        # A stranger's model or receiver: whatever it raises, the pages after it are due just as well.
        except Exception as error:
            logger.exception("a page that is due could not be settled: %s %s", one.model.__name__, one.pk)
            failed.append(f"{one.model.__name__} {one.pk}: {type(error).__name__}")
    if failed:
        raise PagesNotSettled("; ".join(failed))
    return done


SCHEDULE = Schedule(
    "pages.settle_due",
    gettext_lazy("Publish and withdraw pages at their time"),
    settle_due_pages,
    every=timedelta(seconds=5),
    # Two runs at once do no harm, so a killed one is not waited for.
    lease=timedelta(seconds=30),
)


def _due(now: datetime) -> Iterator[_Due]:
    for model in _models():
        going = model._base_manager.filter(live=True, expire_at__lte=now)
        for pk, at in going.values_list("pk", "expire_at"):
            yield _Due(at, True, pk, model)
    coming = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at")
    for revision, kind, pk, at in coming.values_list("pk", "base_content_type", "object_id", "approved_go_live_at"):
        # What belongs to a plugin that is not loaded waits for it, here and where its page is taken.
        if model := ContentType.objects.get_for_id(kind).model_class():
            yield _Due(at, False, pk, model, revision)


def _models() -> Iterator[Any]:
    yield Page
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page):
            yield model


def _settle(one: _Due) -> bool:
    # Who works on the page this very moment is not waited for: the next look comes within the minute.
    rows = one.model._base_manager.select_for_update(skip_locked=True, no_key=True)
    row = rows.filter(pk=one.pk).first()
    found = getattr(row, "specific", row)
    if row is None or (isinstance(row, Page) and row.specific_class is None):
        return False
    return _withdraw(found) if one.goes else _publish(found, one.revision)


def _publish(page: Any, number: int | None) -> bool:
    now = timezone.now()
    revision = Revision.objects.filter(pk=number, approved_go_live_at__lte=now).first()
    # While readers could not see it, it does not get the date on which they could.
    if revision is None or _rests(page):
        return False
    ends = revision.as_object().expire_at
    if ends is not None and ends <= now:
        return _pass_by(page, revision)
    revision.publish(log_action=PUBLISHED)
    return True


def _pass_by(page: Any, revision: Revision) -> bool:
    """Nothing ran between its two moments: it does not appear now that it should be gone."""
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    if page.live:
        page.unpublish(set_expired=True, log_action=WITHDRAWN)
        return True
    type(page)._base_manager.filter(pk=page.pk).update(expired=True)
    log(instance=page, action=WITHDRAWN, revision=revision)
    return False


def _withdraw(page: Any) -> bool:
    now = timezone.now()
    if not page.live or page.expire_at is None or page.expire_at > now:
        return False
    # Wagtail forgets with the old version also the new one that was approved for later.
    coming = list(page.revisions.filter(approved_go_live_at__isnull=False).values_list("pk", "approved_go_live_at"))
    page.unpublish(set_expired=True, log_action=WITHDRAWN)
    for revision, at in coming:
        Revision.objects.filter(pk=revision).update(approved_go_live_at=at)
    return True


def _rests(page: Any) -> bool:
    slug = plugin_of(type(page).__module__)
    if slug is None:
        return False
    site = page.get_site() if isinstance(page, Page) else None
    return not read(site.pk if site else None).is_on(slug)
