"""The rows behind GraphQL: what a query asked for, read with a number of statements that does not grow with the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from civicnet.contract import Actor
from civicnet.gateway.content.addresses import absolute, portable, root_of
from civicnet.gateway.content.asked import Asked, below
from civicnet.gateway.content.reading import Reading
from civicnet.gateway.content.streams import union_of
from civicnet_publicity import permissions, selectors
from civicnet_publicity.addresses import site_label
from civicnet_publicity.blocks import BodyBlock
from civicnet_publicity.bodies import told_html
from civicnet_publicity.selectors.public import STEP

BODY = union_of(BodyBlock(), name="PublicityArticleBody")
_ALWAYS = (
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
)
_FIGURES = frozenset({"articleCount", "lastPublishedAt"})
_COMMAS = re.compile(r"[,\uff0c、]")


def names_for(asked: Asked | None) -> tuple[str, ...]:
    """The columns of the database that a query needs; the body only when it was asked for."""
    return (*_ALWAYS, "body") if _wants(asked, "body") or _wants(asked, "bodyHtml") else _ALWAYS


def article_row(actor: Actor, asked: Asked | None, **which: Any) -> dict[str, Any] | None:
    """The newest article with a ``pk`` or ``slug``, with all that was asked for; None: with everything."""
    row = selectors.article_by(actor, **which).order_by(*selectors.NEWEST).first(*names_for(asked))
    if row is not None:
        complete([row], asked, actor)
    return row


def article_rows(actor: Actor, pks: Sequence[int], asked: Asked | None) -> Mapping[int, dict[str, Any]]:
    """Those of these articles that readers can see, by number, with all that was asked for."""
    rows = list(selectors.published_articles(actor).filter(pk__in=pks).values(*names_for(asked)))
    complete(rows, asked, actor)
    return {row["id"]: row for row in rows}


def complete(rows: Sequence[dict[str, Any]], asked: Asked | None, actor: Actor) -> None:
    """Add to the rows what lies in other tables, each table read once and only when asked for."""
    shown: dict[str, dict[str, Any]] = {}
    if _wants(asked, "column"):
        parents = selectors.columns_at(row["path"][:-STEP] for row in rows)
        inside = below(asked, "column")
        figures = None if inside is None else inside.fields.keys()
        shown = {one["path"]: one for one in column_rows(list(parents.values()), figures)}
    placed: dict[int, list[dict[str, Any]]] = {}
    if _wants(asked, "placements"):
        withdrawn = permissions.can_see_withdrawn(actor)
        placed = selectors.placements_of([row["id"] for row in rows], withdrawn=withdrawn)
    html = told_html([row["body"] for row in rows]) if _wants(asked, "bodyHtml") else [""] * len(rows)
    reading = Reading()
    for row, body in zip(rows, html, strict=True):
        reading.root_url = root_of(row["url_path"])
        row["published_at"] = row["first_published_at"]
        row["updated_at"] = row["last_published_at"] or row["first_published_at"]
        row["url"] = absolute(row["url_path"])
        row["column"] = shown.get(row["path"][:-STEP])
        row["placements"] = [one | {"site": site_label(one["site"])} for one in placed.get(row["id"], ())]
        row["keywords"] = split(row["keywords"])
        row["body_html"] = portable(body, reading.root_url)
        if _wants(asked, "isDraft"):
            row.setdefault("is_draft", False)
        if _wants(asked, "image"):
            reading.image(row["image"], row, "image", below(asked, "image"))
        if _wants(asked, "body"):
            BODY.place(list(row["body"].raw_data), row, "body", reading, below(asked, "body"))
    reading.fetch()


def column_rows(columns: Sequence[selectors.Column], asked: AbstractSet[str] | None = None) -> list[dict[str, Any]]:
    """Columns with their addresses, and with their figures when asked for; None: with everything."""
    figures = selectors.column_figures(columns) if asked is None or asked & _FIGURES else {}
    rows = []
    for one in columns:
        count, last = figures.get(one.id, (0, None))
        rows.append(
            {name: getattr(one, name) for name in ("id", "path", "slug", "title", "description", "kind")}
            | {"phase": one.phase or None, "keywords": split(one.keywords)}
            | {"url": absolute(one.url_path), "article_count": count, "last_published_at": last}
        )
    return rows


def split(words: str) -> list[str]:
    """Keywords as editors write them, one after the other with commas of either script between them, as a list."""
    return [found for one in _COMMAS.split(words) if (found := one.strip())]


def _wants(asked: Asked | None, field: str) -> bool:
    return asked is None or field in asked.fields
