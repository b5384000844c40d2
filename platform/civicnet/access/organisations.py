"""Organisations: loading divisions into the tree, a whole country's if need be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation, OrganisationKind
from civicnet.access.organisation_selectors import organisation
from civicnet.access.organisation_tree import ADD, hold_tree
from civicnet.access.planting import Planting
from civicnet.access.scope import EVERYWHERE, covers
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record, record_changes

__all__ = ["Division", "kind_of", "load_divisions", "organisation"]

# Rows held in memory at a time; also how many codes a statement asks for.
_CHUNK = 2_000
_LENGTHS = {2: OrganisationKind.PROVINCE, 4: OrganisationKind.PREFECTURE, 6: OrganisationKind.CITY}


@dataclass(frozen=True, slots=True)
class Division:
    """One row of a division table: code, name, and the code of the division above ("" for the top)."""

    code: str
    name: str
    parent: str = ""


def kind_of(code: str) -> OrganisationKind:
    """What a statistical division code stands for.

    Source: 统计用区划代码和城乡划分代码编制规则 (国统字〔2009〕91号): 2 digits for a province, 4 for a prefecture, 6
    for a county or city; digits 7–9 are 001–099 for subdistricts, 100–399 for towns and townships, 400–599 for similar
    units; digits 10–12 are 001–199 for residents' committees and 200–399 for villagers'.
    """
    if len(code) in _LENGTHS:
        return _LENGTHS[len(code)]
    if len(code) == 9:
        serial = int(code[6:])
        if serial < 100:
            return OrganisationKind.SUBDISTRICT
        return OrganisationKind.TOWN if serial < 400 else OrganisationKind.UNIT
    serial = int(code[9:])
    rural = 200 <= serial < 400 or 500 <= serial < 600
    return OrganisationKind.VILLAGE if rural else OrganisationKind.COMMUNITY


@transaction.atomic
def load_divisions(*, divisions: Iterable[Division], actor: Actor) -> int:
    """Add divisions that are not there yet, parents before children; returns how many were added.

    A code that was given up counts as there, and what comes below it goes below the one that took its place. All rows or
    none; the tree is held meanwhile. Memory does not grow with the number of villages, only with the levels above them.

    Raises:
        Refused: the actor does not set up organisations everywhere.
        InvalidInput: a code is not 2, 4, 6, 9 or 12 digits, or its parent is neither there nor earlier in the list.
    """
    require(covers(actor, ADD, EVERYWHERE))
    hold_tree()
    planting, rows, added, first = Planting(), iter(divisions), 0, None
    while chunk := list(islice(rows, _CHUNK)):
        planting.look_up(code for one in chunk for code in (one.code, one.parent) if code)
        new = [node for one in chunk if (node := _node(one, planting)) is not None]
        Organisation.objects.bulk_create(new)
        record_changes(actor=actor, model=Organisation, ids=[one.pk for one in new])
        added, first = added + len(new), first or next(iter(new), None)
    if first is not None:
        planting.count_children()
        record(actor=actor, action="access.load_divisions", subject=first, after={"added": added})
    return added


def _node(division: Division, planting: Planting) -> Organisation | None:
    if not division.code.isdigit() or len(division.code) not in (*_LENGTHS, 9, 12):
        raise InvalidInput(_("%(code)s is not a division code.") % {"code": division.code}, field="code")
    if planting.has(division.code):
        return None
    path = planting.place(division.code, division.parent)
    if path is None:
        raise InvalidInput(_("There is no division %(code)s.") % {"code": division.parent}, field="parent")
    return Organisation(
        code=division.code,
        name=division.name,
        kind=kind_of(division.code),
        path=path,
        depth=len(path) // Organisation.steplen,
    )
