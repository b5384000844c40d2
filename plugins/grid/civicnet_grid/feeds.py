"""How the change feed follows grids with the posts held today. Who is on duty moves with the clock: it is not followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.contract import Feed, Followed
from civicnet_grid.models import Grid, Post
from civicnet_grid.permissions import VIEW_GRID, VIEW_POST
from civicnet_grid.selectors import team, visible_grids

_COLUMNS = ("id", "code", "name", "kind", "households", "organisation__code", "organisation__name")


def feeds() -> tuple[Feed, ...]:
    """Grids belong to organisations, and are told to whoever may view them there."""
    return (
        Feed(
            "Grid",
            lambda: visible_grids(SYSTEM),
            _COLUMNS,
            (Followed(Grid, "id"), Followed(Post, "grid_id"), Followed(Organisation)),
            complete=_with_posts,
            path="organisation__path",
            permission=VIEW_GRID,
            besides=(VIEW_POST,),
        ),
    )


def _with_posts(rows: Sequence[dict[str, Any]]) -> None:
    held = team([row["id"] for row in rows], timezone.localdate())
    posts: dict[int, list[Any]] = {}
    for grid, *post in held.values_list("grid_id", "level", "kind", "duty", "seat"):
        posts.setdefault(grid, []).append(post)
    for row in rows:
        row["posts"] = posts.get(row["id"], [])
