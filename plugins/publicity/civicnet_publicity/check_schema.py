"""What checks find on a draft, over GraphQL, for programs with which articles are written."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.gateway.cache.lifetimes import never_kept
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.prices import priced
from civicnet_publicity import selectors
from civicnet_publicity.checks import Finding, Severity
from civicnet_publicity.services import findings_on

# As much as a hundred rows: the whole text is read.
COST = 100
PublicityFindingSeverity = graphene.Enum.from_enum(Severity, name="PublicityFindingSeverity")


class PublicityFinding(graphene.ObjectType):
    """One thing that should be changed before the article is published."""

    code = graphene.String(required=True)
    severity = graphene.Field(PublicityFindingSeverity, required=True)
    sentence = graphene.String(required=True, description="In the language that was asked for.")
    field = graphene.String(required=True, description="The field it stands in, as the editor's form calls it.")
    block = graphene.String(required=True, description="The id of the block of the body; empty outside it.")
    start = graphene.Int(required=True, description="Counted in characters of the field's or block's text.")
    end = graphene.Int(required=True)
    excerpt = graphene.String(required=True, description="What stands there; personal data masked.")
    suggestion = graphene.String(required=True, description="What to write instead, or empty.")


class FindingsQuery:
    """The root field."""

    publicity_findings = priced(
        graphene.List(
            graphene.NonNull(PublicityFinding),
            id=graphene.ID(required=True),
            description="What checks find on the latest text of a draft of this site, the worst first; null where there is "
            "no such draft. For clients with publicity.drafts.",
        ),
        cost=COST,
    )

    @staticmethod
    def resolve_publicity_findings(root: Any, info: GraphQLResolveInfo, id: str) -> list[Finding] | None:  # noqa: A002
        """As the editor sees them."""
        never_kept(info)
        drafts = selectors.draft_articles(info.context.actor, info.context.snapshot.site_id)
        name, pk = from_global_id(id)
        article = drafts.filter(pk=pk).first() if name == "PublicityArticle" else None
        return None if article is None else findings_on(article.get_latest_revision_as_object())
