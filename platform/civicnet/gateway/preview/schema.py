"""``preview``: one unpublished node for whoever holds its token, and ``previewToken`` for clients that read drafts."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.gateway.cache.lifetimes import never_kept
from civicnet.gateway.core import Node
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.preview.errors import PreviewInvalid
from civicnet.gateway.preview.services import ends_at, opened, preview_by_client
from civicnet.gateway.selection import selection_of


class PreviewToken(graphene.ObjectType):
    """A key to one unpublished text, for a browser."""

    token = graphene.String(required=True)
    expires_at = graphene.DateTime(required=True)


class PreviewQuery:
    """Root fields for portals that show what is not published yet."""

    preview = graphene.Field(
        Node,
        token=graphene.String(required=True),
        description="The one node that a token from the editor or of `previewToken` shows, as it will look.",
    )
    preview_token = graphene.Field(
        PreviewToken,
        id=graphene.ID(required=True),
        required=True,
        description="A token for the latest text of a node of this site, for clients that may read its drafts.",
    )

    @staticmethod
    def resolve_preview(root: Any, info: GraphQLResolveInfo, token: str) -> dict[str, Any]:
        """The node, for this request only. Raises what ``opened`` raises."""
        never_kept(info)
        claim, draft = opened(info.context.composed.drafts, token, info.context.snapshot.site_id)
        row = draft.load(claim.page, claim.revision, selection_of(info))
        if row is None:
            raise PreviewInvalid
        return {**row, "__typename": claim.type}

    @staticmethod
    def resolve_preview_token(root: Any, info: GraphQLResolveInfo, id: str) -> dict[str, Any]:  # noqa: A002
        """The token. Raises what ``preview_by_client`` raises."""
        never_kept(info)
        name, pk = from_global_id(id)
        context: Any = info.context
        token = preview_by_client(context.composed.drafts, name, pk, context.actor, context.snapshot.site_id)
        return {"token": token, "expires_at": ends_at()}
