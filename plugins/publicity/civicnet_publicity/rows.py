"""The rows behind GraphQL: what a query asked for, read with a number of statements that does not grow with the page."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from civicnet.contract import Actor
from civicnet_publicity import permissions, selectors
from civicnet_publicity.addresses import absolute, root_of, site_label
from civicnet_publicity.bodies import body_html, portable
from civicnet_publicity.selectors.public import STEP

ORDER = ("-first_published_at", "-id")
_ALWAYS = (
    "id",
    "path",
    "url_path",
    "title",
    "slug",
    "summary",
    "first_published_at",
    "source",
    "author",
    "index_number",
)
_FIGURES = {"articleCount", "lastPublishedAt"}


def names_for(asked: AbstractSet[str]) -> tuple[str, ...]:
    """The columns of the database that a query needs; the body only when its text was asked for."""
    return (*_ALWAYS, "body") if "bodyHtml" in asked else _ALWAYS


def article_row(actor: Actor, asked: AbstractSet[str], **where: Any) -> dict[str, Any] | None:
    """The newest article that meets a condition, with all that was asked for."""
    row = selectors.published_articles(actor).filter(**where).order_by(*ORDER).values(*names_for(asked)).first()
    if row is not None:
        complete([row], asked, actor)
    return row


def complete(rows: Sequence[dict[str, Any]], asked: AbstractSet[str], actor: Actor) -> None:
    """Add to the rows what lies in other tables, each table read once and only when asked for."""
    parents = selectors.columns_at(row["path"][:-STEP] for row in rows) if "column" in asked else {}
    shown = {row["path"]: row for row in column_rows(list(parents.values()), asked)}
    placed: dict[int, list[dict[str, Any]]] = {}
    if "placements" in asked:
        withdrawn = permissions.can_see_withdrawn(actor)
        placed = selectors.placements_of([row["id"] for row in rows], withdrawn=withdrawn)
    bodies = body_html([row["body"] for row in rows]) if "bodyHtml" in asked else [""] * len(rows)
    for row, body in zip(rows, bodies, strict=True):
        row["published_at"] = row["first_published_at"]
        row["url"] = absolute(row["url_path"])
        row["column"] = shown.get(row["path"][:-STEP])
        row["placements"] = [one | {"site": site_label(one["site"])} for one in placed.get(row["id"], ())]
        row["body_html"] = portable(body, root_of(row["url_path"]))


def column_row(pk: int) -> dict[str, Any] | None:
    """One column with its figures, if readers see it."""
    found = [column for column in selectors.columns() if column.id == pk]
    return next(iter(column_rows(found, _FIGURES)), None)


def column_rows(columns: Sequence[selectors.Column], asked: AbstractSet[str]) -> list[dict[str, Any]]:
    """Columns with their addresses, and with their figures when asked for."""
    figures = selectors.column_figures(columns) if asked & _FIGURES else {}
    rows = []
    for one in columns:
        count, last = figures.get(one.id, (0, None))
        rows.append(
            {name: getattr(one, name) for name in ("id", "path", "slug", "title", "description", "kind")}
            | {"url": absolute(one.url_path), "article_count": count, "last_published_at": last}
        )
    return rows
