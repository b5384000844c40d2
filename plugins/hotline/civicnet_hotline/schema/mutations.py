"""Mutations: submitting a case and taking it back, each named after its service."""

from __future__ import annotations

from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLResolveInfo

from civicnet.contract import Actor, CivicNetError, NotFound
from civicnet.gateway.idempotency import idempotency_key, idempotent
from civicnet_hotline.models import Source
from civicnet_hotline.schema.objects import HotlineCase, HotlineError
from civicnet_hotline.schema.rows import case_row
from civicnet_hotline.selectors import visible_case
from civicnet_hotline.services import Caller, Place, submit_case, withdraw_case


class HotlineSubmitCaseInput(graphene.InputObjectType):
    """A request as a portal hands it in: what, and where in at least one of three ways."""

    category = graphene.String(required=True)
    description = graphene.String(required=True)
    address = graphene.String(default_value="")
    address_id = graphene.String(default_value="")
    latitude = graphene.Float()
    longitude = graphene.Float()
    caller_name = graphene.String(default_value="")
    caller_phone = graphene.String(default_value="")


class HotlineSubmitCase(graphene.Mutation):
    """Submits a case; the same words about the same place within an hour give the case that is there already."""

    class Meta:
        name = "HotlineSubmitCasePayload"

    class Arguments:
        input = HotlineSubmitCaseInput(required=True)
        idempotency_key = idempotency_key()

    case = graphene.Field(HotlineCase)
    errors = graphene.List(graphene.NonNull(HotlineError), required=True)

    @staticmethod
    def mutate(root: Any, info: GraphQLResolveInfo, input: dict[str, Any], **_key: Any) -> dict[str, Any]:  # noqa: A002
        """Call the service."""
        actor: Actor = info.context.actor

        def submit() -> str:
            case = submit_case(
                actor=actor,
                source=Source.PORTAL,
                category=input["category"],
                description=input["description"],
                place=Place(
                    address=input["address"] or "",
                    address_id=input["address_id"] or "",
                    latitude=input.get("latitude"),
                    longitude=input.get("longitude"),
                ),
                caller=Caller(name=input["caller_name"] or "", phone=input["caller_phone"] or ""),
            )
            return case.number

        try:
            return _done(actor, idempotent(info, submit))
        except CivicNetError as error:
            return _failed(error)


class HotlineWithdrawCase(graphene.Mutation):
    """Takes a request back before it is answered."""

    class Meta:
        name = "HotlineWithdrawCasePayload"

    class Arguments:
        number = graphene.String(required=True)
        reason = graphene.String(default_value="")
        idempotency_key = idempotency_key()

    case = graphene.Field(HotlineCase)
    errors = graphene.List(graphene.NonNull(HotlineError), required=True)

    @staticmethod
    def mutate(root: Any, info: GraphQLResolveInfo, number: str, reason: str = "", **_key: Any) -> dict[str, Any]:
        """Call the service."""
        actor: Actor = info.context.actor

        def withdraw() -> str:
            return withdraw_case(actor=actor, case=visible_case(actor, number), reason=reason or "").number

        try:
            return _done(actor, idempotent(info, withdraw))
        except CivicNetError as error:
            return _failed(error)


class Mutation:
    """Root fields for writing."""

    hotline_submit_case = HotlineSubmitCase.Field(required=True)
    hotline_withdraw_case = HotlineWithdrawCase.Field(required=True)


def _done(actor: Actor, number: str) -> dict[str, Any]:
    row = case_row(actor, number=number)
    if row is None:
        raise NotFound()
    return {"case": row, "errors": []}


def _failed(error: CivicNetError) -> dict[str, Any]:
    field = to_camel_case(error.field) if error.field else None
    return {"case": None, "errors": [{"code": error.code, "field": field, "message": str(error)}]}
