"""What every row of a roster must be, before any of them is applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from civicnet_grid.errors import RosterFault
from civicnet_grid.models import Sex
from civicnet_grid.roster import RosterRow

ID_LENGTH = 18
SEXES = frozenset(Sex.values)


Rule = tuple[str, Callable[[RosterRow], bool], object]
# Rules about ``_shared``: what many rows have in common is looked at once.
SHARED_RULES: list[Rule] = [
    ("level", lambda row: row.level in (1, 2, 3), _("a level is 1, 2 or 3.")),
    ("duty", lambda row: row.duty in ("A", "B", None), _("a duty is A or B, or left out.")),
    ("duty", lambda row: row.level > 1 or row.duty != "B", _("level 1 has one lead and no backup.")),
    (
        "seat",
        lambda row: row.seat is None or (row.seat >= 1 and row.duty is not None),
        _("a pair has a number from 1, and A or B."),
    ),
    ("seat", lambda row: row.level > 1 or row.seat in (None, 1), _("level 1 has one lead and no pairs.")),
    ("sex", lambda row: row.sex in SEXES, _("the sex is M or F.")),
    ("political_status", lambda row: len(row.political_status) <= 20, _("the political status is too long.")),
]
RULES: list[Rule] = [
    ("name", lambda row: 0 < len(row.name.strip()) <= 100, _("a name has 1 to 100 signs.")),
    ("id_number", lambda row: len(row.id_number) == ID_LENGTH, _("an ID number has 18 signs.")),
    ("phone", lambda row: row.phone.isdigit() and len(row.phone) <= 20, _("a phone number is made of digits.")),
]


def check_rows(rows: Sequence[RosterRow]) -> None:
    """Check each row alone, and that no person comes twice.

    Raises:
        RosterFault: for the first row that breaks a rule.
    """
    seen: dict[str, int] = {}
    sound: set[tuple[Any, ...]] = set()
    for row in rows:
        shared = _shared(row)
        if shared not in sound:
            _check(row, SHARED_RULES)
            sound.add(shared)
        if not _is_sound(row):
            _check(row, RULES)
        if row.id_number in seen:
            sentence = _("this ID number is also in row %(other)d.") % {"other": seen[row.id_number]}
            raise RosterFault(row.row, sentence, field="id_number", code="WORKER_TWICE")
        seen[row.id_number] = row.row


def _is_sound(row: RosterRow) -> bool:
    # What RULES say, in one go; they tell which is broken.
    name, phone = row.name, row.phone
    return 0 < len(name.strip()) <= 100 and len(row.id_number) == ID_LENGTH and phone.isdigit() and len(phone) <= 20


def _shared(row: RosterRow) -> tuple[Any, ...]:
    return row.level, row.duty, row.seat, row.sex, row.political_status


def _check(row: RosterRow, rules: list[Rule]) -> None:
    for name, holds, sentence in rules:
        if not holds(row):
            raise RosterFault(row.row, sentence, field=name)
