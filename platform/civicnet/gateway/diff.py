"""What a switch would break: the schema as it is held against the schema after it, with who called what breaks lately."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graphql import BreakingChange, DangerousChange, find_breaking_changes, find_dangerous_changes

from civicnet.gateway.composer import Composed, compose
from civicnet.gateway.usage import Caller, fields_used
from civicnet.lifecycle.rules import needed_and_off
from civicnet.lifecycle.snapshot import read, with_dependencies
from civicnet.lifecycle.standing import Standing

_FIELD = re.compile(r"\b[A-Z]\w*\.\w+")
_TYPE = re.compile(r"^\w+")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its kind and sentence as graphql-core has them, and who called what it touches."""

    kind: str
    sentence: str
    callers: tuple[Caller, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What a switch would do: plugins that go and come, the two schemas' hashes, and the changes between them."""

    leaving: tuple[str, ...]
    coming: tuple[str, ...]
    before: str
    after: str
    breaking: tuple[Change, ...]
    dangerous: tuple[Change, ...]

    @property
    def hurts(self) -> bool:
        """Whether something breaks that somebody called."""
        return any(one.callers for one in self.breaking)


def difference(*, without: Iterable[str], adding: Iterable[str], days: int = 30) -> Difference:
    """What happens to the schema of all sites together if plugins are switched off and on.

    What requires a plugin goes with it, what a plugin requires comes with it, as the switch itself would have it.
    """
    now = read(None)
    standings = {slug: Standing(enabled=True) for slug in now.enabled}
    needed = {one for slug in adding for one in (*needed_and_off(slug, standings), slug)}
    after = with_dependencies((now.enabled | needed).difference(without))
    leaving, coming = tuple(sorted(now.enabled - after)), tuple(sorted(after - now.enabled))
    old, new = compose(now.enabled, now.sunset), compose(after, now.sunset)
    used = {field: who for slug in leaving for field, who in fields_used(slug, days=days).items()}
    return Difference(leaving, coming, old.digest, new.digest, _breaking(old, new, used), _dangerous(old, new))


def _breaking(old: Composed, new: Composed, used: dict[str, list[Caller]]) -> tuple[Change, ...]:
    found: list[BreakingChange] = find_breaking_changes(old.schema, new.schema)
    told = (Change(one.type.name, one.description, _callers(one.description, used)) for one in found)
    return tuple(sorted(told, key=lambda one: (not one.callers, one.sentence)))


def _dangerous(old: Composed, new: Composed) -> tuple[Change, ...]:
    found: list[DangerousChange] = find_dangerous_changes(old.schema, new.schema)
    return tuple(Change(one.type.name, one.description) for one in found)


def _callers(sentence: str, used: dict[str, list[Caller]]) -> tuple[Caller, ...]:
    # The library names what is touched in words only: "Query.grids was removed.", "Grid was removed."
    if field := _FIELD.search(sentence):
        return tuple(used.get(field[0], ()))
    kind = _TYPE.match(sentence)
    return _once(who for field, who in used.items() if kind and field.startswith(f"{kind[0]}."))


def _once(callers: Iterable[list[Caller]]) -> tuple[Caller, ...]:
    most: dict[str, Caller] = {}
    for one in (caller for each in callers for caller in each):
        if one.client not in most or one.calls > most[one.client].calls:
            most[one.client] = one
    return tuple(most.values())
