"""Service points over GraphQL: rows read by the columns a page needs, in one statement."""

from __future__ import annotations

from typing import Any

import graphene
from civicnet.contract import Actor
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.core import Node
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.where import By
from graphql import GraphQLResolveInfo

from acme_scaffold.models import ServicePoint
from acme_scaffold.selectors import visible_points

COLUMNS = ("id", "code", "name", "address", "hours", "closed_on", "organisation__code", "organisation__name")


class ScaffoldPoint(graphene.ObjectType):
    """A place where an organisation serves residents."""

    class Meta:
        interfaces = (Node,)

    code = graphene.String(required=True)
    name = graphene.String(required=True)
    address = graphene.String(required=True)
    hours = graphene.String(required=True)
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


class Query:
    """Root fields; every name begins with the plugin's prefix."""

    scaffold_points = ConnectionField(
        ScaffoldPoint,
        of=ServicePoint,
        where={"code": By("code", "eq", "in", "prefix")},
        order={"CODE": ("code", "id"), "CODE_DESCENDING": ("-code", "-id")},
        organisation=graphene.String(),
    )
    scaffold_point = graphene.Field(ScaffoldPoint, id=graphene.ID(required=True))

    @staticmethod
    def resolve_scaffold_points(
        root: Any, info: GraphQLResolveInfo, organisation: str | None = None, **page: Any
    ) -> Page:
        """Points that the caller may see, by code; of one organisation, if its code is given."""
        rows = visible_points(info.context.actor)
        if organisation is not None:
            rows = rows.filter(organisation__code=organisation)
        return paginate(rows, columns=COLUMNS, **page)

    @staticmethod
    def resolve_scaffold_point(root: Any, info: GraphQLResolveInfo, id: str) -> dict[str, Any] | None:  # noqa: A002
        """The point, or null when there is none or the caller may not know of it."""
        name, pk = from_global_id(id)
        return load_point(info.context.actor, pk) if name == "ScaffoldPoint" else None


def load_point(actor: Actor, pk: int) -> dict[str, Any] | None:
    """The row behind a global id."""
    row: dict[str, Any] | None = visible_points(actor).filter(pk=pk).values(*COLUMNS).first()
    return row
