"""What the two show of our pages, declared as their documentation says, but from outside the models."""

from __future__ import annotations

from typing import Any

from grapple.helpers import register_query_field
from grapple.models import GraphQLImage, GraphQLStreamfield, GraphQLString
from rest_framework.fields import Field
from wagtail.api import APIField
from wagtail.images.api.fields import ImageRenditionField

from civicnet_publicity.models import ArticlePage
from civicnet_site.bench.facts import FILTER


class ColumnField(Field):
    """The page above, for the REST API."""

    def get_attribute(self, instance: ArticlePage) -> Any:
        """Where the field begins."""
        return instance.get_parent()

    def to_representation(self, value: Any) -> dict[str, str]:
        """Its name and address."""
        return {"slug": value.slug, "title": value.title}


ArticlePage.graphql_fields = [
    GraphQLString("summary"),
    GraphQLString("keywords"),
    GraphQLImage("image"),
    GraphQLStreamfield("body"),
]
ArticlePage.api_fields = [
    APIField("summary"),
    APIField("keywords"),
    APIField("column", serializer=ColumnField()),
    APIField("rendition", serializer=ImageRenditionField(FILTER, source="image")),
    APIField("body"),
]
register_query_field("article", "articles")(ArticlePage)
