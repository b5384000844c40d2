"""What the templates of the public pages are given where a column has a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from wagtail.images import get_image_model
from wagtail.images.shortcuts import get_rendition_or_not_found

from civicnet.records.shapes import FieldShape, Shown
from civicnet_publicity.models import ArticleTemplate, ListTemplate
from civicnet_publicity.selectors.public import STEP
from civicnet_publicity.selectors.types import TypeOfColumns, column_types, types_at

if TYPE_CHECKING:
    from civicnet_publicity.models import ArticlePage
    from civicnet_publicity.selectors.columns import Column

PICTURE = "fill-480x270"
_PARTS = {
    ListTemplate.CARDS.value: "publicity/column_cards.html",
    ListTemplate.TABLE.value: "publicity/column_table.html",
    ListTemplate.TIMELINE.value: "publicity/column_timeline.html",
}


def list_context(column: Column, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How a column lists these rows, which it completes: ``list_part`` is the template, None for the list of titles.

    One statement for the types of what is placed here from elsewhere, and two for pictures where there are any.
    """
    kept = column_types().get(column.column_type_id) if column.column_type_id else None
    part = _PARTS.get(kept.list_template) if kept else None
    if kept is None or part is None:
        return {"list_part": None}
    types = types_at({row["path"] for row in rows})
    for row in rows:
        # Of what is placed here, its own column says what the values mean.
        own = types.get(row["path"][:-STEP])
        row["shown_fields"] = own.shape.shown(row["field_values"]) if own else []
        row["day"] = localdate(row["first_published_at"])
    if kept.list_template == ListTemplate.CARDS:
        _add_pictures(rows)
    if kept.list_template == ListTemplate.TABLE:
        for row in rows:
            same = types.get(row["path"][:-STEP])
            row["cells"] = _cells(kept, row["field_values"] if same and same.pk == kept.pk else {})
    return {"list_part": part, "table_fields": kept.shape.live}


def fields_context(page: ArticlePage, home: Column | None) -> dict[str, Any]:
    """The fields of an article, and whether they stand before its text."""
    pk = home.column_type_id if home else None
    kept = column_types().get(pk) if pk else page.column_type if home is None else None
    return {
        "shown_fields": kept.shape.shown(page.field_values) if kept else [],
        "fields_after": bool(kept and kept.article_template == ArticleTemplate.AFTER),
    }


def _cells(kept: TypeOfColumns, stored: Any) -> list[Shown]:
    shown = {one.key: one for one in kept.shape.shown(stored)}
    return [shown.get(one.key) or _empty(one) for one in kept.shape.live]


def _empty(field: FieldShape) -> Shown:
    return Shown(field.key, field.label, "", None, "")


def _add_pictures(rows: list[dict[str, Any]]) -> None:
    wanted = {row["image"] for row in rows if row["image"]}
    if not wanted:
        return
    found = get_image_model().objects.filter(pk__in=wanted).prefetch_renditions(PICTURE).in_bulk()
    for row in rows:
        image = found.get(row["image"])
        row["rendition"] = get_rendition_or_not_found(image, PICTURE) if image else None
