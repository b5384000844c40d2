"""Reading publicity. Everybody reads through here; what is not published is not in it."""

from civicnet_publicity.selectors.articles import (
    NEWEST,
    article_by,
    article_in,
    article_rows,
    articles_among,
    latest,
    neighbours,
    placed_article,
    placements_of,
    published_articles,
    with_addresses,
)
from civicnet_publicity.selectors.columns import (
    Column,
    articles_by_month,
    articles_by_week,
    column_figures,
    columns,
    columns_at,
    columns_named,
    readable_columns,
)
from civicnet_publicity.selectors.drafts import draft_article, draft_articles, written
from civicnet_publicity.selectors.found import BY_AGE, BY_SCORE, FoundArticles, found_articles
from civicnet_publicity.selectors.numbers import next_index_number
from civicnet_publicity.selectors.reviews import returned_articles, review_sheet, reviews_waiting
from civicnet_publicity.selectors.viewing import channel_views_by_day, views_by_column, views_by_day, views_of

__all__ = [
    "BY_AGE",
    "BY_SCORE",
    "NEWEST",
    "Column",
    "FoundArticles",
    "article_by",
    "article_in",
    "article_rows",
    "articles_among",
    "articles_by_month",
    "articles_by_week",
    "channel_views_by_day",
    "column_figures",
    "columns",
    "columns_at",
    "columns_named",
    "draft_article",
    "draft_articles",
    "found_articles",
    "latest",
    "neighbours",
    "next_index_number",
    "placed_article",
    "placements_of",
    "published_articles",
    "readable_columns",
    "returned_articles",
    "review_sheet",
    "reviews_waiting",
    "views_by_column",
    "views_by_day",
    "views_of",
    "with_addresses",
    "written",
]
