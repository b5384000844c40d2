"""How the change feed follows columns and articles: what readers can see of them, and what that depends on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet, TextField
from django.db.models.functions import MD5, Cast
from wagtail.models import Page, PageViewRestriction, Site

from civicnet.contract import ANONYMOUS, Feed, Followed
from civicnet.gateway.content.addresses import Homes
from civicnet.gateway.content.asked import Asked
from civicnet_publicity.models import ArticlePage, ColumnField, ColumnPage, ColumnType, Interpretation, Placement
from civicnet_publicity.permissions import PLACE, SEE_PLACEMENTS
from civicnet_publicity.rows import complete
from civicnet_publicity.selectors import placements_of, published_articles, readable_columns
from civicnet_publicity.selectors.linking import said_pairs
from civicnet_publicity.selectors.public import STEP
from civicnet_publicity.selectors.types import types_at

_ARTICLE = (
    "id",
    "path",
    "url_path",
    "title",
    "slug",
    "summary",
    "first_published_at",
    "last_published_at",
    "source",
    "author",
    "keywords",
    "index_number",
    "image",
    "body_digest",
    "fields_digest",
)
_COLUMN = ("id", "url_path", "slug", "title", "description", "kind", "phase", "rhythm", "keywords", "column_type_id")
_TOLD = Asked(dict.fromkeys(("publishedAt", "updatedAt", "url", "column", "placements", "keywords"), Asked()))
# Addresses and visibility of many pages at once hang on these.
_LINKED = (Followed(Interpretation, "policy_id"), Followed(Interpretation, "text_id"))
_ABOVE = (Followed(PageViewRestriction), Followed(Site))


def feeds() -> tuple[Feed, ...]:
    """Columns first: articles stand in them. Figures of a column move with every article and are not followed."""
    column = (Followed(Page, "id"), Followed(ColumnPage, "page_ptr_id"))
    article = (Followed(Page, "id"), Followed(ArticlePage, "page_ptr_id"), Followed(Placement, "article_id"))
    return (
        Feed("PublicityColumn", readable_columns, _COLUMN, (*column, *_ABOVE), complete=_with_addresses),
        # A column that is taken down or private hides what is placed in it.
        Feed(
            "PublicityArticle",
            _articles,
            _ARTICLE,
            # What the fields of a type are called is told with their values.
            (*article, *_LINKED, *_ABOVE, Followed(ColumnPage), Followed(ColumnType), Followed(ColumnField)),
            complete=_with_the_rest,
            besides=(PLACE, SEE_PLACEMENTS),
        ),
    )


def _articles() -> QuerySet[Any]:
    # The database makes a short text of a long one, so that looking at all costs little.
    rows: QuerySet[Any] = published_articles(ANONYMOUS).annotate(
        body_digest=MD5(Cast(F("body"), TextField())), fields_digest=MD5(Cast(F("field_values"), TextField()))
    )
    return rows


def _with_addresses(rows: Sequence[dict[str, Any]]) -> None:
    homes = Homes()
    for row in rows:
        row["url"] = homes.absolute(row.pop("url_path"))


def _with_the_rest(rows: Sequence[dict[str, Any]]) -> None:
    complete(rows, _TOLD, ANONYMOUS)
    # Some may also see where an article used to stand.
    former = placements_of([row["id"] for row in rows], withdrawn=True)
    types = types_at({row["path"] for row in rows})
    pairs = said_pairs([row["id"] for row in rows])
    for row in rows:
        row["interpretation"] = sorted(pair for pair in pairs if row["id"] in pair)
        kept = types.get(row["path"][:-STEP])
        row["fields_type"] = kept.shape.digest if kept else None
        row["former"] = former[row["id"]]
        row["column"] = row["column"]["id"] if row["column"] else None
        # Where it stands in the tree is told by its column and its address.
        del row["path"], row["url_path"]
