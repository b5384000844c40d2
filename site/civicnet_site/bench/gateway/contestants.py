"""Who is asked: on which server, what exactly, and how the facts are read out of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from civicnet_site.bench.facts import Facts, of_graphql, of_grapple, of_rest

LATEST, ARTICLE = "latest_20", "one_article"
# The rendition's name in our schema.
SPEC = "THUMBNAIL"


@dataclass(frozen=True, slots=True)
class City:
    """What a prepared database holds: the portal's key, an article, and what our schema tells of articles;
    and how long loading the articles took."""

    url: str
    key: str
    pk: int
    id: str
    column: str
    fields: frozenset[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Contestant:
    """One request to one server, and how its facts are read."""

    name: str
    server: str
    path: str
    read: Callable[[Any], Facts]
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """POST where there is a body."""
        return "GET" if self.body is None else "POST"


def contestants(work: str, city: City) -> dict[str, Contestant]:
    """All who do one work, by name."""
    asked = _ours(work, city, spec=f"(spec: {SPEC})")
    key = {"Authorization": f"Bearer {city.key}"}
    hand = "/bench/values/" if work == LATEST else f"/bench/values/{city.pk}/"
    found = (
        _graphql("ours", "ours", "/graphql/", asked, key),
        _graphql("ours_cached", "ours_cached", "/graphql/", asked, key),
        _graphql("bare_view", "ours_cached", "/bench/bare/", asked, key),
        Contestant("values_view", "ours", hand, of_graphql, headers=key),
        Contestant("values_view_without_key", "ours", hand, of_graphql),
        _graphql("graphene_django", "ours", "/bench/graphene-django/", _plain(work, city)),
        _graphql("yoga", "yoga", "/graphql", _ours(work, city, spec="")),
        _graphql("grapple", "wagtail", "/grapple/graphql/", _grapple(work, city), read=of_grapple),
        Contestant("rest_v2", "wagtail", _rest(work, city), of_rest),
    )
    return {one.name: one for one in found}


def _graphql(
    name: str,
    server: str,
    path: str,
    query: str,
    headers: Mapping[str, str] | None = None,
    read: Callable[[Any], Facts] = of_graphql,
) -> Contestant:
    body = json.dumps({"query": query}).encode()
    sent = {"Content-Type": "application/json", "Accept": "application/json"} | dict(headers or {})
    return Contestant(name, server, path, read, body, sent)


def _with(city: City, work: str, *, image: str, body: str) -> str:
    """The fields beside those that everybody has: what our schema does not tell yet, nobody is asked for."""
    if work == ARTICLE:
        return body
    return " ".join(text for name, text in (("image", image), ("keywords", "keywords")) if name in city.fields)


def _ours(work: str, city: City, *, spec: str) -> str:
    image = f"image {{ rendition{spec} {{ url width height }} }}"
    fields = f"title summary publishedAt column {{ slug title }} {_with(city, work, image=image, body='bodyHtml')}"
    if work == LATEST:
        return f"{{ publicityArticles(first: 20) {{ nodes {{ {fields} }} }} }}"
    identity = city.id if spec else city.pk
    return f'{{ publicityArticle(id: "{identity}") {{ {fields} }} }}'


def _plain(work: str, city: City) -> str:
    more = _with(city, work, image="rendition { url width height }", body="bodyHtml")
    fields = f"title summary publishedAt: firstPublishedAt column {{ slug title }} {more}"
    return f"{{ articles {{ {fields} }} }}" if work == LATEST else f"{{ article(id: {city.pk}) {{ {fields} }} }}"


def _grapple(work: str, city: City) -> str:
    body = "body { ... on RichTextBlock { value } }"
    more = _with(city, work, image='image { rendition(fill: "300x200") { url width height } }', body=body)
    fields = f"title summary publishedAt: firstPublishedAt column: parent {{ slug title }} {more}"
    if work == LATEST:
        return f'{{ articles(limit: 20, order: "-first_published_at") {{ {fields} }} }}'
    return f"{{ article(id: {city.pk}) {{ {fields} }} }}"


def _rest(work: str, city: City) -> str:
    more = _with(city, work, image="rendition", body="body").replace(" ", ",")
    fields = ",".join(filter(None, ("_", "title", "summary", "first_published_at", "column", more)))
    if work == LATEST:
        asked = "type=civicnet_publicity.ArticlePage&order=-first_published_at&limit=20"
        return f"/rest/pages/?{asked}&fields={fields}"
    return f"/rest/pages/{city.pk}/?fields={fields}"
