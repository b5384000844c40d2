"""Queries: root fields for reading."""

from __future__ import annotations

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.selection import selection_of
from civicnet.gateway.where import By
from civicnet_hotline.models import Case, Category
from civicnet_hotline.schema.objects import HotlineCase, HotlineCategory, HotlineState
from civicnet_hotline.schema.rows import CASE_COLUMNS, CATEGORY_COLUMNS, case_row, with_book
from civicnet_hotline.selectors import open_categories, visible_cases


class Query:
    """Root fields for reading."""

    hotline_categories = ConnectionField(
        HotlineCategory,
        of=Category,
        where={"code": By("code", "eq", "in", "prefix")},
        order={"CODE": ("code", "id"), "CODE_DESCENDING": ("-code", "-id")},
    )
    hotline_cases = ConnectionField(
        HotlineCase,
        of=Case,
        where={
            "number": By("number", "eq", "in", "prefix"),
            "state": By("state", "eq", "in"),
            "category": By("category__code", "eq", "in"),
            "organisation_code": By("organisation__code", "eq", "in", "prefix"),
            "requested_at": By("requested_at", "range"),
            "updated_at": By("updated_at", "range"),
        },
        order={
            "NEWEST": ("-requested_at", "-id"),
            "OLDEST": ("requested_at", "id"),
            "RECENTLY_UPDATED": ("-updated_at", "-id"),
        },
        state=graphene.Argument(HotlineState),
    )
    hotline_case = graphene.Field(HotlineCase, number=graphene.String(required=True))

    @staticmethod
    def resolve_hotline_categories(root: Any, info: GraphQLResolveInfo, **page: Any) -> Page:
        """All open ones, by code."""
        return paginate(open_categories(), columns=selection_of(info).at("nodes").columns(CATEGORY_COLUMNS), **page)

    @staticmethod
    def resolve_hotline_cases(root: Any, info: GraphQLResolveInfo, state: Any = None, **page: Any) -> Page:
        """Newest first, of those the caller may see."""
        cases = visible_cases(info.context.actor)
        if state is not None:
            cases = cases.filter(state=state.value)
        found = paginate(cases, columns=selection_of(info).at("nodes").columns(CASE_COLUMNS), **page)
        with_book(found.rows)
        return found

    @staticmethod
    def resolve_hotline_case(root: Any, info: GraphQLResolveInfo, number: str) -> dict[str, Any] | None:
        """One case, or null when there is none that the caller may know of."""
        return case_row(info.context.actor, selection_of(info).columns(CASE_COLUMNS), number=number)
