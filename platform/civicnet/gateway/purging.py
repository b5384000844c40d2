"""Purging kept answers over GraphQL, for staff and portals with the permission."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.gateway.idempotency import idempotency_key, idempotent


class PlatformPurgePayload(graphene.ObjectType):
    """What went from the caches."""

    purged = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="As asked for; * is everything."
    )


class PurgeMutation:
    """The root field for purging."""

    platform_purge_cache = graphene.Field(
        PlatformPurgePayload,
        keys=graphene.List(
            graphene.NonNull(graphene.String),
            default_value=[],
            description="At most 100 names of types or global ids of nodes.",
        ),
        everything=graphene.Boolean(default_value=False, description="Instead of keys."),
        reason=graphene.String(required=True),
        idempotency_key=idempotency_key(),
        description="Throw away kept answers in all processes, and have caches in front of us do the same.",
    )

    @staticmethod
    def resolve_platform_purge_cache(
        root: Any,
        info: GraphQLResolveInfo,
        reason: str,
        keys: list[str] | None = None,
        everything: bool | None = False,
        **_key: Any,
    ) -> dict[str, Any]:
        """Call the service."""
        # It knows of kept answers, and these of the schema that this very class is a part of.
        from civicnet.gateway.cache.purging import purge

        given: dict[str, Any] = {"keys": keys or [], "everything": bool(everything), "reason": reason}
        return {"purged": idempotent(info, lambda: purge(**given, actor=info.context.actor))}
