"""Service points as a sheet: what organisations send in, and what goes back to them unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civicnet.access.models import Organisation
from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet.exchange.cells import TextWidget
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.ledger.images import noted
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from acme_scaffold.models import ServicePoint
from acme_scaffold.permissions import KEEP, VIEW
from acme_scaffold.selectors import points_of_area
from acme_scaffold.services import keep_point


class PointResource(ImportResource):
    """Points by their code, each under the code of the organisation in charge; closed ones do not go out."""

    key = "scaffold.points"
    label = _("Service points")
    permission = KEEP
    export_permission = VIEW
    natural_key = ("code",)
    held_columns = {
        "organisation": "organisation__code",
        "code": "code",
        "name": "name",
        "address": "address",
        "hours": "hours",
    }
    held_path = "organisation__path"
    sentences = {
        "unknown_organisation": _("There is no organisation with this code."),
        "outside": _("This organisation is outside the area you are responsible for."),
        "moves": _("This service point belongs to another organisation, and stays there."),
    }

    organisation = Column(
        column_name="单位代码",
        label=_("Code of the organisation"),
        widget=TextWidget(most=20),
        required=True,
        example="222403001001",
        element="organisation.code",
    )
    code = Column(
        column_name="服务点编号",
        label=_("Code of the service point"),
        widget=TextWidget(most=20),
        aliases=["编号"],
        required=True,
        example="FW-001",
        element="scaffold.code",
    )
    name = Column(
        column_name="服务点名称",
        label=_("Name of the service point"),
        widget=TextWidget(most=100),
        aliases=["名称"],
        required=True,
        element="scaffold.name",
    )
    address = Column(
        column_name="地址",
        label=_("Address of the service point"),
        widget=TextWidget(most=200),
        required=True,
        element="scaffold.address",
    )
    hours = Column(
        column_name="开放时间",
        label=_("Opening hours"),
        widget=TextWidget(most=200),
        example="工作日 8:30—17:00",
        element="scaffold.hours",
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._places: dict[str, Organisation | None] = {}

    def look_up(self, drafts: Sequence[Draft], actor: Actor) -> None:
        """Find the organisations that the rows name, in one statement."""
        codes = {code for one in drafts if (code := one.values.get("organisation"))} - self._places.keys()
        self._places |= dict.fromkeys(codes)
        self._places |= {place.code: place for place in Organisation.objects.filter(code__in=codes)}

    def check_row(self, draft: Draft, actor: Actor) -> None:
        """The organisation must be known and the actor's own."""
        if given := draft.values.get("organisation"):
            place = self._places[given]
            if place is None:
                draft.fault("organisation", "unknown_organisation")
            elif not covers(actor, KEEP, place.path):
                draft.fault("organisation", "outside")

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """A point stays with its organisation."""
        if draft.match and "organisation" in draft.match.before:
            draft.fault("organisation", "moves")

    def held_rows(self) -> QuerySet[ServicePoint]:
        """Under their codes, also the closed ones: a code is given once."""
        return ServicePoint.objects.all()

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, like every other write, and noted, so that an import can be undone."""
        self._places = {place.code: place for place in Organisation.objects.filter(code__in=_codes(rows))}
        meant = ServicePoint.objects.filter(code__in=[row.values["code"] for row in rows])
        with noted(meant, fields=("name", "address", "hours")) as origins:
            for row in rows:
                given = {name: value or "" for name, value in row.values.items()}
                organisation = self._places[given.pop("organisation")]
                assert organisation is not None  # noqa: S101 - rows without one were faults
                origins[keep_point(actor=actor, organisation=organisation, **given).pk] = row.row
        return {"kept": len(rows)}

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """The open points of the actor's area."""
        points = points_of_area(actor).filter(closed_on__isnull=True).select_related("organisation").order_by("code")
        for point in points.iterator(chunk_size=2000):
            yield {
                "organisation": point.organisation.code,
                "code": point.code,
                "name": point.name,
                "address": point.address,
                "hours": point.hours,
            }


def _codes(rows: Sequence[TypedRow]) -> set[str]:
    return {row.values["organisation"] for row in rows}
