"""What is held of the people a roster names, as the roster's columns would say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from civicnet.cipher import blind_indexes_all
from civicnet.contract import Actor
from civicnet.exchange.matching import Held
from civicnet.exchange.resource import Draft, TypedRow
from civicnet_grid.models import Duty
from civicnet_grid.places import OWNER_LENGTH
from civicnet_grid.roster_people import Current, Person, read_people
from civicnet_grid.selectors import outside_of

Rows = Sequence[Draft | TypedRow]


def indexes_of(rows: Rows) -> dict[str, Draft | TypedRow]:
    """Rows with an ID number by the blind indexes under which that person may be held."""
    numbered = [row for row in rows if row.values.get("id_number")]
    made = blind_indexes_all([row.values["id_number"] for row in numbered])
    return {index: row for row, indexes in zip(numbered, made, strict=True) for index in indexes}


def held_roster(
    rows: Rows, people: Mapping[str, Person] | None = None, *, actor: Actor | None = None
) -> dict[int, list[Held]]:
    """The people among these rows, by row number; each with the post that the row may mean. They are read unless given.

    Whoever would lose a post outside the area of ``actor``, if one is given, is held as that post is.
    """
    wanted = indexes_of(rows)
    people = read_people(wanted) if people is None else people
    if not people:
        return {}
    alike: dict[str, list[Draft | TypedRow]] = {}
    for row in rows:
        if number := row.values.get("id_number"):
            alike.setdefault(number, []).append(row)
    # Every row will be compared with the phone that is held: the indexes are made at once.
    blind_indexes_all([phone for row in rows if (phone := row.values.get("phone"))])
    held: dict[int, list[Held]] = {}
    far: dict[int, set[str]] = {}
    for index, person in people.items():
        number, at_home = wanted[index].values["id_number"], person.is_at_home()
        # A person who comes twice may be meant at two posts: which, each row says for itself.
        for row in alike[number]:
            held[row.row] = [_held(person, row.values)]
            if actor and not at_home and (grids := _ends_far(person, row.values)):
                far[row.row] = grids
    if far and actor is not None:
        outside = outside_of(actor, set().union(*far.values()))
        for number, grids in far.items():
            if there := grids & outside.keys():
                held[number] = [replace(one, path=outside[min(there)]) for one in held[number]]
    return held


def _ends_far(person: Person, said: Mapping[str, Any]) -> set[str]:
    return person.ends_far(said.get("grid_code"), said.get("post"), said.get("since"))


def _meant(values: Mapping[str, Any], posts: Sequence[Current]) -> Current | None:
    # Of several posts the one in the row's grid and level; whoever holds none there moves, from the first.
    if len(posts) > 1:
        place = (values.get("grid_code"), values.get("post"))
        here = [one for one in posts if (one.grid_code, one.level) == place] or posts
        return next((one for one in here if one.since == values.get("since")), here[0])
    return posts[0] if posts else None


def _held(person: Person, said: Mapping[str, Any]) -> Held:
    post = _meant(said, person.posts)
    level = post.level if post else None
    community = person.organisation_code
    if person.leaves(said.get("grid_code"), said.get("post"), said.get("since")):
        # Until that day they are where the row says.
        community = said.get("community_code") or str(said["grid_code"])[:OWNER_LENGTH]
    values = {
        "community_code": community,
        "grid_code": post.grid_code if post else None,
        "post": level,
        "duty": None if post is None or level == 1 else "A" if post.duty == Duty.PRIMARY else "B",
        "name": person.name,
        "sex": person.sex,
        "id_number": said["id_number"],
        "phone": person.phone,
        "political_status": person.political_status,
        "since": post.since if post else None,
    }
    return Held(person.pk, values, person.path)
