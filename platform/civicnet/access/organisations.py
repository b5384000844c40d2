"""Organisations: loading divisions into the tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation, OrganisationKind
from civicnet.access.organisation_selectors import organisation
from civicnet.contract import Actor, InvalidInput
from civicnet.ledger.services import record, record_changes


__all__ = ["Division", "kind_of", "load_divisions", "organisation"]


@dataclass(frozen=True, slots=True)
class Division:
    """One row of a division table: code, name, and the code of the division above ("" for the top)."""

    code: str
    name: str
    parent: str = ""


def kind_of(code: str) -> OrganisationKind:
    """What a statistical division code stands for.

    Source: 统计用区划代码和城乡划分代码编制规则 (国统字〔2009〕91号): digits 7–9 are 001–099 for subdistricts, 100–399 for
    towns and townships, 400–599 for similar units; digits 10–12 are 001–199 for residents' committees and
    200–399 for villagers'.
    """
    if len(code) == 6:
        return OrganisationKind.CITY
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

    Raises:
        InvalidInput: a code is not 6, 9 or 12 digits, or its parent is neither there nor earlier in the list.
    """
    known = {one.code: one for one in Organisation.objects.all()}
    added = []
    for division in divisions:
        if division.code in known:
            continue
        if not division.code.isdigit() or len(division.code) not in (6, 9, 12):
            raise InvalidInput(_("%(code)s is not a division code.") % {"code": division.code}, field="code")
        node = Organisation(code=division.code, name=division.name, kind=kind_of(division.code))
        if not division.parent:
            Organisation.add_root(instance=node)
        elif division.parent in known:
            known[division.parent].add_child(instance=node)
        else:
            raise InvalidInput(_("There is no division %(code)s.") % {"code": division.parent}, field="parent")
        known[division.code] = node
        added.append(node)
    if added:
        record_changes(actor=actor, model=Organisation, ids=[one.pk for one in added])
        record(actor=actor, action="access.load_divisions", subject=added[0], after={"added": len(added)})
    return len(added)
