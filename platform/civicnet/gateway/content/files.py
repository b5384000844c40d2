"""Documents of Wagtail as portals read them: where to fetch them, and what they are before that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Any

import graphene
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from graphql import GraphQLResolveInfo
from wagtail.documents import get_document_model

from civicnet.gateway.content.visible import in_open_collection
from civicnet.gateway.ids import to_global_id
from civicnet.ledger.statements import Statement, Values, statement


class ContentDocument(graphene.ObjectType):
    """A file to take along. Where its collection is restricted, null stands in its place."""

    id = graphene.ID(required=True)
    title = graphene.String(required=True)
    url = graphene.String(required=True)
    filename = graphene.String(required=True)
    content_type = graphene.String(required=True)
    size = graphene.Int(description="In bytes; null where it is not known.")

    @staticmethod
    def resolve_id(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """Names the file wherever it is referred to."""
        return to_global_id("ContentDocument", row["id"])


def document_rows(ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """The documents among these that anybody may read, by number. One statement, or none."""
    if not ids:
        return {}
    return {row["id"]: _row(row) for row in _documents().rows(ids=ids).read("id", "title", "file", "file_size")}


@cache
def _documents() -> Statement:
    # The model is a setting's, and not known before all models are.
    return statement("content.documents", get_document_model())(_shown)


def _shown(values: Values) -> QuerySet[Any]:
    found: QuerySet[Any] = get_document_model().objects.filter(in_open_collection(), pk__in=values["ids"])
    return found


def _row(row: dict[str, Any]) -> dict[str, Any]:
    name = PurePosixPath(row["file"]).name
    kinds = getattr(settings, "WAGTAILDOCS_CONTENT_TYPES", {})
    kind = kinds.get(PurePosixPath(name).suffix.lower().lstrip("."))
    return {
        "id": row["id"],
        "title": row["title"],
        "url": reverse("wagtaildocs_serve", args=[row["id"], name]),
        "filename": name,
        "content_type": kind or guess_type(name)[0] or "application/octet-stream",
        "size": row["file_size"],
    }
