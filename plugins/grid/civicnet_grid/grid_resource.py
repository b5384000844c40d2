"""Grids as a sheet: what a community opens and corrects in one go, and what goes back with its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet.exchange.cells import ChoiceWidget, DateWidget, DigitsWidget, TextWidget
from civicnet.exchange.hints import Hints
from civicnet.exchange.quantities import WholeNumberWidget
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet_grid.models import Grid, GridKind
from civicnet_grid.models.grid import CODE_LENGTH
from civicnet_grid.models.post import held_on
from civicnet_grid.permissions import ADD_GRID, VIEW_GRID
from civicnet_grid.places import OWNER_LENGTH, SENTENCES, Misplaced, Places, Spot
from civicnet_grid.selectors import places_for_grids, visible_grids
from civicnet_grid.services.grid_lists import GridRow, keep_grids

KINDS = {
    "综合网格": GridKind.COMPREHENSIVE.value,
    "专属网格": GridKind.DEDICATED.value,
    "综合": GridKind.COMPREHENSIVE.value,
    "专属": GridKind.DEDICATED.value,
}


class GridResource(ImportResource):
    """Grids, recognised by their code. Where a new one belongs, its code says. Ended ones do not go out."""

    key = "grid.grids"
    label = _("Grids")
    permission = ADD_GRID
    export_permission = VIEW_GRID
    natural_key = ("code",)
    held_columns = {name: name for name in ("code", "name", "kind", "households", "valid_from")}
    held_path = "organisation__path"
    known_as = {"civicnet_grid.grid": ("grid.grid", "code")}
    listed_by = {"civicnet_grid.grid": "pk"}
    sentences = {
        "unknown_code": _("There is no community or village with this code."),
        "out_of_scope": _("This community or village is outside the area you are responsible for."),
        "grid_ended": _("This grid has ended; its code is not given again."),
        **SENTENCES,
    }

    community = Column(
        column_name="社区（村）",
        label=_("Community or village"),
        widget=TextWidget(),
        aliases=["社区", "村", "社区/村", "村（社区）", "村居"],
        note=_("For reading only: the grid code says where the grid belongs."),
        element="organisation.name",
    )
    code = Column(
        column_name="网格编号",
        label=_("Grid code"),
        widget=DigitsWidget(length=CODE_LENGTH),
        aliases=["网格编码", "网格代码"],
        required=True,
        note=_("15 digits: the community code and a serial of three."),
        example="222403001001001",
        element="grid.code",
    )
    name = Column(
        column_name="网格名称",
        label=_("Grid name"),
        widget=TextWidget(most=120),
        aliases=["网格", "网格名"],
        required=True,
        example="示范社区第1网格",
        element="grid.name",
    )
    kind = Column(
        column_name="网格类型",
        label=_("Kind of grid"),
        widget=ChoiceWidget(KINDS),
        aliases=["网格类别", "网格性质"],
        note=_("Left empty, a new grid is a comprehensive one."),
        blank_keeps=True,
        element="grid.kind",
    )
    households = Column(
        column_name="户数",
        label=_("Households"),
        widget=WholeNumberWidget(most=100_000),
        aliases=["网格户数", "总户数"],
        example="320",
        blank_keeps=True,
        element="grid.households",
    )
    valid_from = Column(
        column_name="设立日期",
        label=_("In force since"),
        widget=DateWidget(),
        aliases=["成立日期", "划定日期"],
        blank_keeps=True,
        element="grid.since",
    )
    posts_held = Column(
        column_name="在岗人数",
        label=_("Posts held"),
        widget=WholeNumberWidget(),
        note=_("For reading only: posts come and go with the roster."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._places = Places()
        self._ended: set[str] = set()
        self._hints = Hints()

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find the communities that the codes name, and grids that have ended or are on file under another code."""
        given = [one for one in drafts if one.values.get("code")]
        others = {code for _none, code in self._places.look_up({(None, one.values["code"]) for one in given})}
        if self._places.has_unknown():
            self._hints.offer(lambda: dict(places_for_grids(actor).values_list("code", "name")))
        for draft in given if others else ():
            code = draft.values["code"]
            spot = self._places.grid_spot(code) if code in others else None
            if isinstance(spot, Spot) and spot.grid_code != code:
                draft.values["code"] = spot.grid_code
                draft.note("code", "present_grid_code", code=spot.grid_code)
        codes = {one.values["code"] for one in given}
        ended = self.held_rows().filter(code__in=codes, valid_to__lte=timezone.localdate())
        self._ended |= set(ended.values_list("code", flat=True))

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """The code must belong to a community of the actor's, and to no grid that has ended."""
        code = draft.values.get("code")
        if not code:
            return
        spot = self._places.grid_spot(code)
        if isinstance(spot, Misplaced):
            like = draft.values.get("community") or code[:OWNER_LENGTH]
            draft.fault(
                "code", spot.code, **spot.params, **(self._hints.near(like) if spot.code == "unknown_code" else {})
            )
        elif not covers(actor, ADD_GRID, spot.place.path):
            draft.fault("code", "out_of_scope")
        elif code in self._ended:
            draft.fault("code", "grid_ended")

    def held_rows(self) -> QuerySet[Grid]:
        """Whatever grid has the code."""
        return Grid.objects.all()

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service; what a row leaves empty stays as it is."""
        held = {one.code: one for one in self.held_rows().filter(code__in=[row.values["code"] for row in rows])}
        return keep_grids(rows=[_grid_row(row, held.get(row.values["code"])) for row in rows], actor=actor)

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """The grids in force, by code."""
        held = Count("posts", filter=held_on(timezone.localdate(), prefix="posts__"))
        grids = self.narrowed(_in_force(actor)).select_related("organisation").annotate(held=held).order_by("code")
        for grid in grids.iterator(chunk_size=2000):
            yield {
                "community": grid.organisation.name,
                "code": grid.code,
                "name": grid.name,
                "kind": grid.kind,
                "households": grid.households,
                "valid_from": grid.valid_from,
                "posts_held": grid.held,
            }

    def count_to_export(self, actor: Actor) -> int:
        """Counted by the database."""
        return _in_force(actor).count()


def _in_force(actor: Actor) -> QuerySet[Grid]:
    return visible_grids(actor).exclude(valid_to__lte=timezone.localdate())


def _grid_row(row: TypedRow, held: Grid | None) -> GridRow:
    values = row.values
    present = held or Grid()
    return GridRow(
        row=row.row,
        code=values["code"],
        name=values["name"],
        kind=values["kind"] or present.kind,
        households=present.households if values["households"] is None else values["households"],
        valid_from=values["valid_from"] or present.valid_from,
    )
