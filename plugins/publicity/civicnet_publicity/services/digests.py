"""The weekly digest: once a week, to whoever watches columns, what of their columns needs an article."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet_publicity.board import Board, column_board, narrowed
from civicnet_publicity.models import WeeklyDigest
from civicnet_publicity.permissions import can_watch
from civicnet_publicity.selectors.watching import columns_of, watchers

logger = logging.getLogger(__name__)
# Digests are kept for as long as somebody may ask whether they were told.
_KEPT = timedelta(weeks=53)


def send_digests() -> int:
    """Send this week's digest to everybody who has not had it; returns how many letters went out.

    The note that somebody was written to commits once the mail server has the letter: what died in between, or was refused, is
    written by the next run, under the same Message-ID. To whom nothing is to be told nothing is sent.
    """
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    WeeklyDigest.objects.filter(monday__lt=monday - _KEPT).delete()
    waiting = [person for person in watchers(monday) if can_watch(staff_actor(person))]
    if not waiting:
        return 0
    board = column_board(visible=None)
    return sum(_send(person, monday, board) for person in waiting)


def _send(person: User, monday: date, board: Board) -> bool:
    mine = narrowed(board, columns_of(person))
    has_news = bool(mine.next or mine.plans or any(site.fails for site in mine.sites))
    try:
        with transaction.atomic():
            now = timezone.now() if has_news else None
            # A second process waits here, and finds that it is done.
            note = WeeklyDigest.objects.get_or_create(person=person, monday=monday, defaults={"sent_at": now})
            if note[1] and has_news:
                _write(person, monday, mine)
            return note[1] and has_news
    # Whatever the mail server or its library raises, the others are written to.
    except Exception:
        logger.exception("the digest of account %s could not be sent", person.pk)
        return False


def _write(person: User, monday: date, board: Board) -> None:
    with translation.override(_language(person)):
        subject = _("Columns this week: %(count)d need an article") % {"count": len(board.next)}
        url = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('publicity_board:index')}"
        text = render_to_string("publicity/digest.txt", {"board": board, "monday": monday, "url": url})
    # The same at each attempt, so that a mail server can tell a letter that it has already.
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "localhost"
    known = {"Message-ID": f"<digest-{person.pk}-{monday}@{host}>"}
    EmailMessage(subject, text, None, [person.email], headers=known).send()


def _language(person: User) -> str:
    profile = getattr(person, "wagtail_userprofile", None)
    return (profile.get_preferred_language() if profile else "") or settings.LANGUAGE_CODE
