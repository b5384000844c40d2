"""Opening grids by hand, one at a time."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, require
from civicnet.ledger.services import record
from civicnet.lifecycle.hooks import announce
from civicnet_grid.errors import GridCodeInvalid, GridCodeTaken, OrganisationClosed
from civicnet_grid.events import GridOpened
from civicnet_grid.models import Grid, GridKind
from civicnet_grid.models.grid import CODE_LENGTH, GRID_OWNERS
from civicnet_grid.permissions import can_open_grid


@transaction.atomic
def open_grid(
    *,
    organisation: Organisation,
    code: str,
    name: str,
    actor: Actor,
    kind: str = GridKind.COMPREHENSIVE,
    households: int | None = None,
    valid_from: date | None = None,
) -> Grid:
    """Open a grid in a community or village.

    Raises:
        Refused: the actor may not open grids there.
        GridCodeInvalid: the code is not the community's code and three digits.
        GridCodeTaken: another grid has the code.
        OrganisationClosed: the community or village has closed.
        InvalidInput: the organisation is no community or village, or the name is empty.
    """
    require(can_open_grid(actor, organisation))
    if organisation.kind not in GRID_OWNERS:
        raise InvalidInput(_("A grid belongs to a community or village."), field="organisation")
    if organisation.valid_to is not None and organisation.valid_to <= timezone.localdate():
        raise OrganisationClosed(name=organisation.name, day=organisation.valid_to)
    if not name.strip():
        raise InvalidInput(_("Give the grid a name."), field="name")
    if not fits(code, organisation.code):
        raise GridCodeInvalid(field="code")
    if Grid.objects.filter(code=code).exists():
        raise GridCodeTaken(field="code")
    grid = Grid.objects.create(
        organisation=organisation,
        code=code,
        name=" ".join(name.split()),
        kind=kind,
        households=households,
        valid_from=valid_from,
    )
    record(
        actor=actor, action="grid.open_grid", subject=grid, after={"code": code, "name": grid.name, "kind": str(kind)}
    )
    announce(GridOpened(grid_code=code, organisation_code=organisation.code))
    return grid


def fits(code: str, organisation_code: str) -> bool:
    """Whether a new grid of this community or village may have this code."""
    return is_grid_code(code) and code.startswith(organisation_code)


def is_grid_code(code: str) -> bool:
    """Whether a grid's code may look like this."""
    return len(code) == CODE_LENGTH and code.isascii() and code.isdigit()
