"""Images: what bulk writes add, and what stood there before they changed it, so that a whole import can be taken back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

import orjson
from django.db import models

_MARK_BYTES = 8
_blake2b = hashlib.blake2b
_PLAIN: frozenset[type] = frozenset((str, int, bool, float, type(None)))
_AS_THEY_ARE = _PLAIN | {date}


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of one model that one call wrote. ``before`` holds their values, or is None where they are new.

    ``marks`` tell later whether a row still holds what was written. ``origins`` are rows of the file that brought it.
    """

    model: str
    fields: list[str]
    keys: list[Any]
    marks: list[str]
    origins: list[int]
    before: list[list[Any]] | None = None


@dataclass(slots=True)
class Image:
    """What was written meanwhile, in order."""

    written: list[Written] = field(default_factory=list)

    def dump(self) -> str:
        """As text; it holds personal values, so whoever keeps it seals it."""
        return dumped([_as_dict(one) for one in self.written])

    @classmethod
    def load(cls, text: str) -> Image:
        """What ``dump`` made, back."""
        return cls([Written(**one) for one in loaded(text)])

    def forget(self, meant: Callable[[list[Any]], bool]) -> int:
        """Drop changed rows whose former values are meant; returns how many. They cannot be taken back any more."""
        dropped = 0
        for at, one in enumerate(self.written):
            stays = [place for place, values in enumerate(one.before or []) if not meant(values)]
            if one.before is None or len(stays) == len(one.before):
                continue
            dropped += len(one.before) - len(stays)
            lists: Any = {
                name: [getattr(one, name)[place] for place in stays] for name in ("keys", "marks", "origins", "before")
            }
            self.written[at] = replace(one, **lists)
        return dropped


_kept: ContextVar[Image | None] = ContextVar("civicnet_image", default=None)


@contextmanager
def kept() -> Iterator[Image]:
    """Keep an image of whatever is written in bulk inside the block."""
    image = Image()
    token = _kept.set(image)
    try:
        yield image
    finally:
        _kept.reset(token)


@contextmanager
def not_kept() -> Iterator[None]:
    """Keep none of what is written inside the block: parts that come and go with a row that a service takes back."""
    token = _kept.set(None)
    try:
        yield
    finally:
        _kept.reset(token)


def image_wanted() -> Image | None:
    """The image that is being kept, or None."""
    return _kept.get()


def note(
    *, model: type[models.Model], key: Any, mark: str, origin: int, before: Mapping[str, Any] | None = None
) -> None:
    """Note in the image that is kept, if any, a row that a service wrote by itself, and that a service will take back.

    ``mark`` tells that service later whether the row is still as it was left, ``before`` is what it needs to bring the former
    one back, or None where the row is new; ``origin`` is the row of the file that brought it.
    """
    image = image_wanted()
    if image is not None:
        former = None if before is None else [[dict(before)]]
        image.written.append(Written(model._meta.label_lower, [], [key], [mark], [origin], former))


@contextmanager
def noted(rows: models.QuerySet[Any], *, fields: Sequence[str]) -> Iterator[dict[Any, int]]:
    """Note what a service writes in the block, row by row, so that it is taken back like what is written in bulk.

    ``rows`` are those of one model that may change, ``fields`` names the columns (in Python) that the service writes. The block
    puts the row of the file by the key of what came of it. New rows are removed again, changed ones get their former values.
    """
    origins: dict[Any, int] = {}
    before = _as_held(rows, fields) if image_wanted() is not None else {}
    yield origins
    image = image_wanted()
    if image is None or not origins:
        return
    now = _as_held(rows.model._base_manager.filter(pk__in=origins), fields)
    for former in (False, True):
        keys = [key for key in origins if (key in before) is former and now[key] != before.get(key)]
        if keys:
            written = Written(
                model=rows.model._meta.label_lower,
                fields=list(fields),
                keys=keys,
                marks=marks_of([now[key] for key in keys]),
                origins=[origins[key] for key in keys],
                before=plain_rows([before[key] for key in keys]) if former else None,
            )
            image.written.append(written)


def _as_held(rows: models.QuerySet[Any], fields: Sequence[str]) -> dict[Any, tuple[Any, ...]]:
    return {key: tuple(values) for key, *values in rows.order_by().values_list("pk", *fields)}


def dumped(value: Any) -> str:
    """JSON, made quickly."""
    try:
        return orjson.dumps(value, default=plain_value, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except TypeError:
        # A number beyond 64 bits, or half a pair of UTF-16.
        # The space before it says who has to read it.
        return " " + json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain_value)


def loaded(text: str) -> Any:
    """What ``dumped`` made, back."""
    return json.loads(text) if text.startswith(" ") else orjson.loads(text)


def _as_dict(written: Written) -> dict[str, Any]:
    # Not ``asdict``: that copies each value of each row.
    return {name: getattr(written, name) for name in Written.__dataclass_fields__}


def mark_of(values: Sequence[Any]) -> str:
    """A short digest of a row's values: equal rows have equal marks, on either database."""
    known = _AS_THEY_ARE.issuperset(map(type, values))
    return _digest(values if known else _plain(values))


def marks_of(rows: Sequence[Sequence[Any]]) -> list[str]:
    """``mark_of`` each row, a whole column at a time."""
    return [_digest(row) for row in _columnwise(rows, _AS_THEY_ARE)]


def bears(values: Sequence[Any], mark: str) -> bool:
    """Whether a row's values have this mark, be it one of former days: files are taken back by the marks of then."""
    return mark_of(values) == mark or _former_mark_of(values) == mark


def _digest(values: Sequence[Any]) -> str:
    try:
        text = orjson.dumps(values)
    except TypeError:
        text = json.dumps(values, ensure_ascii=False, default=plain_value).encode(errors="surrogatepass")
    return _blake2b(text, digest_size=_MARK_BYTES).hexdigest()


def _former_mark_of(values: Sequence[Any]) -> str:
    # Made until November 2026; JSON takes less than half the time.
    return _blake2b(repr(_plain(values)).encode(), digest_size=_MARK_BYTES).hexdigest()


def _plain(values: Sequence[Any]) -> list[Any]:
    return [value if type(value) in _AS_THEY_ARE else plain_value(value) for value in values]


def plain_rows(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows with each ``plain_value``."""
    return [[*row] for row in _columnwise(rows, _PLAIN)]


def _columnwise(rows: Sequence[Sequence[Any]], as_they_are: frozenset[type]) -> Iterator[tuple[Any, ...]]:
    columns = [
        column if as_they_are.issuperset(map(type, column)) else [plain_value(value) for value in column]
        for column in zip(*rows, strict=True)
    ]
    return zip(*columns, strict=True)


def plain_value(value: Any) -> Any:
    """A column's value as JSON can hold it, the same before it is written and after it was read."""
    if value is None or type(value) in (str, int, bool, float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)
