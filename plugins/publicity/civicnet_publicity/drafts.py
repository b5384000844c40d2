"""Rows of drafts: the text of a revision over what stands in the tables, told by the same code as what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from civicnet.contract import ANONYMOUS, Actor
from civicnet.gateway.content.asked import Asked
from civicnet_publicity import selectors
from civicnet_publicity.models import DISCLOSED, ArticlePage
from civicnet_publicity.rows import complete

# Columns of the database; the rest comes from the revision.
DRAFT = ("id", "path", "url_path", "first_published_at", "latest_revision")
_FIELDS = (
    *("title", "slug", "summary", "source", "author", "keywords", "index_number", "body", "field_values"),
    *DISCLOSED,
)


def draft_row(pk: int, revision: int, asked: Asked | None) -> dict[str, Any] | None:
    """One article as a revision has it, as anybody may see what it refers to; None when either is gone."""
    rows = [row | {"latest_revision": revision} for row in selectors.draft_article(pk).values(*DRAFT)]
    told = filled(rows, asked, ANONYMOUS)
    return told[0] if told else None


def filled(rows: Sequence[dict[str, Any]], asked: Asked | None, actor: Actor) -> list[dict[str, Any]]:
    """Rows of ``DRAFT`` with the texts of their revisions and all that was asked for; one whose revision is gone is left out.

    One statement for all texts.
    """
    texts = selectors.written([row["id"] for row in rows], [row["latest_revision"] for row in rows])
    told = [row for row in rows if row["id"] in texts]
    for row in told:
        _write(row, texts[row["id"]]["content"], texts[row["id"]]["created_at"])
    complete(told, asked, actor)
    return told


def _write(row: dict[str, Any], content: Mapping[str, Any], created_at: datetime) -> None:
    for name in _FIELDS:
        field: Any = ArticlePage._meta.get_field(name)
        # What was written before a field was added does not have it.
        row[name] = field.to_python(content[name]) if name in content else field.get_default()
    row["image"] = content.get("image")
    parent = row["url_path"].rstrip("/").rpartition("/")[0]
    row["url_path"] = f"{parent}/{row['slug']}/"
    row["first_published_at"] = row["first_published_at"] or created_at
    row["last_published_at"] = created_at
    row["is_draft"] = True
