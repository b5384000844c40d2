"""Types: a category, a case, its steps, and why a mutation changed nothing."""

from __future__ import annotations

from typing import Any

import graphene
from django.db.models import TextChoices
from graphql import GraphQLResolveInfo

from civicnet.gateway.core import Node
from civicnet_hotline.models import Action, CaseState, Group, ReturnReason
from civicnet_hotline.models.case import open311_status
from civicnet_hotline.schema.rows import StepBook


def _enum(name: str, choices: type[TextChoices], meaning: str) -> Any:
    # graphene asks once for the enum itself, with None, and once for each value.
    pairs = [(one.name, one.value) for one in choices]
    return graphene.Enum(name, pairs, description=lambda one: meaning if one is None else None)


HotlineState = _enum("HotlineState", CaseState, "Where a case stands.")
HotlineAction = _enum("HotlineAction", Action, "What was done in a step.")
HotlineGroup = _enum("HotlineGroup", Group, "What kind of request it is; the due date follows from it.")
HotlineReturnReason = _enum("HotlineReturnReason", ReturnReason, "Why a receiver sent a case back.")


class HotlineCategory(graphene.ObjectType):
    """A kind of request that residents can choose."""

    class Meta:
        interfaces = (Node,)

    code = graphene.String(required=True)
    name = graphene.String(required=True)
    description = graphene.String(required=True)
    keywords = graphene.String(required=True)
    group = graphene.Field(HotlineGroup, required=True)


class HotlineStep(graphene.ObjectType):
    """One step of a case. Who took it stays with the platform."""

    at = graphene.DateTime(required=True)
    action = graphene.Field(HotlineAction, required=True)
    from_state = graphene.Field(HotlineState)
    to_state = graphene.Field(HotlineState, required=True)
    reason = graphene.Field(HotlineReturnReason, description="Only where a case was sent back.")
    note = graphene.String(required=True)

    @staticmethod
    def resolve_from_state(step: dict[str, Any], info: GraphQLResolveInfo) -> str | None:
        """The first step comes from nowhere."""
        return step["from_state"] or None

    @staticmethod
    def resolve_reason(step: dict[str, Any], info: GraphQLResolveInfo) -> str | None:
        """Most steps have none."""
        return step["reason"] or None


class HotlineCase(graphene.ObjectType):
    """A resident's request and its record. Callers are never part of it."""

    class Meta:
        interfaces = (Node,)

    number = graphene.String(required=True)
    state = graphene.Field(HotlineState, required=True)
    open311_status = graphene.String(required=True, description="“open” or “closed”, as GeoReport v2 has it.")
    category = graphene.String(required=True, description="The category's code.")
    category_name = graphene.String(required=True)
    description = graphene.String(required=True)
    address = graphene.String(required=True)
    address_id = graphene.String(required=True)
    organisation_code = graphene.String(description="The community it was routed to.")
    grid_code = graphene.String(required=True)
    post_label = graphene.String(required=True)
    requested_at = graphene.DateTime(required=True)
    updated_at = graphene.DateTime(required=True)
    due_at = graphene.DateTime(required=True)
    reply = graphene.String(required=True)
    steps = graphene.List(graphene.NonNull(HotlineStep), required=True)

    @staticmethod
    def resolve_open311_status(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """Open or closed."""
        return open311_status(row["state"])

    @staticmethod
    def resolve_category(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The code."""
        code: str = row["category__code"]
        return code

    @staticmethod
    def resolve_category_name(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The name."""
        name: str = row["category__name"]
        return name

    @staticmethod
    def resolve_organisation_code(row: dict[str, Any], info: GraphQLResolveInfo) -> str | None:
        """The community's division code."""
        code: str | None = row["organisation__code"]
        return code

    @staticmethod
    def resolve_steps(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """Oldest first."""
        book: StepBook = row["book"]
        return book.pages[row["id"]]


class HotlineError(graphene.ObjectType):
    """Why a mutation changed nothing."""

    code = graphene.String(required=True)
    field = graphene.String(description="The input field at fault, if one is.")
    message = graphene.String(required=True)
