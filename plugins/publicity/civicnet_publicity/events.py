"""What happens to articles, as others may hear of it."""

from __future__ import annotations

from dataclasses import dataclass

from civicnet.contract import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePublished(Event):
    """An article can now be read at its home address; also told when a newer version replaced it."""

    article_id: int
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUnpublished(Event):
    """An article can no longer be read anywhere."""

    article_id: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePlaced(Event):
    """An article now also stands in a column of another site."""

    article_id: int
    column_id: int
    site_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleWithdrawn(Event):
    """An article no longer stands in a column of another site."""

    article_id: int
    column_id: int
    site_id: int
