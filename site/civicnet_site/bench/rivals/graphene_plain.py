"""graphene-django used plainly: types made from models, resolvers over pages."""

from __future__ import annotations

from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphene_django.registry import Registry

from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_site.bench.facts import FILTER

_registry = Registry()


class Column(DjangoObjectType):
    """A column, type by type as graphene-django makes it."""

    class Meta:
        model = ColumnPage
        fields = ("slug", "title")
        registry = _registry
        name = "BenchColumn"


class Rendition(graphene.ObjectType):
    """A picture cut to its place."""

    url = graphene.String()
    width = graphene.Int()
    height = graphene.Int()


class Article(DjangoObjectType):
    """An article, type by type as graphene-django makes it."""

    column = graphene.Field(Column)
    rendition = graphene.Field(Rendition)
    body_html = graphene.String()

    class Meta:
        model = ArticlePage
        fields = ("id", "title", "summary", "keywords", "first_published_at")
        registry = _registry
        name = "BenchArticle"

    @staticmethod
    def resolve_column(article: Any, info: Any) -> Any:
        """The page above."""
        return article.get_parent().specific

    @staticmethod
    def resolve_rendition(article: Any, info: Any) -> Any:
        """The picture, as a template would show it."""
        return article.image.get_rendition(FILTER)

    @staticmethod
    def resolve_body_html(article: ArticlePage, info: Any) -> str:
        """The body, as a template would show it."""
        return str(article.body)


class Query(graphene.ObjectType):
    """The same list, and the same article."""

    articles = graphene.List(Article)
    article = graphene.Field(Article, id=graphene.ID(required=True))

    @staticmethod
    def resolve_articles(root: Any, info: Any) -> Any:
        """The 20 latest."""
        return ArticlePage.objects.live().public().order_by("-first_published_at", "-id")[:20]

    @staticmethod
    def resolve_article(root: Any, info: Any, id: str) -> Any:  # noqa: A002
        """One of them."""
        return ArticlePage.objects.live().public().filter(pk=id).first()
