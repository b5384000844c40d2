"""Asking once: what a person who designs a form is told about a field that asks for what is held already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civicnet.exchange.elements import Known, Use, register, uses
from civicnet.exchange.holdings import Holding, holdings
from civicnet.exchange.likeness import EXACT, alike

_MOST = 3


@dataclass(frozen=True, slots=True)
class Flag:
    """One element that a field asks for, or seems to.

    ``certain``: it was picked, or the field is worded just like it. ``asked_by`` are files and forms that ask for it.
    """

    known: Known
    holding: Holding
    certain: bool
    asked_by: tuple[Any, ...]

    @property
    def key(self) -> str:
        """The element's key."""
        return self.known.element.key

    @property
    def stands(self) -> bool:
        """Whether the field need not be asked: it is certain what it asks for, and that is held and fresh."""
        return self.certain and self.is_fresh

    @property
    def is_fresh(self) -> bool:
        """Whether what is held can be used."""
        return self.holding.is_fresh(self.known.element)

    @property
    def sentence(self) -> str:
        """Who holds it since when, and how fresh it is."""
        element, holding = self.known.element, self.holding
        if element.holder is None:
            return _("Nobody keeps it for others to use.")
        gaps = {
            "holder": element.held_by,
            "rows": holding.rows,
            "since": _day(holding.since),
            "confirmed": _day(holding.confirmed),
            "days": element.fresh_days,
        }
        if not holding.rows:
            return _("Kept by: %(holder)s. Nothing stands there yet for this area.") % gaps
        if holding.since:
            told = _(
                "Kept by: %(holder)s. Rows in this area: %(rows)d, since %(since)s; last confirmed on %(confirmed)s."
            )
        elif holding.confirmed:
            told = _("Kept by: %(holder)s. Rows in this area: %(rows)d; last confirmed on %(confirmed)s.")
        else:
            told = _("Kept by: %(holder)s. Rows in this area: %(rows)d.")
        return _("%(facts)s %(freshness)s") % {"facts": told % gaps, "freshness": self._freshness() % gaps}

    def _freshness(self) -> str:
        if self.known.element.fresh_days is None:
            return _("It does not grow old.")
        if self.is_fresh:
            return _("It stays fresh for %(days)d days.")
        return _("That is older than %(days)d days: ask for what has changed only.")


def flags(fields: Sequence[tuple[str, str]], *, paths: Sequence[str]) -> list[list[Flag]]:
    """What each field asks for, the surest first, at most three each.

    A field is its wording and the key of the element that was picked for it, "" for none. ``paths`` are the organisations
    whose people will be asked. Statements do not grow with the number of fields.
    """
    found, asked = register(), uses()
    words = {key: tuple(_words(one, asked)) for key, one in found.items()}
    matched = [_picked(element, found) if element else _matched(text, found, words) for text, element in fields]
    wanted = {known.element.key: known for one in matched for known, _likeness in one}
    held = holdings(wanted.values(), paths, asked=asked)
    return [[_flag(known, held, likeness, asked) for known, likeness in one] for one in matched]


def _flag(known: Known, held: Mapping[str, Holding], likeness: float, asked: Iterable[Use]) -> Flag:
    askers = tuple(use.label for use in asked if known.element.key in use.elements.values())
    return Flag(known, held[known.element.key], likeness == EXACT, askers)


def elements_to_pick() -> list[tuple[str, Any]]:
    """All elements as choices of a form, by label."""
    return sorted(((key, one.element.label) for key, one in register().items()), key=lambda one: str(one[1]))


def _picked(key: str, known: Mapping[str, Known]) -> list[tuple[Known, float]]:
    return [(known[key], EXACT)] if key in known else []


def _matched(text: str, known: Mapping[str, Known], words: Mapping[str, Sequence[str]]) -> list[tuple[Known, float]]:
    scored = [(one, max(alike(text, word) for word in words[key])) for key, one in known.items()]
    likely = sorted((one for one in scored if one[1]), key=lambda one: -one[1])
    exact = [one for one in likely if one[1] == EXACT]
    return (exact or likely)[:_MOST]


def _words(known: Known, asked: Iterable[Use]) -> Iterator[str]:
    """All wordings of an element: its labels and aliases, and the headings of columns that fill it."""
    element = known.element
    yield from element.aliases
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            yield str(element.label)
    for use in asked:
        for name, key in use.elements.items():
            if key == element.key:
                yield from use.words.get(name, ())


def _day(at: Any) -> str:
    return date_format(timezone.localtime(at), "Y-m-d") if at else ""


KEEP_REASON = gettext_lazy("Why is it asked for all the same?")
"""What a designer is asked who keeps such a field; the answer stands on the burden page."""
