"""Tables as portals read them."""

from __future__ import annotations

from typing import Any

import graphene


class ContentTableSpan(graphene.ObjectType):
    """A cell that is joined with those after and below it; row and column begin at 0."""

    row = graphene.Int(required=True)
    column = graphene.Int(required=True)
    row_span = graphene.Int(required=True)
    column_span = graphene.Int(required=True)


class ContentTable(graphene.ObjectType):
    """A table of plain texts, all rows of one length; an empty cell is an empty text."""

    caption = graphene.String(required=True)
    first_row_is_header = graphene.Boolean(required=True)
    first_column_is_header = graphene.Boolean(required=True)
    rows = graphene.List(
        graphene.NonNull(graphene.List(graphene.NonNull(graphene.String), required=True)), required=True
    )
    spans = graphene.List(graphene.NonNull(ContentTableSpan), required=True)


def table_row(raw: Any) -> dict[str, Any] | None:
    """A table from what Wagtail's table block stores; None where there is none."""
    if not isinstance(raw, dict):
        return None
    return {
        "caption": raw.get("table_caption") or "",
        "first_row_is_header": bool(raw.get("first_row_is_table_header")),
        "first_column_is_header": bool(raw.get("first_col_is_header")),
        "rows": [["" if cell is None else str(cell) for cell in row] for row in raw.get("data") or []],
        "spans": [
            {"row": one["row"], "column": one["col"], "row_span": one["rowspan"], "column_span": one["colspan"]}
            for one in raw.get("mergeCells") or []
            if isinstance(one, dict)
        ],
    }
