"""A worker as a person: all that is held about them, erasing it when it is asked for, forgetting it when its time is over."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.contract import Actor, Conflict, Obstacle, PersonalQuery, PersonalRecord, require
from civicnet.ledger.models import Operation
from civicnet.ledger.services import record, record_changes
from civicnet.lifecycle.personal import retention
from civicnet_grid.models import Absence, Post, Worker

PERSON = "grid.worker:"
NUMBERS = ("sex", "id_number", "phone", "political_status")
FIELDS = ("name", *NUMBERS)
CHUNK = 500


def records_about(query: PersonalQuery) -> list[PersonalRecord]:
    """The worker, the posts they held and the absences recorded for them."""
    found: list[PersonalRecord] = []
    for worker in _workers(query).select_related("organisation"):
        posts = list(worker.posts.select_related("grid").order_by("valid_from", "pk"))
        found.append(
            PersonalRecord(
                model="Worker",
                key=str(worker.pk),
                label=f"{worker.number} {worker.organisation.name}",
                values={name: str(getattr(worker, name)) for name in FIELDS if getattr(worker, name)},
                person=f"{PERSON}{worker.pk}",
                account=worker.user_id,
                name=worker.name,
                obstacle=_obstacle(posts),
            )
        )
        found += [_post(one) for one in posts]
        found += [_absence(one) for one in Absence.objects.filter(post__worker=worker).select_related("post__grid")]
    return found


@transaction.atomic
def erase(*, query: PersonalQuery, actor: Actor, reason: str) -> int:
    """Leave a number where the person was; posts and their history stay.

    Raises:
        Refused: not by a person; the host's command asks.
        Conflict: the person still holds a post (STILL_IN_POST).
    """
    require(actor.kind == "system")
    workers = list(_workers(query).select_for_update(of=("self",)).order_by("pk"))
    for worker in workers:
        if obstacle := _obstacle(worker.posts.select_related("grid")):
            raise Conflict(obstacle.message, code=obstacle.code)
        _clear(worker, FIELDS)
        record(actor=actor, action="grid.erase_worker", subject=worker, after={"fields": list(FIELDS)}, reason=reason)
    return len(workers)


def forget_expired(*, now: datetime, actor: Actor) -> int:
    """Clear what the manifest no longer allows, counted from the end of the last post; delete absences long past."""
    require(actor.kind == "system")
    today, spans = timezone.localdate(now), retention("grid", "Worker")
    done = 0
    for names, cleared in ((NUMBERS, Q(sex="")), (("name",), Q(name=F("number")))):
        while chunk := _forget_some(today - min(spans[one] for one in names), names, cleared, actor):
            done += chunk
    while chunk := _forget_absences(today - retention("grid", "Absence")["post"], actor):
        done += chunk
    return done


@transaction.atomic
def _forget_some(before: date, names: tuple[str, ...], cleared: Q, actor: Actor) -> int:
    held = Post.objects.filter(worker=OuterRef("pk"))
    recent = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=before))
    due = Worker.objects.filter(~Exists(recent), Exists(held)).exclude(cleared).order_by("pk")
    workers = list(due.select_for_update(of=("self",))[:CHUNK])
    for worker in workers:
        _clear(worker, names)
        record(actor=actor, action="grid.forget_worker", subject=worker, after={"fields": list(names)})
    return len(workers)


@transaction.atomic
def _forget_absences(before: date, actor: Actor) -> int:
    ids = list(Absence.objects.filter(last_day__lt=before).order_by("pk").values_list("pk", flat=True)[:CHUNK])
    record_changes(actor=actor, model=Absence, ids=ids, operation=Operation.DELETE)
    Absence.objects.filter(pk__in=ids).delete()
    return len(ids)


def _workers(query: PersonalQuery) -> QuerySet[Worker]:
    keys = [one.removeprefix(PERSON) for one in query.people if one.startswith(PERSON)]
    fits = Q(id_index__in=query.id_indexes) | Q(phone_index__in=query.phone_indexes)
    return Worker.objects.filter(fits | Q(user__in=query.accounts) | Q(pk__in=keys)).order_by("pk")


def _clear(worker: Worker, names: tuple[str, ...]) -> None:
    for name in names:
        setattr(worker, name, worker.number if name == "name" else "")
    changed = list(names)
    if "id_number" in names:
        # Nobody's index: the columns ask for one, and two forgotten people must not share it.
        worker.id_index, worker.phone_index = secrets.token_hex(32), secrets.token_hex(32)
        worker.user = None
        changed += ["id_index", "phone_index", "user"]
    worker.save(update_fields=changed)


def _obstacle(posts: Iterable[Post]) -> Obstacle | None:
    today = timezone.localdate()
    held = next((post for post in posts if post.valid_to is None or post.valid_to >= today), None)
    if held is None:
        return None
    message = _("This person still holds a post: %(post)s. End it first, under Grids and teams.") % {"post": held}
    return Obstacle("STILL_IN_POST", message)


def _post(post: Post) -> PersonalRecord:
    until = f"{post.valid_to:%Y-%m-%d}" if post.valid_to else ""
    held = f"{post} {post.valid_from:%Y-%m-%d} – {until}".strip()
    return PersonalRecord(
        model="Post", key=str(post.pk), label=str(post), values={"worker": held}, since=post.valid_from
    )


def _absence(absence: Absence) -> PersonalRecord:
    label = str(absence)
    return PersonalRecord(
        model="Absence", key=str(absence.pk), label=label, values={"post": label}, since=absence.first_day
    )
