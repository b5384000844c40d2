"""The text of a hash that somebody sent whole before."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, timedelta

from django.utils import timezone

from civicnet.gateway.last_use import note_day
from civicnet.gateway.models import PersistedDocument

# A document nobody asked for this long is gone.
LASTS = timedelta(days=30)
_MOST = 128
# Text by digest, with the day on which the database was asked last. A text never changes: its digest is its name.
_kept: OrderedDict[str, tuple[date, str]] = OrderedDict()


def recall(digest: str) -> str | None:
    """The text of this digest, or None when nobody sent it within ``LASTS``.

    A process asks the database once a day for each digest, and then notes the day of use: one write a day and document.
    """
    today = timezone.localdate()
    day, text = _kept.get(digest, (None, ""))
    if day == today:
        _kept.move_to_end(digest)
        return text
    row = PersistedDocument.objects.filter(digest=digest, used_on__gte=today - LASTS).first()
    if row is None:
        _kept.pop(digest, None)
        return None
    if row.used_on < today:
        note_day(PersistedDocument.objects.filter(pk=row.pk), today)
    keep(digest, row.text, today)
    return row.text


def keep(digest: str, text: str, today: date) -> None:
    """Remember a text in this process."""
    _kept[digest] = today, text
    if len(_kept) > _MOST:
        _kept.popitem(last=False)


def forget() -> None:
    """Drop what this process remembers."""
    _kept.clear()
