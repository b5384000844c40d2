"""The tree and the rows that the scope benchmark reads: made once, kept with the benchmark's database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from civicnet.access.models import Organisation, OrganisationKind
from civicnet_grid.models import Grid, GridKind
from civicnet_site.bench.sql import insert, look_over

# Coprime with the number of towns: successive rows lie far apart in the tree, as rows of a real day do.
_STRIDE = 61_803
_NUMBERS = Organisation.numconv_obj()


@dataclass(frozen=True, slots=True)
class Shape:
    """A root, districts below it, towns below each, communities below each; grids belong to communities, all alike many."""

    districts: int = 100
    towns: int = 1_000
    communities: int = 6
    grids: int = 1_000_000

    @property
    def organisations(self) -> int:
        """How many nodes the tree has."""
        return 1 + self.districts * self._district

    @property
    def district(self) -> str:
        """The path of a district: with 100 of them, a subtree that holds 1 % of the rows."""
        return _step(1) + _step(self.districts // 2)

    @property
    def town(self) -> str:
        """The path of a town in it: with 1,000 of them each, a subtree that holds 0.001 % of the rows."""
        return self.district + _step(self.towns // 2)

    def nodes(self) -> Iterator[tuple[Any, ...]]:
        """The tree, in the order of its paths, numbered from 1."""
        number, root = 1, _step(1)
        yield number, root, 1, self.districts, "99", "基准测试市", OrganisationKind.CITY.value
        for district in range(1, self.districts + 1):
            number, path, code = number + 1, root + _step(district), f"99{district:04d}"
            yield number, path, 2, self.towns, code, f"基准测试区{district}", OrganisationKind.CITY.value
            for town in range(1, self.towns + 1):
                number, below, serial = number + 1, path + _step(town), f"{code}{town:04d}"
                yield number, below, 3, self.communities, serial, f"基准测试镇{town}", OrganisationKind.TOWN.value
                for one in range(1, self.communities + 1):
                    number += 1
                    facts = f"{serial}{one:02d}", f"基准测试社区{one}", OrganisationKind.COMMUNITY.value
                    yield number, below + _step(one), 4, 0, *facts

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The grids, each in the community of its number."""
        towns = self.districts * self.towns
        for number in range(self.grids):
            district, town = divmod(number * _STRIDE % towns, self.towns)
            first = 3 + district * self._district + town * (1 + self.communities)
            place = first + 1 + number // towns % self.communities
            yield number + 1, place, f"99{number:013d}", f"第{number}网格", GridKind.COMPREHENSIVE.value

    @property
    def _district(self) -> int:
        return 1 + self.towns * (1 + self.communities)


def load_tree(shape: Shape) -> None:
    """Make the tree and its grids, unless they are there."""
    if Organisation.objects.count() == shape.organisations and Grid.objects.count() == shape.grids:
        return
    with transaction.atomic():
        Grid.objects.all().delete()
        Organisation.objects.all().delete()
        insert(Organisation, ("id", "path", "depth", "numchild", "code", "name", "kind"), shape.nodes())
        insert(Grid, ("id", "organisation_id", "code", "name", "kind"), shape.rows())
    look_over()


def _step(number: int) -> str:
    return str(_NUMBERS.int2str(number)).rjust(Organisation.steplen, "0")
