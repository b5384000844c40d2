"""Objects: exports for programs, an object a row and a line each; rows that have a place on earth also as features of a map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import IO, Any

from civicnet.exchange.quantities import DecimalWidget
from civicnet.exchange.resource import ImportResource

_BEGINNING = {"json": b"[", "geojson": b'{"type": "FeatureCollection", "features": ['}
_END = {"json": b"]\n", "geojson": b"]}\n"}


def write_objects(resource: ImportResource, rows: Iterable[Any], format: str) -> IO[bytes]:  # noqa: A002 - the word people use
    """One array in ``json``, one collection of features in ``geojson`` (RFC 7946, 3.3).

    The names are those of the fields, whatever language is spoken. A row is written before the next is read.
    """
    told = _told_of(resource, rows)
    file, before = TemporaryFile(), _BEGINNING[format]  # noqa: SIM115 - the caller sends and closes it
    for one in told if format == "json" else _features(resource, told):
        file.write(before + b"\n" + json.dumps(one, ensure_ascii=False).encode())
        before = b","
    file.write((before if before == _BEGINNING[format] else b"\n") + _END[format])
    file.seek(0)
    return file


def _told_of(resource: ImportResource, rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {name: _told(column, column.get_value(row)) for name, column in resource.fields.items()}


def _told(column: Any, value: Any) -> Any:
    # Numbers stay numbers; everything else is told, and masked, as in a table.
    if isinstance(column.widget, DecimalWidget):
        return value
    return column.widget.render(value) or None


def _features(resource: ImportResource, told: Iterable[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for one in told:
        longitude, latitude = (one.pop(name) for name in resource.point)
        place = None if None in (longitude, latitude) else {"type": "Point", "coordinates": [longitude, latitude]}
        # A place that is not known is null (3.2); a row without one is not left out.
        yield {"type": "Feature", "geometry": place, "properties": one}
