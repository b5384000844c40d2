"""The people of a roster: recognised by the blind index of their ID number, numbered when they are new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext_lazy as _

from civicnet.access.models import Organisation
from civicnet.cipher import blind_index, blind_indexes
from civicnet.contract import Actor
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Worker, WorkerSeries
from civicnet_grid.permissions import can_import_roster
from civicnet_grid.roster import RosterRow

CITY_DIGITS = 6
# All that a row can change; ID number and index are what recognised the person.
CHANGEABLE = ["name", "sex", "phone", "phone_index", "political_status", "organisation"]


@dataclass(frozen=True, slots=True)
class Settled:
    """The worker of each row (by line of the file), and the ids of those that came and of those that changed."""

    by_row: dict[int, Worker]
    created: set[int]
    changed: set[int]


def settle_workers(rows: Sequence[RosterRow], places: dict[str, Organisation], actor: Actor) -> Settled:
    """Add the people who are new, update the others where the row says something else.

    Raises:
        RosterFault: a person serves where the actor may not import; their own office has to end that first.
    """
    # The lock comes before the look: two imports that bring the same new person must not both find nobody.
    series = _lock_series({row.organisation_code[:CITY_DIGITS] for row in rows})
    indexes = [blind_indexes(row.id_number) for row in rows]
    known = {
        worker.id_index: worker
        for worker in Worker.objects.filter(id_index__in=chain.from_iterable(indexes))
        .select_related("organisation")
        .defer("id_number", "phone")
    }
    new: list[Worker] = []
    changed: list[Worker] = []
    by_row: dict[int, Worker] = {}
    for row, candidates in zip(rows, indexes, strict=True):
        worker = next((known[index] for index in candidates if index in known), None)
        if worker is None:
            worker = Worker(number=_next_number(series, row), id_index=candidates[0])
            _take_over(worker, row, places)
            new.append(worker)
        else:
            _refuse_if_elsewhere(worker, row, places, actor)
            if _take_over(worker, row, places):
                changed.append(worker)
        by_row[row.row] = worker
    Worker.objects.bulk_create(new)
    # An upsert that always meets its row: bulk_update writes a CASE per field and row, four times as slow.
    Worker.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=CHANGEABLE)
    if new:
        WorkerSeries.objects.bulk_update(series.values(), ["last"])
    return Settled(by_row, {worker.pk for worker in new}, {worker.pk for worker in changed})


def _lock_series(cities: set[str]) -> dict[str, WorkerSeries]:
    WorkerSeries.objects.bulk_create([WorkerSeries(city=city) for city in sorted(cities)], ignore_conflicts=True)
    locked = WorkerSeries.objects.select_for_update().filter(city__in=cities).order_by("city")
    return {one.city: one for one in locked}


def _next_number(series: dict[str, WorkerSeries], row: RosterRow) -> str:
    one = series[row.organisation_code[:CITY_DIGITS]]
    one.last += 1
    return f"{one.city}-{one.last:06d}"


def _take_over(worker: Worker, row: RosterRow, places: dict[str, Organisation]) -> bool:
    place = places[row.organisation_code]
    before = (worker.name, worker.sex, worker.political_status, worker.organisation_id)
    # An index under an older key says the same: until the rotation comes by, it is no change.
    same_phone = worker.phone_index in blind_indexes(row.phone)
    worker.name, worker.sex, worker.political_status = row.name, row.sex, row.political_status
    worker.phone, worker.phone_index, worker.organisation = row.phone, blind_index(row.phone), place
    # Equal by its index; set, because reading the deferred one would cost a statement per row.
    worker.id_number = row.id_number
    return not same_phone or before != (row.name, row.sex, row.political_status, place.pk)


def _refuse_if_elsewhere(worker: Worker, row: RosterRow, places: dict[str, Organisation], actor: Actor) -> None:
    if worker.organisation_id == places[row.organisation_code].pk:
        return
    if not can_import_roster(actor, worker.organisation.path):
        raise RosterFault(
            row.row,
            _("this person is on the roster of another organisation, which has to let them go first."),
            field="id_number",
            code="WORKER_ELSEWHERE",
        )
