"""Planting many organisations at once: the places of new nodes are reckoned here, one pass, one statement for thousands.

The tree's own ``add_child`` asks three statements a node, which for a country's villages is most of an hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from civicnet.access.models import AliasKind, Organisation, OrganisationAlias
from civicnet.access.scope import beyond
from civicnet.contract import InvalidInput

_STEP = Organisation.steplen
# The longest codes are those of communities and villages, below which no division stands.
_LEAF_CODE = 12


class Planting:
    """The places taken so far, as far as they are asked about. Hold the tree while one is in use."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._chunk: dict[str, str] = {}
        self._last: dict[str, int] = {}
        self._more: Counter[str] = Counter()

    def look_up(self, codes: Iterable[str]) -> None:
        """Begin a chunk: find out which of the codes it speaks of have a place."""
        wanted = {code for code in codes if code not in self._above}
        rows = Organisation.objects.filter(code__in=wanted).order_by()
        found = list(rows.values_list("code", "path", "valid_to"))
        self._chunk = {code: path if valid_to is None else "" for code, path, valid_to in found}
        given_up = OrganisationAlias.objects.filter(value__in=wanted, kind=AliasKind.FORMER_CODE).order_by()
        for code, path in given_up.values_list("value", "organisation__path"):
            self._chunk[code] = self._chunk.get(code) or path
        self._above.update({code: path for code, path in self._chunk.items() if len(code) < _LEAF_CODE})

    def has(self, code: str) -> bool:
        """Whether the code has a place, or had one."""
        return code in self._chunk or code in self._above

    def place(self, code: str, parent: str) -> str | None:
        """The path of a new node below a parent, or of a new root; None if there is no such parent, or it is closed."""
        above = (self._chunk.get(parent) or self._above.get(parent)) if parent else ""
        if above is None or (parent and not above):
            return None
        path = above + self._next_step(above)
        if len(code) < _LEAF_CODE:
            self._above[code], self._last[path] = path, 0
        else:
            self._chunk[code] = path
        if above:
            self._more[above] += 1
        return path

    def count_children(self) -> None:
        """Tell the nodes above how many more they have."""
        table = connection.ops.quote_name(Organisation._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET numchild = numchild + %s WHERE path = %s",  # noqa: S608 — our own table's name
                [(count, path) for path, count in self._more.items()],
            )

    def _next_step(self, above: str) -> str:
        if above not in self._last:
            self._last[above] = self._last_step(above)
        self._last[above] += 1
        step = str(Organisation.numconv_obj().int2str(self._last[above])).rjust(_STEP, Organisation.alphabet[0])
        if len(step) > _STEP:
            raise InvalidInput(code="TOO_MANY")
        return step

    def _last_step(self, above: str) -> int:
        below = (
            Organisation.objects.filter(path__gt=above, path__lt=beyond(above)) if above else Organisation.objects.all()
        )
        last = below.order_by("-path").values_list("path", flat=True).first()
        return int(Organisation.numconv_obj().str2int(last[len(above) : len(above) + _STEP])) if last else 0
