"""Rows on their way in: as they were read, as they go into the plugin's service, and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from civicnet.exchange.models import Outcome

if TYPE_CHECKING:
    from civicnet.exchange.matching import Match

_OK = Outcome.OK.value


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing found about a cell: the outcome, and the sentence's code with what fills its gaps."""

    field: str
    outcome: str
    code: str
    params: Mapping[str, Any]


@dataclass(slots=True)
class Draft:
    """A row on its way: the number a clerk sees beside it, typed values by field name, and what was found."""

    row: int
    values: dict[str, Any] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    match: Match | None = None

    def note(self, column: str, code: str, /, **params: Any) -> None:
        """Say that a value was normalised."""
        self.remarks.append(Remark(column, Outcome.NORMALISED, code, params))

    def fault(self, column: str, code: str, /, **params: Any) -> None:
        """Say that the row cannot go in as it is."""
        self.remarks.append(Remark(column, Outcome.FAULT, code, params))

    def skip(self, code: str) -> None:
        """Say that the row is none: a subtotal, a line below the table."""
        self.remarks.append(Remark("", Outcome.SKIPPED, code, {}))

    @property
    def is_faulty(self) -> bool:
        """Whether a fault was found so far."""
        return bool(self.remarks) and any(one.outcome == Outcome.FAULT for one in self.remarks)

    @property
    def outcome(self) -> str:
        """The worst that was found."""
        if not self.remarks:
            return _OK
        found = {one.outcome for one in self.remarks}
        worst_first = (Outcome.FAULT, Outcome.SKIPPED, Outcome.NORMALISED)
        return next((one for one in worst_first if one in found), Outcome.OK)


@dataclass(slots=True)
class TypedRow:
    """A good row as it reaches the plugin: its number in the file, and typed values by field name."""

    row: int
    values: Mapping[str, Any]


class Left(NamedTuple):
    """A row that was good when it was checked and cannot go in any more: why, and in which column of the resource."""

    row: int
    code: str
    field: str
    params: Mapping[str, Any]


class Named(NamedTuple):
    """A row that is in, and of which there is something to tell; ``ref`` is what it has changed beside its own, if anything."""

    row: int
    code: str
    label: str
    ref: Any = None
