"""What the templates of the public pages are given where a column has a type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.utils.timezone import localdate
from wagtail.images import get_image_model
from wagtail.images.shortcuts import get_rendition_or_not_found

from civicnet.gateway.content.pictures import picture_in
from civicnet.gateway.content.sizes import allow
from civicnet.records.kinds.pictures import LibraryPicture
from civicnet.records.shapes import FieldShape, Found, RecordShape, Shown, look_up
from civicnet_publicity.media_blocks import SMALL
from civicnet_publicity.models import ArticleTemplate, ListTemplate
from civicnet_publicity.selectors.public import STEP
from civicnet_publicity.selectors.types import TypeOfColumns, column_types, types_at

if TYPE_CHECKING:
    from civicnet_publicity.models import ArticlePage
    from civicnet_publicity.selectors.columns import Column

PICTURE = "fill-480x270"
# The size of a picture in a field where a column lists its articles.
LISTED = "max-320x240"
allow(LISTED)
_PARTS = {
    ListTemplate.CARDS.value: "publicity/column_cards.html",
    ListTemplate.TABLE.value: "publicity/column_table.html",
    ListTemplate.TIMELINE.value: "publicity/column_timeline.html",
}


def list_context(column: Column, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """How a column lists these rows, which it completes: ``list_part`` is the template, None for the list of titles.

    One statement for the types of what is placed here from elsewhere, two for the pictures of articles where there are any, and
    two for pictures in their fields.
    """
    kept = column_types().get(column.column_type_id) if column.column_type_id else None
    part = _PARTS.get(kept.list_template) if kept else None
    if kept is None or part is None:
        return {"list_part": None}
    types = types_at({row["path"] for row in rows})
    found = _referred(
        (own.shape, row["field_values"]) for row in rows if (own := types.get(row["path"][:-STEP])) is not None
    )
    for row in rows:
        # Of what is placed here, its own column says what the values mean.
        own = types.get(row["path"][:-STEP])
        row["shown_fields"] = _shown(own, row["field_values"], found, LISTED) if own else []
        row["day"] = localdate(row["first_published_at"])
    if kept.list_template == ListTemplate.CARDS:
        _add_pictures(rows)
    if kept.list_template == ListTemplate.TABLE:
        for row in rows:
            same = types.get(row["path"][:-STEP])
            row["cells"] = _cells(kept, row["shown_fields"] if same and same.pk == kept.pk else ())
    return {"list_part": part, "table_fields": kept.shape.live}


def fields_context(page: ArticlePage, home: Column | None) -> dict[str, Any]:
    """The fields of an article, and whether they stand before its text."""
    pk = home.column_type_id if home else None
    kept = column_types().get(pk) if pk else page.column_type if home is None else None
    found = _referred([(kept.shape, page.field_values)] if kept else ())
    return {
        "shown_fields": _shown(kept, page.field_values, found, SMALL) if kept else [],
        "fields_after": bool(kept and kept.article_template == ArticleTemplate.AFTER),
    }


def _referred(stored: Iterable[tuple[RecordShape, Any]]) -> Found:
    """What the fields of these articles refer to and everybody may see, with the sizes that pictures have.

    Two statements, none without pictures.
    """
    found = look_up(stored, for_all=True)
    pictures = [thing for (kind, _value), thing in found.items() if kind == LibraryPicture.name]
    if pictures:
        prefetch_related_objects(pictures, "renditions")
    return found


def _shown(kept: TypeOfColumns, stored: Any, found: Found, size: str) -> list[Shown]:
    """The fields with their pictures in one size, of which none is made meanwhile."""
    return [
        replace(one, thing={"alt": one.text, **picture_in(one.thing, size)}) if one.kind == LibraryPicture.name else one
        for one in kept.shape.shown(stored, found)
    ]


def _cells(kept: TypeOfColumns, filled: Iterable[Shown]) -> list[Shown]:
    shown = {one.key: one for one in filled}
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
