"""Taking rosters back: nobody gets two posts by that."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from civicnet.ledger.among import Among
from civicnet.ledger.images import Image
from civicnet_grid.models import Post
from civicnet_grid.models.post import not_over

POST = Post._meta.label_lower


def served_elsewhere(image: Image) -> set[int]:
    """Posts that the rows of an image ended, and whose holder has got another one since, by another act.

    What they held beside it already, until the day before or from the day after, is no such other post.
    """
    written = [one for one in image.written if one.model == POST]
    ended = {key: until for one in written if "valid_to" in one.fields for key, until in _former(one.keys, one.before)}
    if not ended:
        return set()
    # What the same rows began goes before that.
    begun = {key for one in written if one.before is None for key in one.keys}
    again = Post.objects.filter(Among("pk", ended)).values_list("pk", "worker", "valid_from")
    holders = {key: (worker, since) for key, worker, since in again}
    workers = {worker for worker, _since in holders.values()}
    held = Post.objects.filter(not_over(timezone.localdate()), Among("worker", workers))
    others: dict[int, list[tuple[date, date]]] = {}
    for key, worker, since, until in held.values_list("pk", "worker", "valid_from", "valid_to"):
        # A post of one day was another's, or elsewhere, on that very day.
        if key not in ended and key not in begun and since != until:
            others.setdefault(worker, []).append((since, until or date.max))
    return {
        key
        for key, (worker, since) in holders.items()
        if any(begins <= ended[key] and since <= ends for begins, ends in others.get(worker, ()))
    }


def _former(keys: list[Any], before: list[list[Any]] | None) -> list[tuple[Any, date]]:
    days = (values[0] for values in before or [])
    return [(key, date.fromisoformat(day) if day else date.max) for key, day in zip(keys if before else (), days, strict=True)]
