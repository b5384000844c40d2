"""Taking rosters back: nobody gets two posts by that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from civicnet.ledger.among import Among
from civicnet.ledger.images import Image, bears
from civicnet_grid.models import Post, Worker
from civicnet_grid.models.post import not_over

POST = Post._meta.label_lower
_WORKER = Worker._meta.label_lower


def served_elsewhere(image: Image) -> set[int]:
    """Posts that the rows of an image ended, and whose holder has got another one since, by another act.

    What they held beside it already, until the day before or from the day after, is no such other post.
    """
    ended = {key: until for key, (until, _mark) in _former(image, "valid_to").items()}
    if not ended:
        return set()
    begun = {key for one in image.written if one.model == POST and one.before is None for key in one.keys}
    again = Post.objects.filter(Among("pk", ended)).values_list("pk", "worker", "valid_from")
    holders = {key: (worker, since) for key, worker, since in again}
    others: dict[int, list[tuple[date, date]]] = {}
    for key, worker, since, until in _held({worker for worker, _since in holders.values()}, image):
        # A post of one day was another's, or elsewhere, on that very day. Begun ones go, but for those that somebody ended.
        if key not in ended and (key not in begun or until) and since != until:
            others.setdefault(worker, []).append((since, until or date.max))
    return {
        key
        for key, (worker, since) in holders.items()
        if any(begins <= ended[key] and since <= ends for begins, ends in others.get(worker, ()))
    }


def _held(workers: set[int], image: Image) -> Iterator[tuple[int, int, date, date | None]]:
    """Posts that are not over, with the first days that they get back."""
    first = _former(image, "valid_from")
    held = Post.objects.filter(not_over(timezone.localdate()), Among("worker", workers))
    for key, worker, since, until in held.values_list("pk", "worker", "valid_from", "valid_to"):
        day, mark = first.get(key, (since, None))
        yield key, worker, day if mark and bears((since,), mark) else since, until


def bound_by_people(image: Image) -> set[int]:
    """Posts of rows that brought somebody to another community, whom others have changed since.

    The person stays there then, and one without the post that the row gave them would be nobody's doing.
    """
    rows: set[int] = set()
    for one in image.written:
        if one.model == _WORKER and one.before is not None and "organisation_id" in one.fields:
            at = one.fields.index("organisation_id")
            former = {key: values[at] for key, values in zip(one.keys, one.before, strict=True)}
            changed = _changed_since(former, one.fields, dict(zip(one.keys, one.marks, strict=True)))
            rows |= {row for key, row in zip(one.keys, one.origins, strict=True) if key in changed}
    posts = [one for one in image.written if one.model == POST]
    return {key for one in posts for key, row in zip(one.keys, one.origins, strict=True) if row in rows}


def _changed_since(former: Mapping[int, int], fields: Sequence[str], marks: Mapping[int, str]) -> set[int]:
    now = dict(Worker.objects.filter(Among("pk", former)).values_list("pk", "organisation_id"))
    if not (moved := [key for key, place in now.items() if place != former[key]]):
        return set()
    held = Worker.objects.filter(Among("pk", moved)).values_list("pk", *fields)
    return {key for key, *values in held if not bears(values, marks[key])}


def _former(image: Image, field: str) -> dict[Any, tuple[date, str]]:
    """Days as they were before rows changed them, and the mark of what they were changed to."""
    found: dict[Any, tuple[date, str]] = {}
    for one in image.written:
        if one.model == POST and one.before is not None and one.fields == [field]:
            for key, (day,), mark in zip(one.keys, one.before, one.marks, strict=True):
                found[key] = (date.fromisoformat(day) if day else date.max, mark)
    return found
