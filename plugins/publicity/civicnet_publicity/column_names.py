"""Which column a cell means: by site and address, or by a name that only one of those has into which the clerk may write."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Q

from civicnet.exchange.cells import Fault
from civicnet.exchange.hints import Hints
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.selectors.public import STEP, below
from civicnet_publicity.selectors.sheets import Place, column_places, tidy

BETWEEN = "、"
_BETWEEN = re.compile(r"\s*[、,，;；|]\s*")


class ColumnNames:
    """The columns of all sites, for one file."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        places = column_places()
        self.by_key = {place.key: place for place in places}
        self.by_path = {place.column.path: place for place in places}
        self._meant: dict[str, Place | Fault] = {}
        self._hints = Hints()
        self._hints.offer(lambda: {place.key: tidy(place.column.title) for place in self.writable()})

    def meant(self, text: str) -> Place:
        """The column.

        Raises:
            Fault: there is none of this name, or several.
        """
        if text not in self._meant:
            self._meant[text] = self._find(text)
        found = self._meant[text]
        if isinstance(found, Fault):
            raise found
        return found

    def named(self, text: str) -> list[Place]:
        """The columns that a cell lists, in the order of the tree.

        Raises:
            Fault: one of them is not there, or several may be meant.
        """
        whole = text in self.by_key or any(text in _names(place) for place in self.by_key.values())
        parts = [text] if whole else [part for part in _BETWEEN.split(text) if part]
        return sorted({self.meant(part).key: self.meant(part) for part in parts}.values(), key=_path)

    def keys(self, columns: Collection[int]) -> str:
        """As a cell lists these columns; what stands on no site is left out."""
        places = [place for place in self.by_key.values() if place.column.pk in columns]
        return BETWEEN.join(place.key for place in sorted(places, key=_path))

    def writable(self) -> list[Place]:
        """Those into which the desk may write."""
        return [place for place in self.by_key.values() if self._desk.may_add_to(place.column)]

    def below(self) -> Q:
        """The condition for articles that stand in one of the columns."""
        homes = {path[:-STEP] for path in self.by_path}
        return reduce(or_, (below(home, levels=2) for home in homes), Q(pk__in=[]))

    def _find(self, text: str) -> Place | Fault:
        if text in self.by_key:
            return self.by_key[text]
        known = [place for place in self.by_key.values() if text in _names(place)]
        # Names of columns into which one may not write do not make a name ambiguous.
        found = [place for place in known if self._desk.may_add_to(place.column)] or known
        if len(found) == 1:
            return found[0]
        if found:
            return Fault("several_columns", columns="、".join(place.key for place in found[:5]))
        return Fault("unknown_column", **self._hints.near(text))


def _path(place: Place) -> str:
    return str(place.column.path)


def _names(place: Place) -> set[str]:
    title = tidy(place.column.title)
    return {title, place.column.slug, f"{place.site}/{title}", f"{place.site_name}/{title}"}
