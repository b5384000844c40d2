"""Matching: what is held already under a row's natural key, and what the row would change of it."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import ExpressionWrapper, F, QuerySet, TextField

from civicnet.access.scope import covers
from civicnet.cipher import blind_indexes, decrypt
from civicnet.cipher.fields import EncryptedField
from civicnet.contract import Actor
from civicnet.exchange.models import RowKind
from civicnet.ledger.among import Among
from civicnet.ledger.images import bears, mark_of

if TYPE_CHECKING:
    from civicnet.exchange.resource import Draft, ImportResource, TypedRow


@dataclass(slots=True)
class Sealed:
    """A sealed value beside its blind index: compared without being opened, and opened only to show what it was."""

    index: str
    text: str
    place: str
    # What it is, once it was opened or somebody knew it anyway.
    plain: str | None = field(default=None, repr=False, compare=False)

    def holds(self, value: Any) -> bool:
        """Whether this is the value; where nothing is held, whether it is none."""
        return self.index in blind_indexes(value) if value else not self.text

    def open(self) -> str | None:
        """The value, or None where nothing is held."""
        if self.plain is None and self.text:
            self.plain = decrypt(self.text, place=self.place)
        return self.plain


@dataclass(frozen=True, slots=True)
class Held:
    """Something that is held: its key in the database, its values by column, and the path of its organisation."""

    ref: Any
    values: Mapping[str, Any]
    path: str | None = None

    @property
    def mark(self) -> str:
        """What tells later whether it is still the same."""
        return mark_of(self._facts())

    def bears(self, mark: str) -> bool:
        """Whether it is still what had this mark."""
        return bears(self._facts(), mark)

    def _facts(self) -> list[Any]:
        return [self.ref, *[one.index if type(one) is Sealed else one for one in self.values.values()]]


@dataclass(frozen=True, slots=True)
class Match:
    """What a good row is beside what is held: its kind, the values it changes as they were, and the mark of what is held."""

    kind: str
    before: Mapping[str, Any] = field(default_factory=dict)
    mark: str = ""


# As plain texts: a member's own hash and comparison cost more than the row beside it.
_CHANGED, _UNCHANGED = RowKind.CHANGED.value, RowKind.UNCHANGED.value
_NEW = Match(RowKind.NEW.value)


def changes(resource: ImportResource, values: Mapping[str, Any], held: Held) -> dict[str, Any]:
    """The held values that a row changes, as they are now, by column."""
    before: dict[str, Any] = {}
    said = values.get
    # Most are as they were: the others are looked at.
    for name, present in [(name, present) for name, present in held.values.items() if present != said(name)]:
        value = said(name)
        if type(present) is Sealed:
            keeps = value is None and resource.fields[name].blank_keeps
            if not keeps and not present.holds(value):
                before[name] = present.open()
        # Nought and no are values too.
        elif (present or value not in (None, "")) and (value is not None or not resource.fields[name].blank_keeps):
            before[name] = present
    return before


class Matcher:
    """Matches the rows of one file, in their order; it remembers the keys it has seen, a dozen bytes a key.

    ``present`` names the columns that the file has: what it has no column for, it says nothing of. A row that is matched
    gets there what is held, so that whoever shows, compares or writes it meets a whole row.
    """

    def __init__(self, resource: ImportResource, actor: Actor, *, present: Collection[str]) -> None:
        self._resource = resource
        self._actor = actor
        self._seen = _Seen()
        # Where a blank cell keeps what is held, the service knows what to do with it.
        self._unsaid = [name for name, one in resource.fields.items() if name not in present and not one.blank_keeps]

    def match(self, draft: Draft, candidates: Sequence[Held]) -> None:
        """Say what a checked row is; several candidates, a foreign one, or a key that came before are faults."""
        key = self._resource.natural_key
        if not key:
            draft.match = _NEW
            return
        given = tuple([draft.values.get(name) for name in key])
        if any(value is None for value in given):
            return
        if len(candidates) > 1:
            draft.fault(key[-1], "several_matches", count=len(candidates))
        elif candidates and not self._may_touch(candidates[0]):
            draft.fault(key[-1], self._resource.elsewhere)
        seen = hash(given)
        before = self._seen.row(seen)
        if before is not None:
            draft.fault(key[-1], "duplicate_in_file", row=before)
        elif not draft.is_faulty:
            self._seen.add(seen, draft.row)
            draft.match = self._kind(draft, candidates)

    def _kind(self, draft: Draft, candidates: Sequence[Held]) -> Match:
        if not candidates:
            return _NEW
        if self._unsaid:
            self._keep(draft, candidates[0])
        before = changes(self._resource, draft.values, candidates[0])
        return Match(_CHANGED if before else _UNCHANGED, before, candidates[0].mark)

    def _keep(self, draft: Draft, held: Held) -> None:
        for name in self._unsaid:
            # What the resource has made of other columns stands.
            if draft.values.get(name) is None and (present := held.values.get(name)) not in (None, ""):
                draft.values[name] = present.open() if type(present) is Sealed else present

    def _may_touch(self, held: Held) -> bool:
        return held.path is None or covers(self._actor, self._resource.permission, held.path)


class _Seen:
    """Keys, as their hashes, and the rows they stood in. A dictionary of a million of them would take a hundred megabytes."""

    _SHELVES = 1 << 14

    def __init__(self) -> None:
        self._shelves: dict[int, tuple[array[int], array[int]]] = {}

    def row(self, seen: int) -> int | None:
        """The row of a key, if it was there."""
        hashes, rows = self._shelves.get(seen % self._SHELVES, _NOTHING)
        return rows[hashes.index(seen)] if seen in hashes else None

    def add(self, seen: int, row: int) -> None:
        """Remember a key that was not there."""
        shelf = self._shelves.get(seen % self._SHELVES)
        if shelf is None:
            shelf = self._shelves[seen % self._SHELVES] = (array("q"), array("q"))
        shelf[0].append(seen)
        shelf[1].append(row)


_NOTHING: tuple[array[int], array[int]] = (array("q"), array("q"))


def held_by_key(
    rows: Iterable[Draft | TypedRow],
    stored: QuerySet[Any],
    *,
    key: Mapping[str, str],
    columns: Mapping[str, str],
    path: str = "",
) -> dict[int, list[Held]]:
    """What is held under the keys of these rows, by row number; one statement.

    ``key`` and ``columns`` give paths of fields by column. Sealed fields need a blind index beside them.
    """
    given = [(row.row, tuple([row.values.get(name) for name in key])) for row in rows]
    wanted = [(number, values) for number, values in given if None not in values]
    if not wanted:
        return {}
    plan = {name: _Source(stored, field) for name, field in columns.items()}
    first = plan[next(iter(key))]
    lookups = {index: value for _number, (value, *_rest) in wanted for index in first.lookups(value)}
    found = stored.annotate(**{alias: one for source in plan.values() for alias, one in source.bare.items()})
    names = [name for source in plan.values() for name in source.names]
    held: dict[tuple[Any, ...], list[Held]] = {}
    for pk, *read in found.filter(Among(first.lookup, lookups)).values_list("pk", *names, *([path] if path else [])):
        values, at = {}, 0
        for name, source in plan.items():
            values[name] = source.value(read[at : at + len(source.names)], lookups)
            at += len(source.names)
        one = Held(pk, values, read[-1] if path else None)
        held.setdefault(tuple([values[name] for name in key]), []).append(one)
    return {number: held[values] for number, values in wanted if values in held}


class _Source:
    """Where a column's held value is read."""

    def __init__(self, stored: QuerySet[Any], path: str) -> None:
        sealed = _field(stored, path)
        self.bare: dict[str, Any] = {}
        self.names = [path]
        self.lookup = path
        self.place = ""
        if isinstance(sealed, EncryptedField):
            start = path[: -len(sealed.attname)]
            self.lookup, self.place = f"{start}{sealed.index}", sealed.place
            alias = f"stored_{path}"
            self.bare = {alias: ExpressionWrapper(F(path), output_field=TextField())}
            self.names = [self.lookup, alias]

    def lookups(self, value: Any) -> list[Any]:
        """Under which stored values a given one may be found."""
        return list(blind_indexes(value)) if self.place else [value]

    def value(self, read: Sequence[Any], lookups: Mapping[Any, Any]) -> Any:
        """The held value; of a sealed key the given one it was found by."""
        if not self.place:
            return read[0]
        return lookups.get(read[0]) or Sealed(read[0], read[1] or "", self.place)


def _field(stored: QuerySet[Any], path: str) -> Any:
    model, parts = stored.model, path.split("__")
    for part in parts[:-1]:
        model = model._meta.get_field(part).related_model
    return model._meta.get_field(parts[-1])
