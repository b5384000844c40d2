"""Keeping what callers send whole, within bounds that no caller can use up for another."""

from __future__ import annotations

import logging
from datetime import date, time

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from civicnet.access.refusals import budget_left, without_waiting
from civicnet.contract import Actor, Schedule
from civicnet.contract.addresses import neighbourhood
from civicnet.gateway.models import PersistedDocument
from civicnet.gateway.persisted.selectors import LASTS, keep
from civicnet.gateway.usage import caller_key
from civicnet.lifecycle.schedules import register

logger = logging.getLogger(__name__)
MOST_BYTES = 50_000
# New documents that one caller has kept within a minute: a portal's whole set, and not a flood.
PER_MINUTE = 60
# Which part of all that are kept one client has at most, or all callers without a key together.
SHARE = 4


def remember(*, digest: str, text: str, actor: Actor, address: str) -> bool:
    """Keep a text that is known to be valid; whether it was kept. A text too long, or one too many a minute, is not.

    Whoever has its share makes room among its own, those asked for longest ago first, so that no caller fills the whole.
    It never waits, and never fails the call.
    """
    keeper, _name = caller_key(actor)
    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return False
    if not budget_left(f"persisted.{keeper or neighbourhood(address)}", PER_MINUTE):
        return False
    today = timezone.localdate()
    try:
        with without_waiting(), transaction.atomic():
            made = PersistedDocument(digest=digest, text=text, keeper=keeper, created_on=today, used_on=today)
            # Of two processes that are sent the same, the second finds it there.
            PersistedDocument.objects.bulk_create([made], ignore_conflicts=True)
            _make_room(keeper)
    except (DatabaseError, UnicodeEncodeError):
        logger.info("a document was not kept", exc_info=True)
        return False
    keep(digest, text, today)
    return True


def forget_unused(*, today: date | None = None) -> int:
    """Delete what nobody asked for within ``LASTS``; returns how many."""
    return PersistedDocument.objects.filter(used_on__lt=(today or timezone.localdate()) - LASTS).delete()[0]


def keep_tidy() -> None:
    """Have it deleted every night; called when the app is ready."""
    label = gettext_lazy("Forget GraphQL documents that nobody asked for in 30 days")
    register(Schedule("gateway.forget_documents", label, forget_unused, daily_at=time(3, 45)))


def _make_room(keeper: str) -> None:
    most = settings.CIVICNET_GRAPHQL_PERSISTED
    _shorten(PersistedDocument.objects.filter(keeper=keeper), max(most // SHARE, 1))
    _shorten(PersistedDocument.objects.all(), most)


def _shorten(rows: QuerySet[PersistedDocument], most: int) -> None:
    over = rows.count() - most
    if over > 0:
        oldest = rows.order_by("used_on", "pk").values_list("pk", flat=True)[:over]
        PersistedDocument.objects.filter(pk__in=list(oldest)).delete()
