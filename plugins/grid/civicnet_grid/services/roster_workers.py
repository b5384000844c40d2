"""The people of a roster: recognised by the blind index of their ID number, numbered when they are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import ExpressionWrapper, F, TextField
from django.utils.translation import gettext_lazy as _

from civicnet.access.models import Organisation
from civicnet.cipher import blind_indexes
from civicnet.contract import Actor
from civicnet.exchange.matching import Sealed
from civicnet.ledger.among import Among
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Worker, WorkerSeries
from civicnet_grid.permissions import can_import_roster
from civicnet_grid.roster import RosterRow

CITY_DIGITS = 6
# All that a row can change beside the phone; the ID number is what recognised the person.
CHANGEABLE = ["name", "sex", "political_status", "organisation_id"]
PHONE = [*CHANGEABLE, "phone"]
_PHONE_PLACE = Worker._meta.get_field("phone").place


class Known(NamedTuple):
    """A worker who is there: the facts a row can change, where the worker serves, and the phone."""

    pk: int
    facts: tuple[Any, ...]
    path: str
    phone: Sealed


@dataclass(frozen=True, slots=True)
class Settled:
    """The worker of each row (by line of the file), and the ids of those that came and of those that changed."""

    by_row: dict[int, int]
    created: set[int]
    changed: set[int]


def settle_workers(rows: Sequence[RosterRow], places: Mapping[str, Organisation], actor: Actor) -> Settled:
    """Add the people who are new, update the others where the row says something else.

    Raises:
        RosterFault: a person serves where the actor may not import; their own office has to end that first.
    """
    # The lock comes before the look: two imports that bring the same new person must not both find nobody.
    series = _lock_series({row.organisation_code[:CITY_DIGITS] for row in rows})
    indexes = [blind_indexes(row.id_number) for row in rows]
    known = _known(chain.from_iterable(indexes))
    new: list[tuple[RosterRow, str]] = []
    # By whether the phone stays: one that stays is not sealed anew.
    changed: dict[bool, list[tuple[Known, RosterRow]]] = {True: [], False: []}
    by_row: dict[int, int] = {}
    for row, candidates in zip(rows, indexes, strict=True):
        worker = next((known[index] for index in candidates if index in known), None)
        if worker is None:
            new.append((row, candidates[0]))
            continue
        _refuse_if_elsewhere(worker, row, places, actor)
        by_row[row.row] = worker.pk
        same_phone = worker.phone.holds(row.phone)
        if not same_phone or worker.facts != _facts(row, places):
            changed[same_phone].append((worker, row))
    _change(PHONE, changed[False], places, actor)
    _change(CHANGEABLE, changed[True], places, actor)
    created = _add(new, places, series, actor)
    by_row |= {row.row: key for (row, _index), key in zip(new, created, strict=True)}
    return Settled(by_row, set(created), {worker.pk for some in changed.values() for worker, _row in some})


def _known(indexes: Any) -> dict[str, Known]:
    stored = Worker.objects.filter(Among("id_index", indexes)).annotate(
        stored_phone=ExpressionWrapper(F("phone"), output_field=TextField())
    )
    columns = ("id_index", "pk", *CHANGEABLE, "organisation__path", "phone_index", "stored_phone")
    return {
        index: Known(pk, (name, sex, status, place), path, Sealed(phone, sealed or "", _PHONE_PLACE))
        for index, pk, name, sex, status, place, path, phone, sealed in stored.values_list(*columns)
    }


def _facts(row: RosterRow, places: Mapping[str, Organisation]) -> tuple[Any, ...]:
    return (row.name, row.sex, row.political_status, places[row.organisation_code].pk)


def _add(
    new: Sequence[tuple[RosterRow, str]],
    places: Mapping[str, Organisation],
    series: dict[str, WorkerSeries],
    actor: Actor,
) -> list[int]:
    if not new:
        return []
    fields = ["number", *PHONE, "id_number", "id_index"]
    rows = [(_next_number(series, row), *_facts(row, places), row.phone, row.id_number, index) for row, index in new]
    created = add_rows(actor=actor, model=Worker, fields=fields, rows=rows, origins=[row.row for row, _index in new])
    WorkerSeries.objects.bulk_update(series.values(), ["last"])
    return created


def _change(
    fields: list[str], changed: Sequence[tuple[Known, RosterRow]], places: Mapping[str, Organisation], actor: Actor
) -> None:
    phones = fields is PHONE
    change_rows(
        actor=actor,
        model=Worker,
        fields=fields,
        keys=[worker.pk for worker, _row in changed],
        rows=[(*_facts(row, places), *([row.phone] if phones else [])) for _worker, row in changed],
        before=[(*worker.facts, *([worker.phone.open()] if phones else [])) for worker, _row in changed],
        origins=[row.row for _worker, row in changed],
    )


def _lock_series(cities: set[str]) -> dict[str, WorkerSeries]:
    WorkerSeries.objects.bulk_create([WorkerSeries(city=city) for city in sorted(cities)], ignore_conflicts=True)
    locked = WorkerSeries.objects.select_for_update().filter(city__in=cities).order_by("city")
    return {one.city: one for one in locked}


def _next_number(series: dict[str, WorkerSeries], row: RosterRow) -> str:
    one = series[row.organisation_code[:CITY_DIGITS]]
    one.last += 1
    return f"{one.city}-{one.last:06d}"


def _refuse_if_elsewhere(worker: Known, row: RosterRow, places: Mapping[str, Organisation], actor: Actor) -> None:
    if worker.facts[-1] == places[row.organisation_code].pk:
        return
    if not can_import_roster(actor, worker.path):
        raise RosterFault(
            row.row,
            _("this person is on the roster of another organisation, which has to let them go first."),
            field="id_number",
            code="WORKER_ELSEWHERE",
        )
