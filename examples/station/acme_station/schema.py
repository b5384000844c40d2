"""Service stations over GraphQL: rows read by the columns a page needs, in one statement."""

from __future__ import annotations

from typing import Any

import graphene
from civicnet.contract import ANONYMOUS, Actor, InvalidInput
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.core import Node
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.where import By
from civicnet.lifecycle.snapshot import plugin_settings
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from acme_station import models
from acme_station.distances import Place, is_on_earth, nearest
from acme_station.selectors import visible_stations

_MOST_NEAR = 10
COLUMNS = (
    *("id", "code", "name", "address", "hours", "phone", "services", "longitude", "latitude", "closed_on"),
    *("organisation__code", "organisation__name"),
)


class Station(graphene.ObjectType):
    """A place where an organisation serves residents."""

    class Meta:
        interfaces = (Node,)

    code = graphene.String(required=True)
    name = graphene.String(required=True)
    address = graphene.String(required=True)
    hours = graphene.String(required=True)
    phone = graphene.String(required=True)
    services = graphene.String(required=True)
    longitude = graphene.Float(description="In degrees of WGS-84.")
    latitude = graphene.Float(description="In degrees of WGS-84.")
    closed_on = graphene.Date(description="Since when it is closed; null while it is open.")
    organisation_code = graphene.String(required=True)
    organisation_name = graphene.String(required=True)

    @staticmethod
    def resolve_organisation_code(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The code of the organisation in charge."""
        code: str = row["organisation__code"]
        return code

    @staticmethod
    def resolve_organisation_name(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """Its name."""
        name: str = row["organisation__name"]
        return name


class StationNear(graphene.ObjectType):
    """A station and how far it is as the crow flies."""

    station = graphene.NonNull(Station)
    metres = graphene.Int(required=True)
    within_circle = graphene.Boolean(
        required=True, description="Whether its 15-minute service circle reaches the place."
    )


class Query:
    """Root fields; every name begins with the plugin's prefix."""

    station_stations = ConnectionField(
        Station,
        of=models.Station,
        where={"code": By("code", "eq", "in", "prefix")},
        order={"CODE": ("code", "id"), "CODE_DESCENDING": ("-code", "-id")},
        organisation=graphene.String(),
    )
    station_near = graphene.List(
        graphene.NonNull(StationNear),
        required=True,
        longitude=graphene.Float(required=True),
        latitude=graphene.Float(required=True),
        description="The ten nearest open stations, the nearest first.",
    )
    station_station = graphene.Field(Station, id=graphene.ID(required=True))

    @staticmethod
    def resolve_station_stations(
        root: Any, info: GraphQLResolveInfo, organisation: str | None = None, **page: Any
    ) -> Page:
        """Stations that the caller may see, by code; of one organisation, if its code is given."""
        rows = visible_stations(info.context.actor)
        if organisation is not None:
            rows = rows.filter(organisation__code=organisation)
        return paginate(rows, columns=COLUMNS, **page)

    @staticmethod
    def resolve_station_near(
        root: Any, info: GraphQLResolveInfo, longitude: float, latitude: float
    ) -> list[dict[str, Any]]:
        """One statement; distances are reckoned here. A position that is none is refused."""
        place = Place(longitude, latitude)
        if not is_on_earth(place):
            raise InvalidInput(_("Give longitude and latitude in degrees."), field="longitude")
        rows = list(visible_stations(ANONYMOUS).filter(longitude__isnull=False).values(*COLUMNS))
        reach = plugin_settings("station")["circle_metres"]
        found = nearest(rows, place)[:_MOST_NEAR]
        return [{"station": row, "metres": metres, "within_circle": metres <= reach} for metres, row in found]

    @staticmethod
    def resolve_station_station(root: Any, info: GraphQLResolveInfo, id: str) -> dict[str, Any] | None:  # noqa: A002
        """The station, or null when there is none or the caller may not know of it."""
        name, pk = from_global_id(id)
        return load_station(info.context.actor, pk) if name == "Station" else None


def load_station(actor: Actor, pk: int) -> dict[str, Any] | None:
    """The row behind a global id."""
    row: dict[str, Any] | None = visible_stations(actor).filter(pk=pk).values(*COLUMNS).first()
    return row
