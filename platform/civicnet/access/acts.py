"""Acts on organisations, as plugins are asked about them before they happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from civicnet.contract import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationAct(Act):
    """Something is about to happen to an organisation, from a day on. All that lies at its path or below is meant."""

    organisation_id: int
    path: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOrganisation(OrganisationAct):
    """It is about to exist no more, and nothing takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOrganisation(OrganisationAct):
    """It is about to stand below another, with everything below it; its path will be another one."""

    to_id: int
    to_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOrganisation(OrganisationAct):
    """It is about to close and go up in another, which takes over what it answered for."""

    into_id: int
    into_path: str
