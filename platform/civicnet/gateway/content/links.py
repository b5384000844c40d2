"""Links to pages: title and address of those that anybody may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import graphene
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.models import Page

from civicnet.gateway.content.addresses import Homes
from civicnet.gateway.content.visible import readable
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.statements import Values, statement
from civicnet.lifecycle.owners import rests


class ContentPageLink(graphene.ObjectType):
    """A link to a page of ours. Where the page cannot be read, null stands in its place."""

    title = graphene.String(required=True)
    url = graphene.String(required=True)
    node_id = graphene.ID(description="By which `node` and `nodes` tell the page, where its kind is in this schema.")


def page_links(ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """The pages among these that anybody may read, by number. One statement, or none."""
    if not ids:
        return {}
    found = _AMONG.rows(ids=ids).read("id", "title", "url_path", "content_type")
    homes = Homes()
    return {row["id"]: link for row in found if (link := link_to(row, homes))}


@statement("content.links", Page)
def _AMONG(values: Values) -> QuerySet[Any]:  # noqa: N802 — a statement is a constant
    found: QuerySet[Any] = Page.objects.filter(readable(), pk__in=values["ids"])
    return found


def link_to(row: Mapping[str, Any], homes: Homes) -> dict[str, Any] | None:
    """The link to a page by its ``id``, ``title``, ``url_path`` and ``content_type``; None where it answers 404."""
    model = ContentType.objects.get_for_id(row["content_type"]).model_class()
    url = homes.absolute(row["url_path"])
    # A page of a plugin that is off or gone answers 404, and one that hangs below no site has no address.
    if model is None or rests(model.__module__) or not url:
        return None
    kind = getattr(model, "node_type", "")
    return {"title": row["title"], "url": url, "node_id": to_global_id(kind, row["id"]) if kind else None}
