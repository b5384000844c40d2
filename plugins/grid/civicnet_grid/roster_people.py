"""The people a roster names, as they are held: read in one statement with the posts they hold now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import ExpressionWrapper, F, FilteredRelation, Q, TextField

from civicnet.exchange.matching import Sealed
from civicnet.ledger.among import Among
from civicnet_grid.models import Worker

_PHONE_PLACE = Worker._meta.get_field("phone").place
_WORKER = (
    "id_index",
    "pk",
    "name",
    "sex",
    "political_status",
    "organisation_id",
    "organisation__code",
    "organisation__path",
    "phone_index",
    "sealed_phone",
)
_POST = ("now__pk", "now__grid_id", "now__grid__code", "now__level", "now__seat", "now__duty", "now__valid_from")


class Current(NamedTuple):
    """A post that is held now."""

    pk: int
    grid: int
    grid_code: str
    level: int
    seat: int
    duty: str
    since: date


class Person(NamedTuple):
    """A worker with the posts they hold now, the oldest first; ``path`` is their organisation's."""

    pk: int
    name: str
    sex: str
    political_status: str
    organisation: int
    organisation_code: str
    path: str
    phone: Sealed
    posts: list[Current]


def read_people(indexes: Iterable[str], *, lock: bool = False) -> dict[str, Person]:
    """The workers with these blind indexes of ID numbers, by index; with ``lock`` nobody else changes them meanwhile."""
    workers = Worker.objects.filter(Among("id_index", indexes)).annotate(
        now=FilteredRelation("posts", condition=Q(posts__valid_to__isnull=True)),
        sealed_phone=ExpressionWrapper(F("phone"), output_field=TextField()),
    )
    found = workers.values_list(*_WORKER, *_POST).order_by("pk", "now__pk")
    people: dict[str, Person] = {}
    for row in found.select_for_update(of=("self",)) if lock else found:
        index = row[0]
        person = people.get(index)
        if person is None:
            phone = Sealed(row[8], row[9] or "", _PHONE_PLACE)
            person = people[index] = Person._make((*row[1:8], phone, []))
        if row[10] is not None:
            person.posts.append(Current(*row[10:]))
    return people
