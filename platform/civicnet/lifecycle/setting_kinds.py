"""Kinds of settings: for each, the reader that turns what was given into the plain value that is stored, or raises."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

# What a JSON reader in any language still holds exactly.
_LARGEST = Decimal(10) ** 15
_PLACES = -9


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    # Half a sign, as JSON can carry it: no database takes it.
    value.encode()
    return value


def _whole(value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise ValueError(value)
    return int(number)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise TypeError(value)
    number = Decimal(str(value).strip())
    if not number.is_finite() or abs(number) >= _LARGEST or int(number.as_tuple().exponent) < _PLACES:
        raise ValueError(value)
    return number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _date(value: Any) -> str:
    if isinstance(value, datetime):
        raise TypeError(value)
    return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()


def _time(value: Any) -> str:
    made = value if isinstance(value, time) else time.fromisoformat(value)
    if made.tzinfo or made.second or made.microsecond:
        raise ValueError(value)
    return made.isoformat("minutes")


def _url(value: Any) -> str:
    # A second slash would lead to another host.
    return _matching(r"https?://[^\s/]\S*|/(?![/\\])\S*", value)


def _email(value: Any) -> str:
    return _matching(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)


def _matching(pattern: str, value: Any) -> str:
    text = _text(value)
    if text and not re.fullmatch(pattern, text):
        raise ValueError(value)
    return text


READERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _whole,
    # One spelling for one number: 5, 5.0 and 0.5e1 are the same.
    "decimal": lambda value: format((_decimal(value) + 0).normalize(), "f"),
    "boolean": _boolean,
    "choice": _text,
    "date": _date,
    "time": _time,
    "url": _url,
    "email": _email,
}
