"""Reading many rows a column at a time: what is written as it should be costs a look each, and no call.

Only what every widget's ``quick`` takes, or what was read before without anything to say, is read here; any other row is left
to ``ImportResource.skip`` and ``read``, which say the same of these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from civicnet.exchange.reading import Row
    from civicnet.exchange.resource import ImportResource

# How the first cell of a row begins that may be the example row of a template, in any language.
_MAYBE_AN_EXAMPLE = frozenset("示样eE")


def read_columnwise(
    resource: ImportResource, rows: Sequence[Row], positions: Mapping[str, int]
) -> list[dict[str, Any] | None]:
    """The typed values of each row of which there is nothing to say, or None: then it has to be looked at by itself."""
    columns = [*zip_longest(*(cells for _number, cells in rows))]
    nothing = [None] * len(rows)
    # None of the rows may reach as far as our first column.
    first = min(positions.values(), default=len(columns))
    slow = set(_unusual(columns[first] if first < len(columns) else nothing))
    read: list[Sequence[Any]] = []
    for name, known, quick in resource.readers:
        at = positions.get(name, len(columns))
        cells: Sequence[Any] = columns[at] if at < len(columns) else nothing
        required = resource.fields[name].required
        values = [known.get(cell) for cell in cells]
        for place in [place for place, value in enumerate(values) if value is None]:
            cell = cells[place]
            if cell is None or cell == "":
                if required:
                    slow.add(place)
                continue
            # What the row before has taught is known by now.
            value = (quick(cell) if known.get(cell) is None else known[cell]) if type(cell) is str else None
            if value is None and (value := resource.learnt(name, cell)) is None:
                slow.add(place)
            values[place] = value
        read.append(values)
    names = [name for name, _known, _quick in resource.readers]
    found: list[dict[str, Any] | None] = [dict(zip(names, values, strict=True)) for values in zip(*read, strict=True)]
    for place in slow:
        found[place] = None
    return found


def _unusual(first: Sequence[Any]) -> list[int]:
    """Rows that do not begin as rows of people do: a total, a line below the table, an example, or nothing."""
    return [
        place
        for place, cell in enumerate(first)
        if type(cell) is not str or not cell[:1].isalnum() or cell[0] in _MAYBE_AN_EXAMPLE
    ]
