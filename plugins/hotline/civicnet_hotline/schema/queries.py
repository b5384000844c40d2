"""Queries: root fields for reading."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet_hotline.schema.objects import HotlineCase, HotlineCategory, HotlineState
from civicnet_hotline.schema.rows import CASE_COLUMNS, CATEGORY_COLUMNS, case_row, with_book
from civicnet_hotline.selectors import open_categories, visible_cases


class Query:
    """Root fields for reading."""

    hotline_categories = ConnectionField(HotlineCategory)
    hotline_cases = ConnectionField(HotlineCase, state=graphene.Argument(HotlineState))
    hotline_case = graphene.Field(HotlineCase, number=graphene.String(required=True))

    @staticmethod
    def resolve_hotline_categories(root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None) -> Page:
        """All open ones, by code."""
        return paginate(open_categories(), columns=CATEGORY_COLUMNS, order=("code", "id"), first=first, after=after)

    @staticmethod
    def resolve_hotline_cases(
        root: Any, info: GraphQLResolveInfo, first: int, after: str | None = None, state: Any = None
    ) -> Page:
        """Newest first, of those the caller may see."""
        cases = visible_cases(info.context.actor)
        if state is not None:
            cases = cases.filter(state=state.value)
        page = paginate(cases, columns=CASE_COLUMNS, order=("-requested_at", "-id"), first=first, after=after)
        with_book(page.rows)
        return page

    @staticmethod
    def resolve_hotline_case(root: Any, info: GraphQLResolveInfo, number: str) -> dict[str, Any] | None:
        """One case, or null when there is none that the caller may know of."""
        return case_row(info.context.actor, number=number)
