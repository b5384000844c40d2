"""Data elements: what is asked of people, by one name wherever it is asked, so that nobody is asked twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.forms import BaseForm

_KEY = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
# Given the paths of organisations: the rows that hold the element for them and for those below.
Holder = Callable[[Sequence[str]], "QuerySet[Any]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataElement:
    """One thing that can be asked, e.g. the phone of a grid worker.

    ``key`` names whom or what it is about and what of it: ``"worker.phone"``; it never changes. ``definition`` is one
    sentence. ``held_by`` says where it is kept, in words, and ``holder`` gives the rows that keep it, which are counted and
    never read; nobody keeps it without. A value stays fresh for ``fresh_days`` after its row was last changed or imported;
    None: for good. ``aliases`` are other words in which people ask for it.
    """

    key: str
    label: Any
    definition: Any
    held_by: Any = ""
    holder: Holder | None = None
    fresh_days: int | None = None
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r}: a key reads like worker.phone")
        if bool(self.held_by) != (self.holder is not None):
            raise ValueError(f"{self.key}: say both who holds it and which rows, or neither")
        if self.fresh_days is not None and self.fresh_days < 1:
            raise ValueError(f"{self.key}: a value stays fresh for a day at least, or for good (None)")


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A form that people fill in. ``key`` starts with the plugin's slug and a dot.

    Its class has ``elements``: for every field the key of the element it fills, or None where it fills none (a reason, a
    remark, a question about nothing that is kept).
    """

    key: str
    label: Any
    form: type[BaseForm]

    @property
    def elements(self) -> Mapping[str, str | None]:
        """What each field fills."""
        found: Mapping[str, str | None] = getattr(self.form, "elements", {})
        return found

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys of the elements it asks for, in order."""
        return tuple(dict.fromkeys(key for key in self.elements.values() if key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Something that was asked, in sums: who asked, what for, how often, and of how many rows.

    ``asker`` is an office or a service in words, ``what`` a form or a kind of file. ``elements`` are keys; ``fields`` is how
    many fields a row has, those included that fill no element. ``rows`` is how many were filled in, ``minutes`` how long
    that took; None: the host reckons it from rows and fields. ``kept`` gives the reasons for which the designer asks for
    elements that are held already, by key.
    """

    asker: Any
    what: Any
    elements: tuple[str, ...]
    fields: int
    times: int
    rows: int
    minutes: float | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
