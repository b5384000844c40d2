"""The people of a roster: recognised by the blind index of their ID number, numbered when they are new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from civicnet.cipher import blind_indexes_all
from civicnet.contract import Actor
from civicnet.ledger.bulk import add_rows, change_rows
from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Worker, WorkerSeries
from civicnet_grid.permissions import can_import_roster
from civicnet_grid.roster import RosterRow
from civicnet_grid.roster_people import Person, read_people
from civicnet_grid.selectors import outside_of
from civicnet_grid.services.roster_places import RosterPlaces

CITY_DIGITS = 6
# All that a row can change beside the phone; the ID number is what recognised the person.
CHANGEABLE = ["name", "sex", "political_status", "organisation_id"]
PHONE = [*CHANGEABLE, "phone"]


@dataclass(frozen=True, slots=True)
class LockedPeople:
    """Workers by the blind index of their ID number, and the series of their cities' numbers, both locked."""

    series: dict[str, WorkerSeries]
    by_index: dict[str, Person]


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who the people of some rows are.

    ``known`` are those who are held, by line of the file; who is ``new`` comes with the blind index of the ID number. Who is
    ``changed`` stands by whether the phone stays: one that stays is not sealed anew.
    """

    known: dict[int, Person]
    new: list[tuple[RosterRow, str]]
    changed: dict[bool, list[tuple[Person, RosterRow]]]


@dataclass(frozen=True, slots=True)
class Settled:
    """The workers who came, by line of the file, and the ids of who changed."""

    added: dict[int, int]
    changed: set[int]


def cities_of(codes: Iterable[str]) -> set[str]:
    """The cities of organisations, by their codes."""
    return {code[:CITY_DIGITS] for code in codes}


def lock_people(*, cities: set[str], indexes: Iterable[str]) -> LockedPeople:
    """Lock the people with these blind indexes until the transaction ends, and keep others from adding any in these cities."""
    # The lock comes before the look: two imports that bring the same new person must not both find nobody.
    series = _lock_series(cities)
    return LockedPeople(series, read_people(indexes, lock=True))


def people_of(rows: Sequence[RosterRow]) -> LockedPeople:
    """``lock_people`` for the rows of a roster."""
    indexes = blind_indexes_all([row.id_number for row in rows])
    cities = cities_of(row.organisation_code for row in rows)
    return lock_people(cities=cities, indexes=chain.from_iterable(indexes))


def recognise(rows: Sequence[RosterRow], places: RosterPlaces, actor: Actor, people: LockedPeople) -> Recognised:
    """Tell who of the rows is held already, and of whom the row says something else. Nothing is written, and nobody asked.

    Raises:
        RosterFault: a person is of, or would lose a post, where the actor may not import; that office has to end it first.
    """
    held = people.by_index
    found = Recognised(known={}, new=[], changed={True: [], False: []})
    for row, candidates in zip(rows, blind_indexes_all([row.id_number for row in rows]), strict=True):
        worker = next((held[index] for index in candidates if index in held), None)
        if worker is None:
            found.new.append((row, candidates[0]))
            continue
        _refuse_if_elsewhere(worker, row, places, actor)
        found.known[row.row] = worker
        same_phone = worker.phone.holds(row.phone)
        if not same_phone or worker[1:5] != _facts(row, places, worker):
            found.changed[same_phone].append((worker, row))
    _refuse_to_end_outside(rows, found.known, actor)
    return found


def settle_workers(found: Recognised, places: RosterPlaces, actor: Actor, series: dict[str, WorkerSeries]) -> Settled:
    """Add the people who are new, update those of whom the row says something else."""
    _change(PHONE, found.changed[False], places, actor)
    _change(CHANGEABLE, found.changed[True], places, actor)
    keys = _add(found.new, places, series, actor)
    added = {row.row: key for (row, _index), key in zip(found.new, keys, strict=True)}
    return Settled(added, {worker.pk for some in found.changed.values() for worker, _row in some})


def _facts(row: RosterRow, places: RosterPlaces, person: Person | None = None) -> tuple[Any, ...]:
    # In the order of CHANGEABLE, and of a person's facts.
    stays = person is not None and person.leaves(row.grid_code, row.level, row.since)
    organisation = person.organisation if person is not None and stays else places.belongs_to(row, person)
    return (row.name, row.sex, row.political_status, organisation)


def _add(
    new: Sequence[tuple[RosterRow, str]],
    places: RosterPlaces,
    series: dict[str, WorkerSeries],
    actor: Actor,
) -> list[int]:
    if not new:
        return []
    fields = ["number", *PHONE, "id_number", "id_index"]
    rows = [(_next_number(series, row), *_facts(row, places), row.phone, row.id_number, index) for row, index in new]
    for city in sorted(cities_of(row.organisation_code for row, _index in new)):
        series[city].save(update_fields=["last"])
    return add_rows(actor=actor, model=Worker, fields=fields, rows=rows, origins=[row.row for row, _index in new])


def _change(fields: list[str], changed: Sequence[tuple[Person, RosterRow]], places: RosterPlaces, actor: Actor) -> None:
    phones = fields is PHONE
    change_rows(
        actor=actor,
        model=Worker,
        fields=fields,
        keys=[worker.pk for worker, _row in changed],
        rows=[(*_facts(row, places, worker), *([row.phone] if phones else [])) for worker, row in changed],
        before=[(*worker[1:5], *([worker.phone.open()] if phones else [])) for worker, _row in changed],
        origins=[row.row for _worker, row in changed],
    )


def _lock_series(cities: set[str]) -> dict[str, WorkerSeries]:
    series = _locked_series(cities)
    if len(series) < len(cities):
        missing = [WorkerSeries(city=city) for city in sorted(cities - series.keys())]
        WorkerSeries.objects.bulk_create(missing, ignore_conflicts=True)
        series = _locked_series(cities)
    return series


def _locked_series(cities: set[str]) -> dict[str, WorkerSeries]:
    locked = WorkerSeries.objects.select_for_update().filter(city__in=cities).order_by("city")
    return {one.city: one for one in locked}


def _next_number(series: dict[str, WorkerSeries], row: RosterRow) -> str:
    one = series[row.organisation_code[:CITY_DIGITS]]
    one.last += 1
    return f"{one.city}-{one.last:06d}"


def _refuse_if_elsewhere(worker: Person, row: RosterRow, places: RosterPlaces, actor: Actor) -> None:
    if worker.organisation != places.belongs_to(row, worker) and not can_import_roster(actor, worker.path):
        raise _elsewhere(row)


def _refuse_to_end_outside(rows: Sequence[RosterRow], known: Mapping[int, Person], actor: Actor) -> None:
    # Whoever goes to another community on an announced day is of its record already, and serves where they are until then.
    away = {row: person for row, person in known.items() if not person.is_at_home()}
    if not away:
        return
    far = {row.row: grids for row in rows if row.row in away and (grids := _ends_far(away[row.row], row))}
    outside = outside_of(actor, set().union(*far.values())) if far else {}
    for row in rows if outside else ():
        if far.get(row.row, set()) & outside.keys():
            raise _elsewhere(row)


def _ends_far(person: Person, row: RosterRow) -> set[str]:
    return person.ends_far(row.grid_code, row.level, row.since)


def _elsewhere(row: RosterRow) -> RosterFault:
    sentence = _("this person is on the roster of another organisation, which has to let them go first.")
    return RosterFault(row.row, sentence, field="id_number", code="WORKER_ELSEWHERE")
