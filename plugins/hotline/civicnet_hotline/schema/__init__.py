"""The hotline in GraphQL: categories for everybody, cases for those who may see them, two mutations for portals."""

from __future__ import annotations

from civicnet.contract import Fragment
from civicnet_hotline.feeds import feeds
from civicnet_hotline.schema.mutations import Mutation
from civicnet_hotline.schema.queries import Query
from civicnet_hotline.schema.rows import case_row, category_row, category_rows


def fragment() -> Fragment:
    """The hotline's part of the schema."""
    return Fragment(
        query=Query,
        mutation=Mutation,
        nodes={"HotlineCase": lambda actor, pk: case_row(actor, pk=pk), "HotlineCategory": category_row},
        batches={"HotlineCategory": category_rows},
        feeds=feeds(),
    )
