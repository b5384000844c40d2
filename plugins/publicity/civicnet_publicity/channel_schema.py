"""What a portal says of articles that were delivered to it, over GraphQL."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLResolveInfo

from civicnet.contract import Actor, CivicNetError, NotFound
from civicnet.gateway.idempotency import idempotency_key, idempotent
from civicnet.gateway.ids import from_global_id
from civicnet_publicity.channels.portal import CHANNEL
from civicnet_publicity.services import confirm_delivery, report_views

_CHANNEL = partial(
    graphene.ID,
    description="Which of the portal's channels, as the webhook has told it; may be left out where there is one.",
)


class PublicityError(graphene.ObjectType):
    """Why a mutation changed nothing."""

    code = graphene.String(required=True)
    field = graphene.String(description="The input field at fault, if one is.")
    message = graphene.String(required=True)


class PublicityConfirmDelivery(graphene.Mutation):
    """Says that an edition of an article stands on the portal, or is gone from it, as the webhook has asked."""

    class Meta:
        name = "PublicityConfirmDeliveryPayload"

    class Arguments:
        article = graphene.ID(required=True)
        edition = graphene.Int(required=True, description="As the webhook has told it.")
        channel = _CHANNEL()
        idempotency_key = idempotency_key()

    edition = graphene.Int(description="The newest edition that is confirmed.")
    errors = graphene.List(graphene.NonNull(PublicityError), required=True)

    @staticmethod
    def mutate(
        root: Any, info: GraphQLResolveInfo, article: str, edition: int, channel: str | None = None, **_key: Any
    ) -> dict[str, Any]:
        """Call the service."""
        actor: Actor = info.context.actor

        def confirm() -> int:
            pk = _number(article, "PublicityArticle", "article")
            return confirm_delivery(actor=actor, article=pk, edition=edition, channel=_place(channel)).confirmed

        try:
            return {"edition": idempotent(info, confirm), "errors": []}
        except CivicNetError as error:
            return {"edition": None, "errors": _told(error)}


class PublicityReportViews(graphene.Mutation):
    """Says how often an article was read on the portal on a day: a sum, and nobody in it. The last sum counts."""

    class Meta:
        name = "PublicityReportViewsPayload"

    class Arguments:
        article = graphene.ID(required=True)
        day = graphene.Date(required=True)
        views = graphene.Int(required=True)
        channel = _CHANNEL()
        idempotency_key = idempotency_key()

    views = graphene.Int(description="The sum that counts now.")
    errors = graphene.List(graphene.NonNull(PublicityError), required=True)

    @staticmethod
    def mutate(
        root: Any,
        info: GraphQLResolveInfo,
        article: str,
        day: date,
        views: int,
        channel: str | None = None,
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service."""
        actor: Actor = info.context.actor

        def report() -> int:
            pk = _number(article, "PublicityArticle", "article")
            return report_views(actor=actor, article=pk, day=day, views=views, channel=_place(channel))

        try:
            return {"views": idempotent(info, report), "errors": []}
        except CivicNetError as error:
            return {"views": None, "errors": _told(error)}


def _told(error: CivicNetError) -> list[dict[str, str | None]]:
    field = to_camel_case(error.field) if error.field else None
    return [{"code": error.code, "field": field, "message": str(error)}]


def _place(channel: str | None) -> int | None:
    return None if channel is None else _number(channel, CHANNEL, "channel")


def _number(text: str, kind: str, field: str) -> int:
    """The number in an id of this kind.

    Raises:
        NotFound: it is the id of something else.
    """
    name, pk = from_global_id(text)
    if name != kind:
        raise NotFound(field=field)
    return pk


class Mutation:
    """Root fields for writing."""

    publicity_confirm_delivery = PublicityConfirmDelivery.Field(required=True)
    publicity_report_views = PublicityReportViews.Field(required=True)
