"""Where rows of a sheet belong: which community, and which grid, the codes that somebody wrote mean today.

A grid keeps its code for good, whatever becomes of its community's. So a grid that is on file says itself where it belongs,
and only a new one has to begin with the present code of its community.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.division_codes import CodeMeaning, Numbered, meanings_of
from civicnet.access.models import Organisation
from civicnet_grid.models.grid import CODE_LENGTH, GRID_OWNERS
from civicnet_grid.selectors import owners_of_grids

# Of an organisation's code, the part that a grid's code begins with.
OWNER_LENGTH = CODE_LENGTH - 3
SENTENCES: Mapping[str, Any] = {
    "organisation_closed": _(
        "%(name)s closed on %(day)s, and no community or village took it over. Give the one that serves this area now."
    ),
    "code_given_up": _(
        "There is no grid with this code, and a new one begins with the present code of its community: "
        "%(code)s (%(name)s)."
    ),
    "present_grid_code": _("This grid is on file under the code %(code)s."),
    "several_grids": _("This code may mean several grids: %(codes)s. Give the code of the one that is meant."),
}
# The codes of the community and of the grid in one row, None for what is not given.
Named = tuple[str | None, str | None]


class Spot(NamedTuple):
    """Where a row belongs: an open community, the code under which the grid is held or will be, and whose the grid is.

    ``owner`` is None where the grid is new, or where nobody had to ask: then it is the community. What went up in another
    community keeps its grids, so ``owner`` may be closed.
    """

    place: Numbered
    grid_code: str
    owner: Numbered | None = None


class Misplaced(NamedTuple):
    """Why a row belongs nowhere: the code of a sentence and what fills its gaps; ``of_grid`` says which of the two codes."""

    of_grid: bool
    code: str
    params: Mapping[str, Any]


class Places:
    """The communities and grids that the rows of a sheet name; it remembers them from chunk to chunk.

    Of most rows nothing has to be asked but the community: where it never had another code and is open, its grids begin
    with that code. Grids are looked up for the others alone.
    """

    def __init__(self) -> None:
        self._plain: dict[str, Numbered] = {}
        self._meant: dict[str, CodeMeaning | None] = {}
        self._grids: dict[str, Spot | Misplaced | None] = {}
        self._spots: dict[Named, Spot | Misplaced | None] = {}

    def look_up(self, named: Iterable[Named]) -> list[Named]:
        """Find what rows name; returns those that are not plain. One statement, and two more where there are any."""
        named = set(named)
        given = {community for community, _grid in named if community}
        codes = (given | {grid[:OWNER_LENGTH] for _community, grid in named if grid}) - self._meant.keys()
        if codes:
            self._learn(codes)
        others = [one for one in named if self.plain(*one) is None]
        self._find({grid for _community, grid in others if grid} - self._grids.keys())
        return others

    def plain(self, community: str | None, grid: str | None) -> Numbered | None:
        """The community of a row about which there is nothing to ask."""
        code = grid[:OWNER_LENGTH] if grid else community
        return self._plain.get(code or "") if not community or community == code else None

    def roster_spot(self, community: str | None, grid: str | None) -> Spot | Misplaced | None:
        """Where a row of a roster belongs; None if it names neither."""
        named = (community, grid)
        if named not in self._spots:
            self._spots[named] = self._spot(community, grid)
        return self._spots[named]

    def _spot(self, community: str | None, grid: str | None) -> Spot | Misplaced | None:
        if (place := self.plain(community, grid)) is not None:
            return Spot(place, grid or "")
        if community and (wrong := self._unfit(community, of_grid=False)):
            return wrong
        found = self.grid_spot(grid) if grid else None
        if isinstance(found, Spot) and found.place.is_closed:
            # Its people are served by whoever took it over, if anybody did.
            code = (grid or "")[:OWNER_LENGTH]
            if wrong := self._unfit(code, of_grid=True):
                return wrong
            found = found._replace(place=self._today(code))
        if not community or isinstance(found, Misplaced):
            return found
        place = self._today(community)
        if found and found.place.pk != place.pk:
            return Misplaced(True, "contradicts_community_code", {"code": community})
        return found or Spot(place, "")

    def grid_spot(self, grid: str) -> Spot | Misplaced:
        """Where a row of a list of grids belongs: a grid on file to whom it belongs, a new one to an open community."""
        if (place := self.plain(None, grid)) is not None:
            return Spot(place, grid)
        if (found := self._grids[grid]) is not None:
            return found
        code = grid[:OWNER_LENGTH]
        if wrong := self._unfit(code, of_grid=True):
            return wrong
        place = self._today(code)
        if place.code != code:
            return Misplaced(True, "code_given_up", {"code": place.code, "name": place.name})
        return Spot(place, grid)

    def has_unknown(self) -> bool:
        """Whether a code came up that never was a community's or village's."""
        return None in self._meant.values()

    def _learn(self, codes: set[str]) -> None:
        meant = {code: one for code, one in meanings_of(codes).items() if _has_grids(one)}
        self._meant |= dict.fromkeys(codes) | meant
        for code, one in meant.items():
            if one.own is one.today and not one.former and not one.today.is_closed:
                self._plain[code] = one.today

    def _find(self, codes: set[str]) -> None:
        if not codes:
            return
        alike = {code: {code, *self._written_before(code)} for code in codes}
        held = owners_of_grids(set().union(*alike.values()))
        for code in codes:
            spot = self._grids[code] = self._meant_by(code, alike[code] & held.keys(), held)
            if isinstance(spot, Spot):
                # A row that was brought up to date is asked about once more.
                self._grids[spot.grid_code] = spot
                self._meant.setdefault(spot.grid_code[:OWNER_LENGTH], self._meant[code[:OWNER_LENGTH]])

    def _meant_by(self, code: str, alike: set[str], held: Mapping[str, Numbered]) -> Spot | Misplaced | None:
        if code in held:
            return Spot(held[code], code, held[code])
        # Serials were given by each community: those of another say nothing.
        meaning = self._meant[code[:OWNER_LENGTH]]
        own = sorted(one for one in alike if meaning and meaning.own and held[one].pk == meaning.own.pk)
        if len(own) > 1:
            return Misplaced(True, "several_grids", {"codes": ", ".join(own)})
        return Spot(held[own[0]], own[0], held[own[0]]) if own else None

    def _written_before(self, code: str) -> list[str]:
        """The codes under which a community may have opened this grid before it got its present code."""
        meaning = self._meant[code[:OWNER_LENGTH]]
        return [former + code[OWNER_LENGTH:] for former in meaning.former] if meaning and meaning.own else []

    def _unfit(self, code: str, *, of_grid: bool) -> Misplaced | None:
        meaning = self._meant[code]
        if meaning is None:
            return Misplaced(of_grid, "unknown_code", {})
        if meaning.today.is_closed or meaning.today.kind not in GRID_OWNERS:
            closed = meaning.own or meaning.today
            day = f"{closed.valid_to:%Y-%m-%d}" if closed.valid_to else "…"
            return Misplaced(of_grid, "organisation_closed", {"name": closed.name, "day": day})
        return None

    def _today(self, code: str) -> Numbered:
        meaning = self._meant[code]
        if meaning is None:
            raise KeyError(code)
        return meaning.today


class Working:
    """The communities that work for others today; each closed one is looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, Organisation | Numbered] = {}

    def of(self, community: Organisation) -> Organisation | Numbered:
        """The community itself; of one that has closed, that which took it over, if one did."""
        if community.is_open(timezone.localdate()):
            return community
        if community.pk not in self._known:
            meaning = meanings_of([community.code])[community.code]
            took_over = not meaning.today.is_closed and meaning.today.kind in GRID_OWNERS
            self._known[community.pk] = meaning.today if took_over else community
        return self._known[community.pk]


def _has_grids(meaning: CodeMeaning) -> bool:
    # What was a community may have gone up in something else.
    return (meaning.own or meaning.today).kind in GRID_OWNERS
