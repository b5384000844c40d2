"""The GraphQL doors of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from visibility_walk import Probe, graphql
from visibility_watchers import CASE, CASES, DRAFTS, EVERYBODY, FORM, GRID, OPEN_CASES, READ
from visibility_world import NEAR, NOBODYS, World
from wagtail.models import Site

from civicnet.gateway.preview.tokens import Claim, signed
from civicnet_publicity.models import ArticlePage

_PICTURE = "{ title focalPoint { x } rendition(spec: CARD) { url } srcset(spec: WIDTHS) { text renditions { url } } }"
_CONTENT = f"""image {_PICTURE} body {{ ... on ContentBlock {{ id }}
  ... on PublicityArticleBodyParagraphBlock {{ richText {{ html tree text }} }}
  ... on PublicityArticleBodyImageBlock {{ image {_PICTURE} }}
  ... on PublicityArticleBodyTableBlock {{ table {{ rows spans {{ row }} }} }}
  ... on PublicityArticleBodyAttachmentBlock {{ document {{ title url }} }}
  ... on PublicityArticleBodyGalleryBlock {{ pictures {{ image {_PICTURE} }} }}
  ... on PublicityArticleBodyVideoBlock {{ video {{ title }} poster {_PICTURE} }}
  ... on PublicityArticleBodyAttachmentsBlock {{ files {{ document {{ title url }} }} }}
  ... on PublicityArticleBodyQuestionsBlock {{ items {{ answer {{ html text }} }} }}
  ... on PublicityArticleBodyPolicyBlock {{ article {{ title url }} }}
  ... on PublicityArticleBodyChartBlock {{ metric {{ key points {{ value }} }} }}
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


_CHANGED = """nodes { type operation id node { ... on Grid { name posts { label } }
  ... on AssessmentForm { title items { label } } ... on PublicityArticle { title bodyHtml placements { url } }
  ... on HotlineCategory { name } ... on PublicityColumn { title } } }"""


def token(kind: str) -> Callable[[World, str], str]:
    """What the editor's button would give for an article, whether or not that may be previewed."""

    def made(world: World, place: str) -> str:
        page = ArticlePage.objects.filter(pk=world.id(place, kind)).first()
        site, editor = Site.objects.get(hostname="gov.test").pk, world.people["editor"].pk
        revision = page.latest_revision_id if page else NOBODYS
        return signed(Claim("PublicityArticle", page.pk if page else NOBODYS, revision, site, "staff", editor))

    return made


_MENU = "navigation(depth: 3) { title children { title } }"
_SITE = f"host name locale {{ code }} locales {{ code }} settings {{ plugin }} {_MENU}"
SITES = [
    *graphql(
        f'{{ site(host: "gov.test") {{ {_SITE} }} sites {{ {_SITE} }} }}',
        "site",
        "site(host)",
        "sites",
        "Site.locale",
        "Site.locales",
        "Site.navigation",
        "Site.settings",
        "SiteMenuEntry.children",
        shows={},
    ),
    *graphql(
        '{ redirects(site: "gov.test") { totalCount nodes { path target } } }', "redirects", "redirects(site)", shows={}
    ),
    *(
        probe
        for kind in ("draft", "review", "closed")
        for probe in graphql(
            'query ($p: String!) { redirect(path: $p, site: "gov.test") { target } }',
            "redirect",
            "redirect(path)",
            "redirect(site)",
            shows={},
            p=f"/old-{kind}",
        )
    ),
]
UNPUBLISHED = [
    *graphql("{ publicityDrafts { totalCount nodes { title } } }", "publicityDrafts", shows=DRAFTS),
    # Sentences, and excerpts of what is at fault: the title as it stands is none of these, only that there is such a draft.
    *graphql(
        "query ($i: ID!) { publicityFindings(id: $i) { code excerpt } }",
        "publicityFindings",
        "publicityFindings(id)",
        shows={},
        i=lambda world, place: world.node(place, "PublicityArticle", "draft"),
    ),
    *(
        probe
        for kind in ("draft", "review", "closed")
        for probe in (
            *graphql(
                "query ($i: ID) { publicityArticle(id: $i, draft: true) { title bodyHtml } }",
                "publicityArticle(draft)",
                shows={kind: DRAFTS[kind]},
                i=by("PublicityArticle", kind),
            ),
            *graphql(
                "query ($i: ID!) { previewToken(id: $i) { expiresAt } }",
                "previewToken",
                "previewToken(id)",
                i=by("PublicityArticle", kind),
            ),
            # Whoever has a token sees what it opens; of what is under a restriction it opens nothing.
            *(
                replace(one, by_address=True)
                for one in graphql(
                    "query ($t: String!) { preview(token: $t) { ... on PublicityArticle { title bodyHtml } } }",
                    "preview",
                    "preview(token)",
                    shows={kind: EVERYBODY if kind != "closed" else ()},
                    t=token(kind),
                )
            ),
        )
    ),
]
# A filter that every row passes, and the other order: neither lets more rows through.
_FILTERED = {
    "grids": ('code: {prefix: "2"}', "CODE_DESCENDING", "name posts { label }", GRID),
    "hotlineCases": ('requestedAt: {from: "2000-01-01T00:00:00Z"}', "OLDEST", _CASE_FIELDS, OPEN_CASES),
    "hotlineCategories": ('code: {prefix: ""}', "CODE_DESCENDING", "name", {}),
    "assessmentForms": ("year: {from: 2000}", "OLDEST", "title items { label }", FORM),
    "publicityArticles": ('publishedAt: {from: "2000-01-01T00:00:00Z"}', "OLDEST", "title bodyHtml", READ),
}
FILTERED = [
    probe
    for name, (where, order, fields, shows) in _FILTERED.items()
    for probe in graphql(
        f"{{ {name}(where: {{{where}}}, orderBy: {order}) {{ totalCount nodes {{ {fields} }} }} }}",
        f"{name}(where)",
        f"{name}(orderBy)",
        shows=shows,
    )
]
GRAPHQL = [
    *SITES,
    *UNPUBLISHED,
    *FILTERED,
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
    *graphql("{ changeTypes }", "changeTypes"),
    *graphql(
        "{ platformImportResources { key columns { heading } } }",
        "platformImportResources",
        "PlatformImportResource.columns",
    ),
    *graphql(
        """query ($i: ID!) { platformImport(id: $i) { fileName rows { new } result { count } undone { count }
          error { code } findings { nodes { column } } } }""",
        "platformImport",
        "platformImport(id)",
        "PlatformImport.rows",
        "PlatformImport.result",
        "PlatformImport.undone",
        "PlatformImport.error",
        "PlatformImport.findings",
        "PlatformImportFindings.nodes",
        shows={"job finding": ("roster_clerk",)},
        i=lambda world, place: str(world.id(place, "job")),
    ),
    *graphql(
        """{ platformImports { totalCount nodes { fileName rows { new } result { count } undone { count }
          error { code message } } } }""",
        "platformImports",
        "PlatformImportEntry.rows",
        "PlatformImportEntry.result",
        "PlatformImportEntry.undone",
        "PlatformImportEntry.error",
        shows={"job": ("=roster_clerk",)},
    ),
    *graphql(
        f"{{ changes {{ hasNextPage {_CHANGED} }} }}",
        "changes",
        shows=GRID | FORM | READ,
    ),
    *graphql(
        f'{{ changes(first: 100, types: ["Grid"]) {{ hasNextPage {_CHANGED} }} }}',
        "changes(types)",
        shows=GRID,
    ),
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
    *graphql(
        'mutation ($k: String!) { platformPurgeCache(keys: [$k], everything: false, reason: "x") { __typename } }',
        "platformPurgeCache",
        "platformPurgeCache(keys)",
        "platformPurgeCache(everything)",
        "platformPurgeCache(reason)",
        "platformPurgeCache(idempotencyKey)",
        k=by("HotlineCase", "case"),
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
        "{ publicityArticles { totalCount nodes { title column { title } placements { url } "
        "interpretation { policies { title } texts { title } } } } }",
        "publicityArticles",
        *(f"PublicityArticle.{name}" for name in ("column", "placements", "interpretation")),
        *(f"PublicityInterpretation.{name}" for name in ("policies", "texts")),
        shows=READ,
    ),
    *graphql(
        '{publicityArticles(column: "news", site:"gov.test", fields: {key:"has_fee",equals:false}) {totalCount nodes {title}}}',
        *("publicityArticles(column)", "publicityArticles(site)", "publicityArticles(fields)"),
        shows=READ,
    ),
    *graphql(
        '{ publicitySearch(query: "文章") { totalCount nodes { title summary } edges { highlights { pieces { text } } } } }',
        "publicitySearch",
        "publicitySearch(query)",
        "PublicitySearchEdge.highlights",
        "SearchHighlight.pieces",
        shows=READ,
    ),
    *graphql(
        '{ publicitySearch(query: "文章", column: "news", site: "gov.test", orderBy: SCORE) { nodes { title } } }',
        "publicitySearch(column)",
        "publicitySearch(site)",
        "publicitySearch(orderBy)",
        shows=READ,
    ),
    *graphql(
        f"{{ publicityArticles {{ nodes {{ title bodyHtml disclosure {{ validity }} {_CONTENT} }} }} }}",
        "publicityArticles",
        "PublicityArticle.disclosure",
        "PublicityArticleBodyGalleryBlock.pictures",
        "PublicityArticleBodyGalleryBlockPictures.image",
        "PublicityArticleBodyVideoBlock.video",
        "PublicityArticleBodyVideoBlock.poster",
        "PublicityArticleBodyAttachmentsBlock.files",
        "PublicityArticleBodyAttachmentsBlockFiles.document",
        "PublicityArticleBodyQuestionsBlock.items",
        "PublicityArticleBodyQuestionsBlockItems.answer",
        "PublicityArticleBodyPolicyBlock.article",
        "PublicityArticleBodyChartBlock.metric",
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
    *graphql(
        "{ publicityColumns { title articleCount columnType { name fields { label } } } }",
        "publicityColumns",
        "PublicityColumn.columnType",
        "PublicityColumnType.fields",
        shows={},
    ),
    *graphql(
        "{ publicityArticles { nodes { fields { shown { text image { title } } ... on PublicityGuideFields { place } } } } }",
        "PublicityArticle.fields",
        "PublicityShownField.image",
        shows=READ,
    ),
    *graphql('{ publicityColumns(site: "gov.test") { title articleCount } }', "publicityColumns(site)", shows={}),
    *graphql("{ publicityWeeks { articleCount } }", "publicityWeeks"),
    *graphql("{ publicityMetrics { key points { value } } }", "publicityMetrics", "PublicityMetric.points"),
    *graphql("{ publicityViews { day site viewCount } }", "publicityViews"),
    *graphql("{ publicityChannelViews { day channel viewCount } }", "publicityChannelViews"),
    *graphql(
        '{ publicityChannelViews(days: 2, article: "UHVibGljaXR5QXJ0aWNsZTox") { viewCount } }',
        "publicityChannelViews(days)",
        "publicityChannelViews(article)",
    ),
    *graphql(
        '{ publicityViews(site: "gov.test", days: 2, article: "UHVibGljaXR5QXJ0aWNsZTox") { viewCount } }',
        "publicityViews(site)",
        "publicityViews(days)",
        "publicityViews(article)",
    ),
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
