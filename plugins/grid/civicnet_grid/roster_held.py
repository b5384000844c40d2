"""What is held of the people a roster names, as the roster's columns would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import ExpressionWrapper, F, FilteredRelation, Q, TextField

from civicnet.cipher import blind_indexes
from civicnet.exchange.matching import Held, Sealed
from civicnet.exchange.resource import Draft, TypedRow
from civicnet.ledger.among import Among
from civicnet_grid.models import Duty, Worker

_PHONE_PLACE = Worker._meta.get_field("phone").place
_COLUMNS = (
    "name",
    "sex",
    "political_status",
    "organisation__code",
    "organisation__path",
    "phone_index",
    "sealed_phone",
)
_POST = ("now__grid__code", "now__level", "now__duty", "now__valid_from")


def held_roster(rows: Sequence[Draft | TypedRow], *, lock: bool = False) -> dict[int, list[Held]]:
    """The workers with the ID numbers of these rows, by row number; each with the post that the row may mean."""
    wanted = {index: row for row in rows if (number := row.values.get("id_number")) for index in blind_indexes(number)}
    posts: dict[str, list[tuple[Any, ...]]] = {}
    for index, *read in _stored(wanted, lock):
        posts.setdefault(index, []).append(tuple(read))
    numbers: dict[str, list[int]] = {}
    for row in rows:
        if number := row.values.get("id_number"):
            numbers.setdefault(number, []).append(row.row)
    held: dict[int, list[Held]] = {}
    for index, found in posts.items():
        row = wanted[index]
        one = _held(_meant(row.values, found), row.values["id_number"])
        for number in numbers[row.values["id_number"]]:
            held[number] = [one]
    return held


def _stored(wanted: Mapping[str, Any], lock: bool) -> Any:
    workers = Worker.objects.filter(Among("id_index", wanted)).annotate(
        now=FilteredRelation("posts", condition=Q(posts__valid_to__isnull=True)),
        sealed_phone=ExpressionWrapper(F("phone"), output_field=TextField()),
    )
    found = workers.values_list("id_index", "pk", *_COLUMNS, *_POST).order_by("pk", "now__pk")
    return found.select_for_update(of=("self",)) if lock else found


def _meant(values: Mapping[str, Any], found: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    # Of several posts the one in the row's grid and level; whoever holds none there moves, from the first.
    here = (values.get("grid_code"), values.get("post"))
    return next((one for one in found if one[-4:-2] == here), found[0])


def _held(read: tuple[Any, ...], id_number: str) -> Held:
    pk, name, sex, political, place, path, index, phone, grid, level, duty, since = read
    values = {
        "community_code": place,
        "grid_code": grid,
        "post": level,
        "duty": None if level in (None, 1) else "A" if duty == Duty.PRIMARY else "B",
        "name": name,
        "sex": sex,
        "id_number": id_number,
        "phone": Sealed(index, phone or "", _PHONE_PLACE),
        "political_status": political,
        "since": since,
    }
    return Held(pk, values, path)
