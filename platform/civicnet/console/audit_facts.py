"""What a record says was before and came after, side by side, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact under its name; ``moved`` where both sides are told and differ."""

    name: str
    before: str
    after: str
    moved: bool


def compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Fact]:
    """All facts of both sides, in the order in which they were told."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        Fact(
            name=name,
            before=_told(before[name]) if name in before else "",
            after=_told(after[name]) if name in after else "",
            moved=name in before and name in after and before[name] != after[name],
        )
        for name in names
    ]


def _told(value: Any) -> str:
    if value is None or value == "":
        return pgettext("fact", "none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return pgettext("between names", ", ").join(map(_told, value)) or pgettext("fact", "none")
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_told(one)}" for name, one in value.items()) or pgettext("fact", "none")
    return str(value)
