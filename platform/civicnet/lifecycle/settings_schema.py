"""Settings a plugin declares in ``plugin.toml``: how they are declared, and the one check that every value passes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext, gettext_noop

from civicnet.lifecycle.setting_kinds import READERS

KINDS = tuple(READERS)
NUMBERS = ("integer", "decimal")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEYS = {"kind", "default", "label", "help", "choices", "lowest", "highest", "longest", "per_site"}
_NO_SUCH = {
    "text": gettext_noop("%(value)s is no text."),
    "integer": gettext_noop("%(value)s is no whole number."),
    "decimal": gettext_noop("%(value)s is no number."),
    "boolean": gettext_noop("%(value)s is neither true nor false."),
    "choice": gettext_noop("%(value)s is no choice."),
    "date": gettext_noop("%(value)s is no date such as 2026-12-01."),
    "time": gettext_noop("%(value)s is no time such as 08:30."),
    "url": gettext_noop("%(value)s is no address such as https://example.gov.cn/ or /path/."),
    "email": gettext_noop("%(value)s is no e-mail address."),
}


class SettingError(ValueError):
    """A value does not fit its setting, or a declaration breaks a rule; ``name`` is the setting's.

    ``str()`` is for the plugin's author and English. It is also read while Django's own settings load, when nothing can be
    translated yet.
    """

    def __init__(self, name: str, text: str, **gaps: object) -> None:
        self.name, self._text, self._gaps = name, text, gaps
        super().__init__(f"{name}: {text % gaps if gaps else text}")

    @property
    def sentence(self) -> str:
        """What is told to whoever gave the value, in the language in force."""
        return gettext(self._text) % self._gaps if self._gaps else gettext(self._text)


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
            made = READERS[self.kind](value)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise SettingError(self.name, _NO_SUCH[self.kind], value=_shown(value)) from error
        if self.kind == "choice" and made not in self.choices:
            text = gettext_noop("Choose one of %(choices)s, not %(value)s.")
            raise SettingError(self.name, text, choices=", ".join(self.choices), value=_shown(value))
        if self.kind in NUMBERS:
            self._bound(Decimal(str(made)))
        if isinstance(made, str) and len(made) > self.longest:
            raise SettingError(self.name, gettext_noop("Give %(longest)d characters at most."), longest=self.longest)
        return made

    def or_default(self, value: Any) -> Any:
        """The stored value, or the default where it does not fit any more since the plugin was updated."""
        try:
            return self.plain(value)
        except SettingError:
            return self.default

    def _bound(self, number: Decimal) -> None:
        if self.lowest is not None and number < self.lowest:
            raise SettingError(self.name, gettext_noop("Give %(lowest)s at least."), lowest=self.lowest)
        if self.highest is not None and number > self.highest:
            raise SettingError(self.name, gettext_noop("Give %(highest)s at most."), highest=self.highest)


def read_settings(declared: Mapping[str, Any]) -> tuple[Setting, ...]:
    """The settings of a manifest's ``[settings]`` table.

    Raises:
        SettingError: a name, a kind or a default breaks a rule.
    """
    return tuple(_setting(name, entry) for name, entry in declared.items())


def _setting(name: str, entry: Any) -> Setting:
    if not NAME.fullmatch(name):
        raise SettingError(name, "a setting is named in small letters, digits and underscores")
    if not isinstance(entry, dict):
        raise SettingError(name, "must be a table")
    if unknown := sorted(entry.keys() - _KEYS):
        raise SettingError(name, f"unknown key {', '.join(unknown)}")
    if entry.get("kind") not in KINDS:
        raise SettingError(name, f"kind must be one of {', '.join(KINDS)}")
    for key in ("label", "default"):
        if entry.get(key) in (None, {}):
            raise SettingError(name, f"needs a {key}")
    _check_pairs(name, entry)
    made = Setting(
        name=name,
        kind=entry["kind"],
        default=None,
        label=_texts(name, "label", entry["label"]),
        help=_texts(name, "help", entry.get("help", {})),
        choices={key: _texts(name, f"choices.{key}", texts) for key, texts in _table(name, "choices", entry).items()},
        lowest=_number(name, "lowest", entry),
        highest=_number(name, "highest", entry),
        longest=_longest(name, entry),
        per_site=_boolean(name, "per_site", entry),
    )
    if made.lowest is not None and made.highest is not None and made.lowest > made.highest:
        raise SettingError(name, "lowest lies above highest")
    return replace(made, default=made.plain(entry["default"]))


def _check_pairs(name: str, entry: Mapping[str, Any]) -> None:
    kind = entry["kind"]
    if (kind == "choice") != bool(entry.get("choices")):
        raise SettingError(name, "choices belong to the kind choice, and it needs some")
    if kind not in NUMBERS and ("lowest" in entry or "highest" in entry):
        raise SettingError(name, "lowest and highest belong to numbers")
    if kind not in ("text", "url", "email") and "longest" in entry:
        raise SettingError(name, "longest belongs to texts")


def _table(name: str, key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    found = entry.get(key, {})
    if not isinstance(found, dict):
        raise SettingError(name, f"{key} must be a table")
    return found


def _texts(name: str, key: str, given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(text, str) and text for text in given.values()):
        raise SettingError(name, f"{key} must give a text for each language")
    return dict(given)


def _number(name: str, key: str, entry: Mapping[str, Any]) -> Decimal | None:
    if key not in entry:
        return None
    try:
        return Decimal(READERS["decimal"](entry[key]))
    except (TypeError, ValueError, InvalidOperation) as error:
        raise SettingError(name, f"{key} must be a number") from error


def _longest(name: str, entry: Mapping[str, Any]) -> int:
    found = entry.get("longest", 200)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise SettingError(name, "longest must be a number of characters")
    return found


def _boolean(name: str, key: str, entry: Mapping[str, Any]) -> bool:
    found = entry.get(key, False)
    if not isinstance(found, bool):
        raise SettingError(name, f"{key} must be true or false")
    return found


def _shown(value: Any) -> str:
    # Whatever was given stands in a sentence, and may be endless or hold signs that steer a terminal.
    try:
        text = str(value)
    except ValueError:
        # Python does not write out numbers of many thousand digits.
        text = "…"
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text[:60]) or '""'
