"""Grids over GraphQL: areas and posts, never the people in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import graphene
from django.utils import timezone
from django.utils.translation import gettext as _
from graphql import GraphQLResolveInfo

from civicnet.access.models import Organisation
from civicnet.contract import Actor, Fragment, NotFound
from civicnet.gateway.connection import ConnectionField, Page, paginate
from civicnet.gateway.core import Node
from civicnet.gateway.selection import Selection, selection_of
from civicnet.gateway.where import By
from civicnet_grid import models
from civicnet_grid.duty import on_duty
from civicnet_grid.feeds import feeds
from civicnet_grid.selectors import in_subtree, team, visible_grids, visible_posts

# Of the database, by the fields that need them; every row has its id.
COLUMNS = {
    "code": "code",
    "name": "name",
    "kind": "kind",
    "households": "households",
    "organisationCode": "organisation__code",
    "organisationName": "organisation__name",
}

GridKind = graphene.Enum("GridKind", [(one.value, one.value) for one in models.GridKind])
GridPostKind = graphene.Enum("GridPostKind", [(one.value, one.value) for one in models.PostKind])
GridDuty = graphene.Enum("GridDuty", [(one.value, one.value) for one in models.Duty])


@dataclass
class Teams:
    """The posts of all grids of one answer, read at the first grid that is asked for them."""

    actor: Actor
    grids: list[int] = field(default_factory=list)

    @cached_property
    def _posts(self) -> dict[int, list[models.Post]]:
        visible = visible_posts(self.actor).filter(grid__in=self.grids)
        posts: dict[int, list[models.Post]] = {}
        for post in team(self.grids, timezone.localdate()).filter(pk__in=visible.values("pk")):
            posts.setdefault(post.grid_id, []).append(post)
        return posts

    @cached_property
    def _on_duty(self) -> set[int]:
        return on_duty(post for posts in self._posts.values() for post in posts)

    def of(self, grid: int) -> list[dict[str, Any]]:
        """The posts of one grid, as rows."""
        return [
            {
                "level": post.level,
                "kind": post.kind,
                "duty": post.duty,
                "seat": post.seat,
                "label": str(post),
                "on_duty": post.pk in self._on_duty,
            }
            for post in self._posts.get(grid, [])
        ]


class GridPost(graphene.ObjectType):
    """A post that is held today. Who holds it is not public."""

    level = graphene.Int(required=True, description="1, 2 or 3: compound, building, stairwell unit.")
    kind = graphene.Field(GridPostKind, required=True)
    duty = graphene.Field(GridDuty, required=True, description="Primary or backup of its pair (AB岗).")
    seat = graphene.Int(required=True, description="The pair's number within the level.")
    label = graphene.String(required=True)
    on_duty = graphene.Boolean(required=True, description="Whether this half of the pair is the one to turn to today.")


class Grid(graphene.ObjectType):
    """A grid: the smallest managed area."""

    class Meta:
        interfaces = (Node,)

    code = graphene.String(required=True)
    name = graphene.String(required=True)
    kind = graphene.Field(GridKind, required=True)
    households = graphene.Int()
    organisation_code = graphene.String(required=True)
    organisation_name = graphene.String(required=True)
    posts = graphene.List(graphene.NonNull(GridPost), required=True)

    @staticmethod
    def resolve_organisation_code(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The community's or village's code."""
        code: str = row["organisation__code"]
        return code

    @staticmethod
    def resolve_organisation_name(row: dict[str, Any], info: GraphQLResolveInfo) -> str:
        """The community's or village's name."""
        name: str = row["organisation__name"]
        return name

    @staticmethod
    def resolve_posts(row: dict[str, Any], info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """The posts that are held today and that the caller may see; one statement for the whole page."""
        teams: Teams = row["teams"]
        return teams.of(row["id"])


class Query:
    """Root fields of the grid plugin."""

    grids = ConnectionField(
        Grid,
        of=models.Grid,
        where={
            "code": By("code", "eq", "in", "prefix"),
            "organisation_code": By("organisation__code", "eq", "in", "prefix"),
        },
        order={"CODE": ("code", "id"), "CODE_DESCENDING": ("-code", "-id")},
        organisation=graphene.String(description="Code of an organisation: its whole subtree."),
    )
    grid = graphene.Field(Grid, code=graphene.String(required=True))

    @staticmethod
    def resolve_grids(root: Any, info: GraphQLResolveInfo, organisation: str | None = None, **page: Any) -> Page:
        """Grids the caller may see, by code."""
        actor = info.context.actor
        rows = visible_grids(actor)
        if organisation is not None:
            place = Organisation.objects.filter(code=organisation).first()
            if place is None:
                raise NotFound(_("There is no organisation with this code."), field="organisation")
            rows = in_subtree(rows, place)
        found = paginate(rows, columns=selection_of(info).at("nodes").columns(COLUMNS), **page)
        _with_teams(found.rows, actor)
        return found

    @staticmethod
    def resolve_grid(root: Any, info: GraphQLResolveInfo, code: str) -> dict[str, Any] | None:
        """The grid with this code, or null when there is none or the caller may not know of it."""
        return _one(info.context.actor, selection_of(info).columns(COLUMNS), code=code)


def load_grid(actor: Actor, pk: int) -> dict[str, Any] | None:
    """The row behind a global id."""
    return _one(actor, tuple(COLUMNS.values()), pk=pk)


def grids_of(actor: Actor, ids: Sequence[int], selection: Selection | None) -> dict[int, dict[str, Any]]:
    """Of these grids, those the actor may see."""
    rows = list(visible_grids(actor).filter(pk__in=ids).values("id", *COLUMNS.values()))
    _with_teams(rows, actor)
    return {row["id"]: row for row in rows}


def fragment() -> Fragment:
    """The plugin's part of the schema."""
    return Fragment(query=Query, nodes={"Grid": load_grid}, batches={"Grid": grids_of}, feeds=feeds())


def _one(actor: Actor, columns: Sequence[str], **which: Any) -> dict[str, Any] | None:
    row: dict[str, Any] | None = visible_grids(actor).filter(**which).values("id", *columns).first()
    if row is not None:
        _with_teams([row], actor)
    return row


def _with_teams(rows: Any, actor: Actor) -> None:
    teams = Teams(actor, [row["id"] for row in rows])
    for row in rows:
        row["teams"] = teams
