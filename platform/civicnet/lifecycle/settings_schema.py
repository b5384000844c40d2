"""Settings a plugin declares in ``plugin.toml``: their kinds, and the one check that every value passes on its way in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

KINDS = ("text", "integer", "decimal", "boolean", "choice", "date", "time", "url", "email")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


class SettingError(ValueError):
    """A value does not fit its setting; the sentence says which and what would fit."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as the manifest declares it. ``label``, ``help`` and the choices map language codes to sentences.

    ``lowest`` and ``highest`` bound numbers; ``longest`` bounds texts, in characters. ``per_site`` settings may differ
    from site to site. Values are plain: dates and times in ISO form, decimals as text.
    """

    name: str
    kind: str
    default: Any
    label: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lowest: Decimal | None = None
    highest: Decimal | None = None
    longest: int = 200
    per_site: bool = False

    def plain(self, value: Any) -> Any:
        """The value as it is stored.

        Raises:
            SettingError: it is of another kind, out of bounds, or no choice.
        """
        try:
            made = _PLAIN[self.kind](value)
        except (TypeError, ValueError, InvalidOperation, KeyError) as error:
            raise SettingError(f"{self.name}: {value!r} is no {self.kind}") from error
        if self.kind == "choice" and made not in self.choices:
            raise SettingError(f"{self.name}: choose one of {', '.join(self.choices)}, not {value!r}")
        if self.kind in ("integer", "decimal"):
            self._bound(Decimal(str(made)))
        if isinstance(made, str) and len(made) > self.longest:
            raise SettingError(f"{self.name}: at most {self.longest} characters")
        return made

    def or_default(self, value: Any) -> Any:
        """The stored value, or the default where it does not fit any more since the plugin was updated."""
        try:
            return self.plain(value)
        except SettingError:
            return self.default

    def _bound(self, number: Decimal) -> None:
        if not number.is_finite():
            raise SettingError(f"{self.name}: {number} is no number")
        if self.lowest is not None and number < self.lowest:
            raise SettingError(f"{self.name}: at least {self.lowest}")
        if self.highest is not None and number > self.highest:
            raise SettingError(f"{self.name}: at most {self.highest}")


def read_settings(declared: Mapping[str, Any]) -> tuple[Setting, ...]:
    """The settings of a manifest's ``[settings]`` table.

    Raises:
        SettingError: a name, a kind or a default breaks a rule.
    """
    return tuple(_setting(name, dict(entry)) for name, entry in declared.items())


def _setting(name: str, entry: dict[str, Any]) -> Setting:
    if not NAME.fullmatch(name):
        raise SettingError(f"a setting is named in small letters, digits and underscores, not {name!r}")
    known = {"kind", "default", "label", "help", "choices", "lowest", "highest", "longest", "per_site"}
    if unknown := sorted(entry.keys() - known):
        raise SettingError(f"{name}: unknown key {', '.join(unknown)}")
    if entry.get("kind") not in KINDS:
        raise SettingError(f"{name}: kind must be one of {', '.join(KINDS)}")
    if not entry.get("label"):
        raise SettingError(f"{name}: needs a label")
    if "default" not in entry:
        raise SettingError(f"{name}: needs a default")
    made = Setting(
        name=name,
        kind=str(entry["kind"]),
        default=None,
        label=dict(entry["label"]),
        help=dict(entry.get("help", {})),
        choices={key: dict(texts) for key, texts in dict(entry.get("choices", {})).items()},
        lowest=_number(entry.get("lowest")),
        highest=_number(entry.get("highest")),
        longest=int(entry.get("longest", 200)),
        per_site=bool(entry.get("per_site", False)),
    )
    return replace(made, default=made.plain(entry["default"]))


def _number(given: Any) -> Decimal | None:
    return None if given is None else Decimal(str(given))


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    return int(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value


def _url(value: Any) -> str:
    text = _text(value)
    if text and not re.fullmatch(r"https?://[^\s]+|/[^\s]*", text):
        raise ValueError(value)
    return text


def _email(value: Any) -> str:
    text = _text(value)
    if text and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError(value)
    return text


def _date(value: Any) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()


def _time(value: Any) -> str:
    return (value if isinstance(value, time) else time.fromisoformat(value)).isoformat("minutes")


_PLAIN: dict[str, Any] = {
    "text": _text,
    "choice": _text,
    "integer": _integer,
    "boolean": _boolean,
    "decimal": lambda value: str(Decimal(str(value))),
    "date": _date,
    "time": _time,
    "url": _url,
    "email": _email,
}
