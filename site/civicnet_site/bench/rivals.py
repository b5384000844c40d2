"""The rivals, as their own documentation would have them written."""

from __future__ import annotations

from typing import Any

import graphene
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from graphene_django import DjangoObjectType
from graphene_django.registry import Registry
from graphene_django.views import GraphQLView

from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_site.urls import urlpatterns as product

_registry = Registry()


class Column(DjangoObjectType):
    """A column, type by type as graphene-django makes it."""

    class Meta:
        model = ColumnPage
        fields = ("slug", "title")
        registry = _registry
        name = "BenchColumn"


class Article(DjangoObjectType):
    """An article, type by type as graphene-django makes it."""

    column = graphene.Field(Column)

    class Meta:
        model = ArticlePage
        fields = ("id", "title", "summary", "first_published_at")
        registry = _registry
        name = "BenchArticle"

    @staticmethod
    def resolve_column(article: ArticlePage, info: Any) -> ColumnPage:
        """The page above."""
        return article.get_parent().specific


class Query(graphene.ObjectType):
    """The same list."""

    articles = graphene.List(Article)

    @staticmethod
    def resolve_articles(root: Any, info: Any) -> Any:
        """The 20 latest."""
        return ArticlePage.objects.live().public().order_by("-first_published_at", "-id")[:20]


_ready: dict[str, bytes] = {}


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Ready bytes: what our own endpoint answered the first time."""
    if "answer" not in _ready:
        from civicnet.gateway.http.view import GraphQLView as Ours

        _ready["answer"] = Ours.as_view()(request).content
    return HttpResponse(_ready["answer"], content_type="application/json")


def nothing(request: HttpRequest) -> HttpResponse:
    """The least that a view can do."""
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [
    path("bench/bare/", bare),
    path("bench/nothing/", nothing),
    path("bench/graphene-django/", csrf_exempt(GraphQLView.as_view(schema=graphene.Schema(query=Query)))),
    *product,
]
