"""Assessment forms over GraphQL: what is asked and how much it brings, never what somebody got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from civicnet.contract import Actor, Fragment
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.core import Node
from civicnet.gateway.ids import from_global_id
from civicnet.gateway.selection import Selection, selection_of
from civicnet.gateway.where import By
from civicnet_assessment import models
from civicnet_assessment.feeds import feeds
from civicnet_assessment.selectors import items_of, visible_forms

# Of the database, by the fields that need them; every row has its id.
COLUMNS = {
    "year": "year",
    "title": "title",
    "opens": "opens",
    "closes": "closes",
    "regularWeight": "regular_weight",
    "annualWeight": "annual_weight",
    "organisationCode": "organisation__code",
    "organisationName": "organisation__name",
}

AssessmentMethod = graphene.Enum("AssessmentMethod", [(one.value, one.value) for one in models.Method])


@dataclass
class Items:
    """The items of all forms of one answer, read at the first form that is asked for them."""

    forms: list[int] = field(default_factory=list)

    @cached_property
    def by_form(self) -> dict[int, list[dict[str, Any]]]:
        """Rows by form, in order. One statement."""
        return items_of(self.forms)


class AssessmentItem(graphene.ObjectType):
    """One item of a form."""

    code = graphene.String(required=True)
    label = graphene.String(required=True)
    most = graphene.Decimal(required=True, description="The most points this item brings.")
    method = graphene.Field(AssessmentMethod, required=True)


class AssessmentForm(graphene.ObjectType):
    """A form of one year."""

    class Meta:
        interfaces = (Node,)

    year = graphene.Int(required=True)
    title = graphene.String(required=True)
    opens = graphene.Date(required=True)
    closes = graphene.Date(required=True)
    regular_weight = graphene.Int(required=True)
    annual_weight = graphene.Int(required=True)
    organisation_code = graphene.String(required=True)
    organisation_name = graphene.String(required=True)
    items = graphene.List(graphene.NonNull(AssessmentItem), required=True)

    @staticmethod
    def resolve_organisation_code(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The code of the organisation whose people the form is for."""
        code: str = row["organisation__code"]
        return code

    @staticmethod
    def resolve_organisation_name(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The name of that organisation."""
        name: str = row["organisation__name"]
        return name

    @staticmethod
    def resolve_items(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """Items in order; one statement for the whole page."""
        items: Items = row["of_page"]
        return items.by_form.get(row["id"], [])


class Query:
    """Root fields of the assessment plugin."""

    assessment_forms = ConnectionField(
        AssessmentForm,
        of=models.AssessmentForm,
        where={
            "year": By("year", "eq", "in", "range"),
            "organisation_code": By("organisation__code", "eq", "in", "prefix"),
        },
        order={"NEWEST": ("-year", "-id"), "OLDEST": ("year", "id")},
        year=graphene.Int(),
    )
    assessment_form = graphene.Field(AssessmentForm, id=graphene.ID(required=True))

    @staticmethod
    def resolve_assessment_forms(root: Any, info: GraphQLResolveInfo, year: int | None = None, **page: Any) -> Page:
        """Forms the caller may see, latest year first."""
        rows = visible_forms(info.context.actor)
        if year is not None:
            rows = rows.filter(year=year)
        found = paginate(rows, columns=selection_of(info).at("nodes").columns(COLUMNS), **page)
        _with_items(found.rows)
        return found

    @staticmethod
    def resolve_assessment_form(root: Any, info: GraphQLResolveInfo, id: str) -> dict[str, Any] | None:  # noqa: A002
        """The form, or null when there is none or the caller may not know of it."""
        name, pk = from_global_id(id)
        return _one(info.context.actor, pk, selection_of(info).columns(COLUMNS)) if name == "AssessmentForm" else None


def load_form(actor: Actor, pk: int) -> dict[str, Any] | None:
    """The row behind a global id."""
    return _one(actor, pk, tuple(COLUMNS.values()))


def _one(actor: Actor, pk: int, columns: Sequence[str]) -> dict[str, Any] | None:
    row: dict[str, Any] | None = visible_forms(actor).filter(pk=pk).values("id", *columns).first()
    if row is not None:
        _with_items([row])
    return row


def forms_of(actor: Actor, ids: Sequence[int], selection: Selection | None) -> dict[int, dict[str, Any]]:
    """Of these forms, those the actor may see."""
    rows = list(visible_forms(actor).filter(pk__in=ids).values("id", *COLUMNS.values()))
    _with_items(rows)
    return {row["id"]: row for row in rows}


def fragment() -> Fragment:
    """The plugin's part of the schema."""
    return Fragment(
        query=Query, nodes={"AssessmentForm": load_form}, batches={"AssessmentForm": forms_of}, feeds=feeds()
    )


def _with_items(rows: Any) -> None:
    items = Items([row["id"] for row in rows])
    for row in rows:
        row["of_page"] = items
