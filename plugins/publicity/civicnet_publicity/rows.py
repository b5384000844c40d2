"""The rows behind GraphQL: what a query asked for, read with a number of statements that does not grow with the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from civicnet.contract import Actor
from civicnet.gateway.content.addresses import Homes, portable
from civicnet.gateway.content.asked import Asked, below
from civicnet.gateway.content.reading import Reading
from civicnet.gateway.content.streams import union_of
from civicnet_publicity import permissions, selectors
from civicnet_publicity.addresses import site_label
from civicnet_publicity.blocks import BodyBlock
from civicnet_publicity.bodies import told_html
from civicnet_publicity.models import DISCLOSED
from civicnet_publicity.selectors.linking import interpretations_among
from civicnet_publicity.selectors.public import STEP

BODY = union_of(BodyBlock(), name="PublicityArticleBody")
# The columns of the database behind each field.
_BEHIND: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "slug": ("slug",),
    "summary": ("summary",),
    "publishedAt": ("first_published_at",),
    "updatedAt": ("first_published_at", "last_published_at"),
    "column": ("path",),
    "image": ("image", "url_path"),
    "keywords": ("keywords",),
    "source": ("source",),
    "author": ("author",),
    "indexNumber": ("index_number",),
    "fields": ("path", "field_values", "url_path"),
    "disclosure": ("index_number", *DISCLOSED),
    "url": ("url_path",),
    "body": ("body", "url_path"),
    "bodyHtml": ("body", "url_path"),
}
_FIGURES = frozenset({"articleCount", "lastPublishedAt"})
_COMMAS = re.compile(r"[,\uff0c、]")


def names_for(asked: Asked | None) -> tuple[str, ...]:
    """The columns of the database that a query needs."""
    fields = _BEHIND.keys() if asked is None else asked.fields
    return tuple(dict.fromkeys(["id", *(name for field in fields for name in _BEHIND.get(field, ()))]))


def article_row(actor: Actor, asked: Asked | None, **which: Any) -> dict[str, Any] | None:
    """The newest article with a ``pk`` or ``slug``, with all that was asked for; None: with everything."""
    row = selectors.article_by(actor, **which).order_by(*selectors.NEWEST).first(*names_for(asked))
    if row is not None:
        complete([row], asked, actor)
    return row


def article_rows(actor: Actor, pks: Sequence[int], asked: Asked | None) -> Mapping[int, dict[str, Any]]:
    """Those of these articles that readers can see, by number, with all that was asked for."""
    rows = selectors.articles_among(actor, pks).read(*names_for(asked))
    complete(rows, asked, actor)
    return {row["id"]: row for row in rows}


def complete(rows: Sequence[dict[str, Any]], asked: Asked | None, actor: Actor) -> None:
    """Add to the rows what is asked for and not told by a column; what lies in other tables is read once for all of them."""
    for field, add in _ADDED.items():
        if _wants(asked, field):
            add(rows, asked, actor)
    if rows and any(_wants(asked, one) for one in ("image", "body", "fields")):
        _add_content(rows, asked)


def _add_days(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    for row in rows:
        row["published_at"] = row["first_published_at"]


def _add_changes(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    for row in rows:
        row["updated_at"] = row["last_published_at"] or row["first_published_at"]


def _add_addresses(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    homes = Homes()
    for row in rows:
        row["url"] = homes.absolute(row["url_path"])


def _add_columns(rows: Sequence[dict[str, Any]], asked: Asked | None, _actor: Actor) -> None:
    parents = selectors.columns_at({row["path"][:-STEP] for row in rows})
    inside = below(asked, "column")
    fields = None if inside is None else inside.fields.keys()
    shown = {one["path"]: one for one in column_rows(list(parents.values()), fields)}
    for row in rows:
        row["column"] = shown.get(row["path"][:-STEP])


def _add_placements(rows: Sequence[dict[str, Any]], _asked: Asked | None, actor: Actor) -> None:
    withdrawn = permissions.can_see_withdrawn(actor)
    placed = selectors.placements_of([row["id"] for row in rows], withdrawn=withdrawn)
    for row in rows:
        row["placements"] = [one | {"site": site_label(one["site"])} for one in placed[row["id"]]]


def _add_keywords(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    for row in rows:
        row["keywords"] = split(row["keywords"])


def _add_disclosure(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    for row in rows:
        told = {name: row[name] for name in DISCLOSED} | {"index_number": row["index_number"]}
        told |= {name: told[name] or None for name in ("validity", "disclosure_way")}
        row["disclosure"] = told if row["index_number"] else None


def _add_html(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    homes = Homes()
    for row, html in zip(rows, told_html([row["body"] for row in rows]), strict=True):
        row["body_html"] = portable(html, homes.root_of(row["url_path"]))


def _add_content(rows: Sequence[dict[str, Any]], asked: Asked | None) -> None:
    # The types stand above the rows that they tell.
    from civicnet_publicity.typed_schema import fields_types, finish_fields, place_fields

    reading, homes = Reading(), Homes()
    image, body, fields = (_wants(asked, one) for one in ("image", "body", "fields"))
    types = fields_types(rows) if fields else {}
    for row in rows:
        reading.root_url = homes.root_of(row["url_path"])
        if image:
            reading.image(row["image"], row, "image", below(asked, "image"))
        if body:
            BODY.place(list(row["body"].raw_data), row, "body", reading, below(asked, "body"))
        if fields:
            place_fields(row, types.get(row["path"][:-STEP]), reading, below(asked, "fields"))
    reading.fetch()
    if fields:
        finish_fields(rows)


def _add_views(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    # Written half a minute later at most, by whichever process counted.
    found = selectors.views_of([row["id"] for row in rows])
    for row in rows:
        row["view_count"] = found[row["id"]]


def _add_interpretations(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    found = interpretations_among([row["id"] for row in rows])
    for row in rows:
        row["interpretation"] = found[row["id"]]


def _add_draft(rows: Sequence[dict[str, Any]], _asked: Asked | None, _actor: Actor) -> None:
    for row in rows:
        row.setdefault("is_draft", False)


_ADDED = {
    "publishedAt": _add_days,
    "updatedAt": _add_changes,
    "url": _add_addresses,
    "column": _add_columns,
    "placements": _add_placements,
    "keywords": _add_keywords,
    "isDraft": _add_draft,
    "disclosure": _add_disclosure,
    "viewCount": _add_views,
    "interpretation": _add_interpretations,
    # Before the content, which puts the blocks in the place of the stored body.
    "bodyHtml": _add_html,
}


def column_rows(columns: Sequence[selectors.Column], asked: AbstractSet[str] | None = None) -> list[dict[str, Any]]:
    """Columns with their addresses, and with their figures when asked for; None: with everything."""
    figures = selectors.column_figures(columns) if asked is None or asked & _FIGURES else {}
    homes = Homes()
    rows = []
    for one in columns:
        count, last = figures.get(one.id, (0, None))
        rows.append(
            {
                "id": one.id,
                "path": one.path,
                "slug": one.slug,
                "title": one.title,
                "description": one.description,
                "kind": one.kind,
                "phase": one.phase or None,
                "rhythm": one.rhythm or None,
                "keywords": split(one.keywords),
                "column_type_id": one.column_type_id,
                "url": homes.absolute(one.url_path),
                "article_count": count,
                "last_published_at": last,
            }
        )
    return rows


def split(words: str) -> list[str]:
    """Keywords as editors write them, one after the other with commas of either script between them, as a list."""
    return [found for one in _COMMAS.split(words) if (found := one.strip())]


def _wants(asked: Asked | None, field: str) -> bool:
    return asked is None or field in asked.fields
