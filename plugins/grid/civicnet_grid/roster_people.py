"""The people a roster names, as they are held: read in one statement with the posts they hold now; and who leads grids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import ExpressionWrapper, F, FilteredRelation, TextField
from django.utils import timezone

from civicnet.exchange.matching import Sealed
from civicnet.ledger.among import Among
from civicnet_grid.models import Post, Worker
from civicnet_grid.models.post import not_ended, not_over

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
_POST = (
    "now__pk",
    "now__grid_id",
    "now__grid__code",
    "now__level",
    "now__seat",
    "now__duty",
    "now__valid_from",
    "now__valid_to",
)


class Current(NamedTuple):
    """A post that is held now, or from an announced day on; ``until`` is its last day, where that is announced."""

    pk: int
    grid: int
    grid_code: str
    level: int
    seat: int
    duty: str
    since: date
    until: date | None

    def counts_beside(self, others: Iterable[Current], today: date) -> bool:
        """Whether it is held at all: not what was given up before it began, nor what another one replaced on its first day."""
        if self.since != self.until or self.since < today:
            return True
        return self.since == today and not any(one.since <= today and one.since != one.until for one in others)


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

    def leaves(self, grid_code: str | None, level: int | None, since: date | None) -> bool:
        """Whether a row with these cells names a post of theirs that they leave on an announced day for another.

        They are of the community to which they go already; the row says where they are until then.
        """
        if len(self.posts) < 2:
            return False
        ends = [
            one.until
            for one in self.posts
            if one.until and (one.grid_code, one.level) == (grid_code, level) and since and since <= one.until
        ]
        return bool(ends) and any(one.until is None and one.since > min(ends) for one in self.posts)

    def is_at_home(self) -> bool:
        """Whether all their posts are in grids that begin with their own community's code: most people's are."""
        return not [one for one in self.posts if not one.grid_code.startswith(self.organisation_code)]

    def ends_far(self, grid_code: str | None, level: int | None, since: date | None) -> set[str]:
        """The grids of other communities than their own in which a row with these cells would end a post of theirs."""
        far, stays = set[str](), False
        for one in self.posts:
            ends = since is None or one.until is None or since <= one.until
            if (one.grid_code, one.level) == (grid_code, level):
                # Whoever stays where they are, if only to an announced day, leaves nothing else.
                stays |= ends and (one.until is not None or since is None or one.since <= since)
            elif ends and not one.grid_code.startswith(self.organisation_code):
                far.add(one.grid_code)
        return set() if stays else far


def read_people(indexes: Iterable[str], *, lock: bool = False) -> dict[str, Person]:
    """The workers with these blind indexes of ID numbers, by index; with ``lock`` nobody else changes them meanwhile."""
    today = timezone.localdate()
    workers = Worker.objects.filter(Among("id_index", indexes)).annotate(
        # A condition that compares two columns would join the posts once more.
        now=FilteredRelation("posts", condition=not_ended(today, prefix="posts__")),
        sealed_phone=ExpressionWrapper(F("phone"), output_field=TextField()),
    )
    found = workers.values_list(*_WORKER, *_POST).order_by("pk", "now__pk")
    people: dict[str, Person] = {}
    brief = []
    for row in found.select_for_update(of=("self",)) if lock else found:
        index = row[0]
        person = people.get(index)
        if person is None:
            phone = Sealed(row[8], row[9] or "", _PHONE_PLACE)
            person = people[index] = Person._make((*row[1:8], phone, []))
        if row[10] is not None:
            person.posts.append(Current(*row[10:]))
            if row[16] == row[17]:
                brief.append(person)
    for person in brief:
        person.posts[:] = [one for one in person.posts if one.counts_beside(person.posts, today)]
    return people


class Lead(NamedTuple):
    """Who leads a grid, by the blind index of the ID number; since when, and until when where that is announced."""

    person: str
    since: date
    until: date | None


def leads_of(grid_codes: Iterable[str], today: date) -> dict[str, list[Lead]]:
    """Who leads these grids now or from an announced day on, by grid code."""
    leads = Post.objects.filter(Among("grid__code", grid_codes), not_over(today), level=1).order_by("valid_from", "pk")
    found: dict[str, list[Lead]] = {}
    for code, index, since, until in leads.values_list("grid__code", "worker__id_index", "valid_from", "valid_to"):
        found.setdefault(code, []).append(Lead(index, since, until))
    return found
