"""The GraphQL doors of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visibility_walk import Probe, graphql
from visibility_watchers import CASE, CASES, FORM, GRID, OPEN_CASES, READ
from visibility_world import NEAR, World

_PICTURE = "{ title focalPoint { x } rendition(spec: CARD) { url } srcset(spec: WIDTHS) { text renditions { url } } }"
_CONTENT = f"""image {_PICTURE} body {{ ... on ContentBlock {{ id }}
  ... on PublicityArticleBodyParagraphBlock {{ richText {{ html tree text }} }}
  ... on PublicityArticleBodyImageBlock {{ image {_PICTURE} }}
  ... on PublicityArticleBodyTableBlock {{ table {{ rows spans {{ row }} }} }}
  ... on PublicityArticleBodyAttachmentBlock {{ document {{ title url }} }}
  ... on PublicityArticleBodyGridCardBlock {{ grid {{ name posts }} }} }}"""
_CASE_FIELDS = "number description address postLabel gridCode steps { note }"


def by(type_name: str, kind: str) -> Callable[[World, str], Any]:
    """The global id of a row, near or far."""
    return lambda world, place: world.node(place, type_name, kind)


def node(type_name: str, kind: str, fields: str, shows: dict[str, tuple[str, ...]]) -> tuple[Probe, ...]:
    """``node(id)``, ``nodes(ids)`` and ``_entities(representations)`` of one type, for the row near and its twin."""
    shape = f"{{ __typename ... on {type_name} {{ {fields} }} }}"
    one, many = f"query ($id: ID!) {{ node(id: $id) {shape} }}", f"query ($id: ID!) {{ nodes(ids: [$id]) {shape} }}"
    named = f'[{{__typename: "{type_name}", id: $id}}]'
    joined = f"query ($id: ID!) {{ _entities(representations: {named}) {shape} }}"
    return (
        *graphql(one, f"node {type_name}", "node", "node(id)", shows=shows, id=by(type_name, kind)),
        *graphql(many, "nodes", "nodes(ids)", shows=shows, id=by(type_name, kind)),
        *graphql(joined, "_entities", "_entities(representations)", shows=shows, id=by(type_name, kind)),
    )


GRAPHQL = [
    *graphql("{ rateLimit { limit } }", "rateLimit"),
    *graphql("{ platform { version plugins { slug } } }", "platform", "Platform.plugins"),
    *graphql("{ _service { sdl } }", "_service"),
    *graphql(
        '{ platformPlugin(slug: "grid") { slug settings { value } changes { reason } } }',
        "platformPlugin",
        "platformPlugin(slug)",
        "PlatformPluginFile.settings",
        "PlatformPluginFile.changes",
    ),
    *graphql('{ platformPlugin(slug: "grid", siteHost: "gov.test") { slug } }', "platformPlugin(siteHost)"),
    *graphql("{ grids { totalCount nodes { name posts { label } } } }", "grids", "Grid.posts", shows=GRID),
    *graphql(
        "query ($o: String) { grids(organisation: $o) { totalCount nodes { name } } }",
        "grids(organisation)",
        shows=GRID,
        o=lambda world, place: "222403001" if place == NEAR else "222403100",
    ),
    *graphql(
        "query ($c: String!) { grid(code: $c) { name posts { label } } }",
        "grid",
        "grid(code)",
        shows=GRID,
        c=lambda world, place: str(world.id(place, "gridcode")),
    ),
    *node("Grid", "grid", "name posts { label }", GRID),
    *graphql(
        f"{{ hotlineCases {{ totalCount nodes {{ {_CASE_FIELDS} }} }} }}",
        "hotlineCases",
        "HotlineCase.steps",
        shows=OPEN_CASES,
    ),
    *graphql(
        "{ hotlineCases(state: TO_DISPATCH) { totalCount nodes { description } } }",
        "hotlineCases(state)",
        shows={"queued": (*CASES, "portal")},
    ),
    *graphql(
        f"query ($n: String!) {{ hotlineCase(number: $n) {{ {_CASE_FIELDS} }} }}",
        "hotlineCase",
        "hotlineCase(number)",
        shows=CASE,
        n=lambda world, place: str(world.id(place, "casenumber")),
    ),
    *node("HotlineCase", "case", _CASE_FIELDS, CASE),
    *graphql(
        'mutation ($n: String!) { hotlineWithdrawCase(number: $n, reason: "x") '
        "{ case { description } errors { code message field } } }",
        "hotlineWithdrawCase",
        "hotlineWithdrawCase(number)",
        "hotlineWithdrawCase(reason)",
        "hotlineWithdrawCase(idempotencyKey)",
        "HotlineWithdrawCasePayload.case",
        "HotlineWithdrawCasePayload.errors",
        shows={"case": ("dispatcher", "portal")},
        n=lambda world, place: str(world.id(place, "casenumber")),
    ),
    *graphql("{ hotlineCategories { totalCount nodes { name } } }", "hotlineCategories"),
    *node("HotlineCategory", "category", "name", {}),
    *graphql(
        "{ assessmentForms { totalCount nodes { title items { label } } } }",
        "assessmentForms",
        "AssessmentForm.items",
        shows=FORM,
    ),
    *graphql(
        "{ assessmentForms(year: 2026) { totalCount nodes { title items { label } } } }",
        "assessmentForms(year)",
        shows=FORM,
    ),
    *graphql(
        "query ($i: ID!) { assessmentForm(id: $i) { title items { label } } }",
        "assessmentForm",
        "assessmentForm(id)",
        shows=FORM,
        i=by("AssessmentForm", "form"),
    ),
    *node("AssessmentForm", "form", "title items { label }", FORM),
    *graphql(
        "{ publicityArticles { totalCount nodes { title column { title } placements { url } } } }",
        "publicityArticles",
        "PublicityArticle.column",
        "PublicityArticle.placements",
        shows=READ,
    ),
    *graphql(
        '{ publicityArticles(column: "news", site: "gov.test") { totalCount nodes { title } } }',
        "publicityArticles(column)",
        "publicityArticles(site)",
        shows=READ,
    ),
    *graphql(
        '{ publicitySearch(query: "zq") { totalCount nodes { title summary } edges { highlights { pieces { text } } } } }',
        "publicitySearch",
        "publicitySearch(query)",
        "PublicitySearchEdge.highlights",
        "SearchHighlight.pieces",
        shows=READ,
    ),
    *graphql(
        '{ publicitySearch(query: "zq", column: "news", site: "gov.test") { nodes { title } } }',
        "publicitySearch(column)",
        "publicitySearch(site)",
        shows=READ,
    ),
    *graphql(
        f"{{ publicityArticles {{ nodes {{ title bodyHtml {_CONTENT} }} }} }}",
        "publicityArticles",
        "PublicityArticle.image",
        "PublicityArticle.body",
        "PublicityArticleBodyParagraphBlock.richText",
        "PublicityArticleBodyImageBlock.image",
        "PublicityArticleBodyTableBlock.table",
        "PublicityArticleBodyAttachmentBlock.document",
        "PublicityArticleBodyGridCardBlock.grid",
        "ContentImage.focalPoint",
        "ContentImage.rendition",
        "ContentImage.srcset",
        "ContentSrcset.renditions",
        "ContentTable.spans",
        shows=READ,
    ),
    *graphql("{ publicityColumns { title articleCount } }", "publicityColumns", shows={}),
    *graphql('{ publicityColumns(site: "gov.test") { title articleCount } }', "publicityColumns(site)", shows={}),
    *graphql("{ publicityWeeks { articleCount } }", "publicityWeeks"),
    *graphql(
        '{ publicityWeeks(site: "gov.test", weeks: 2) { articleCount } }',
        "publicityWeeks(site)",
        "publicityWeeks(weeks)",
    ),
    *node("PublicityColumn", "column", "title articleCount", {}),
    *(
        probe
        for kind in ("article", "draft", "review", "closed")
        for probe in (
            *node("PublicityArticle", kind, "title bodyHtml placements { url }", READ if kind == "article" else {}),
            *graphql(
                "query ($i: ID) { publicityArticle(id: $i) { title } }",
                "publicityArticle",
                "publicityArticle(id)",
                shows=READ if kind == "article" else {},
                i=by("PublicityArticle", kind),
            ),
            *graphql(
                "query ($s: String) { publicityArticle(slug: $s) { title } }",
                "publicityArticle(slug)",
                shows=READ if kind == "article" else {},
                s=f"{'near' if kind == 'article' else 'far'}-{kind}",
            ),
        )
    ),
]
