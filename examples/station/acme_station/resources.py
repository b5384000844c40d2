"""Service stations as a sheet: what organisations send in, and what goes back to them unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from civicnet.access.models import Organisation
from civicnet.access.scope import covers
from civicnet.contract import Actor
from civicnet.exchange.cells import TextWidget
from civicnet.exchange.quantities import DecimalWidget
from civicnet.exchange.resource import Column, Draft, ImportResource, TypedRow
from civicnet.ledger.images import noted
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from acme_station.models import Station
from acme_station.permissions import KEEP, VIEW
from acme_station.selectors import stations_of_area
from acme_station.services import keep_station

_POSITION = {"longitude", "latitude"}
_KEPT = ("name", "address", "hours", "phone", "services", "longitude", "latitude")


class StationResource(ImportResource):
    """Stations by their code, each under the code of the organisation in charge; closed ones do not go out."""

    key = "station.stations"
    label = _("Service stations")
    permission = KEEP
    export_permission = VIEW
    natural_key = ("code",)
    held_columns = {
        "organisation": "organisation__code",
        **{name: name for name in ("code", "name", "address", "hours", "phone", "services", "longitude", "latitude")},
    }
    held_path = "organisation__path"
    sentences = {
        "unknown_organisation": _("There is no organisation with this code."),
        "position": _("Give longitude and latitude in degrees, or neither."),
        "outside": _("This organisation is outside the area you are responsible for."),
        "moves": _("This service station belongs to another organisation, and stays there."),
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
        column_name="服务站编号",
        label=_("Code of the service station"),
        widget=TextWidget(most=20),
        aliases=["编号"],
        required=True,
        example="FW-001",
        element="station.code",
    )
    name = Column(
        column_name="服务站名称",
        label=_("Name of the service station"),
        widget=TextWidget(most=100),
        aliases=["名称"],
        required=True,
        element="station.name",
    )
    address = Column(
        column_name="地址",
        label=_("Address of the service station"),
        widget=TextWidget(most=200),
        required=True,
        element="station.address",
    )
    hours = Column(
        column_name="开放时间",
        label=_("Opening hours"),
        widget=TextWidget(most=200),
        example="工作日 8:30—17:00",
        element="station.hours",
    )

    phone = Column(
        column_name="电话",
        label=_("Public telephone"),
        widget=TextWidget(most=30),
        example="0433-0000000",
        element="station.phone",
    )
    services = Column(
        column_name="服务内容",
        label=_("What is done there"),
        widget=TextWidget(most=300),
        element="station.services",
    )
    longitude = Column(
        column_name="经度",
        label=_("Longitude"),
        widget=DecimalWidget(least=-180, most=180),
        example="128.232",
        element="station.position",
    )
    latitude = Column(
        column_name="纬度",
        label=_("Latitude"),
        widget=DecimalWidget(least=-85, most=85),
        example="43.372",
        element="station.position",
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
        """The organisation must be known and the actor's own, and a position is whole."""
        if given := draft.values.get("organisation"):
            place = self._places[given]
            if place is None:
                draft.fault("organisation", "unknown_organisation")
            elif not covers(actor, KEEP, place.path):
                draft.fault("organisation", "outside")
        if draft.values.keys() >= _POSITION and not _is_whole(draft.values):
            draft.fault("longitude", "position")

    def check_among(self, draft: Draft, actor: Actor) -> None:
        """A station stays with its organisation."""
        if draft.match and "organisation" in draft.match.before:
            draft.fault("organisation", "moves")

    def held_rows(self) -> QuerySet[Station]:
        """Under their codes, also the closed ones: a code is given once."""
        return Station.objects.all()

    def apply(self, rows: Sequence[TypedRow], actor: Actor) -> Mapping[str, int]:
        """Through the service, like every other write, and noted, so that an import can be undone."""
        self._places = {place.code: place for place in Organisation.objects.filter(code__in=_codes(rows))}
        meant = Station.objects.filter(code__in=[row.values["code"] for row in rows])
        with noted(meant, fields=_KEPT) as origins:
            for row in rows:
                given = dict(row.values)
                organisation = self._places[given.pop("organisation")]
                assert organisation is not None  # noqa: S101 - rows without one were faults
                facts: dict[str, Any] = {name: given[name] or "" for name in given if name not in _POSITION}
                facts |= {name: given[name] for name in _POSITION}
                origins[keep_station(actor=actor, organisation=organisation, **facts).pk] = row.row
        return {"kept": len(rows)}

    def rows_to_export(self, actor: Actor) -> Iterator[Mapping[str, Any]]:
        """The open stations of the actor's area."""
        stations = (
            stations_of_area(actor).filter(closed_on__isnull=True).select_related("organisation").order_by("code")
        )
        for station in stations.iterator(chunk_size=2000):
            yield {
                "organisation": station.organisation.code,
                "code": station.code,
                "name": station.name,
                "address": station.address,
                "hours": station.hours,
                "phone": station.phone,
                "services": station.services,
                "longitude": station.longitude,
                "latitude": station.latitude,
            }


def _codes(rows: Sequence[TypedRow]) -> set[str]:
    return {row.values["organisation"] for row in rows}


def _is_whole(values: Mapping[str, Any]) -> bool:
    return len([name for name in _POSITION if values[name] is not None]) in (0, len(_POSITION))
