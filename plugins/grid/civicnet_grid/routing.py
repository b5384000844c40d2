"""From a place to the post on duty there: exact ids first, then names, and no guess when several fit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from civicnet.access.models import Organisation, OrganisationKind
from civicnet.contract import Actor
from civicnet_grid.duty import DutyPost
from civicnet_grid.models import Grid
from civicnet_grid.models.grid import GRID_OWNERS
from civicnet_grid.selectors import duty_post, duty_posts, visible_grids

MOST_TARGETS = 20
_VILLAGE_OFFICE = re.compile(r"村?村(?:民委员|委)会$")
_OTHER_OFFICE = re.compile(r"(?:居(?:民委员|委)会|办事处|人民政府)$")
_SERIAL = re.compile(r"第?\s*([0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})\s*(?:号)?网格")
_DIGITS = "零一二三四五六七八九"
_TOWNSHIPS = (OrganisationKind.SUBDISTRICT, OrganisationKind.TOWN, OrganisationKind.UNIT)


@dataclass(frozen=True, slots=True)
class Place:
    """An organisation as an address names it."""

    pk: int
    path: str
    name: str


def duty_at(*, address: str, address_id: str) -> DutyPost | None:
    """The post on duty today for a place, or None if the place does not mean one grid or everybody there is away."""
    grid = find_grid(address, address_id)
    post = duty_post(grid) if grid else None
    return DutyPost.of(post) if post else None


def duty_posts_found(*, actor: Actor, search: str) -> list[DutyPost]:
    """The posts on duty today of the first grids that the search finds and the actor may see."""
    grids = visible_grids(actor)
    for word in search.split():
        grids = grids.filter(Q(name__icontains=word) | Q(code__startswith=word) | Q(organisation__name__icontains=word))
    found = list(grids.order_by("code").values_list("pk", flat=True)[:MOST_TARGETS])
    posts = duty_posts(found, timezone.localdate())
    return [DutyPost.of(posts[pk]) for pk in found if pk in posts]


def find_grid(address: str, address_id: str = "") -> Grid | None:
    """The one grid that an address or its id means: by code, by exact name, or by community and serial.

    A community with a single grid needs no serial. Where several communities or grids fit, the answer is None: a person
    decides then.
    """
    if address_id and (grid := Grid.objects.filter(code=address_id).first()):
        return grid
    named = list(Grid.objects.filter(name__in={address.strip(), address_id.strip()} - {""})[:2])
    if named:
        return named[0] if len(named) == 1 else None
    community = _community(_plain(address))
    if community is None:
        return None
    grids = Grid.objects.filter(organisation=community.pk)
    serial = _SERIAL.search(address)
    if serial:
        grids = grids.filter(code__endswith=f"{_number(serial[1]):03d}")
    found = list(grids[:2])
    return found[0] if len(found) == 1 else None


def _community(address: str) -> Place | None:
    places = Organisation.objects.filter(kind__in=(*_TOWNSHIPS, *GRID_OWNERS)).values_list("pk", "path", "name", "kind")
    townships: list[Place] = []
    communities: list[Place] = []
    for pk, path, name, kind in places:
        short = _plain(name)
        if len(short) > 1 and short in address:
            (townships if kind in _TOWNSHIPS else communities).append(Place(pk, path, short))
    if townships:
        # A township that is named decides: names of communities come again in other townships.
        communities = [one for one in communities if any(one.path.startswith(above.path) for above in townships)]
    found = list(_longest(communities))
    return found[0] if len(found) == 1 else None


def _longest(places: Iterable[Place]) -> Iterable[Place]:
    # 东红旗社区 contains 红旗社区: whoever writes the longer name means the longer one.
    places = list(places)
    return (one for one in places if not any(one.name != other.name and one.name in other.name for other in places))


def _plain(name: str) -> str:
    """A name as people say it: 三道河村委会 is 三道河村, 北苑居委会 is 北苑."""
    return _OTHER_OFFICE.sub("", _VILLAGE_OFFICE.sub("村", "".join(name.split())))


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS.index(sign)) for sign in text))
    return (_DIGITS.index(tens) if tens else 1) * 10 + (_DIGITS.index(ones) if ones else 0)
