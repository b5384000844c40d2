"""我的格: the worker's own page, as the notice board of each grid they serve in would show it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicnet.access.actors import actor_of
from civicnet.contract import DeskTab
from civicnet_grid.duty import on_duty
from civicnet_grid.models import Grid, Post
from civicnet_grid.selectors import served_grids, team

TAB = DeskTab(label=_("My grid"), view_name="grid:my_grid", icon="▦", order=300)


@login_required
def my_grid(request: HttpRequest) -> HttpResponse:
    """My posts, my colleagues, and who is on duty today."""
    today = timezone.localdate()
    grids = {grid.pk: grid for grid in served_grids(actor_of(request), today)}
    posts = list(team(grids, today).select_related("grid", "worker"))
    there = on_duty(posts)
    boards = [_board(grids[pk], list(held), there, request) for pk, held in groupby(posts, lambda post: post.grid_id)]
    return render(request, "grid/my_grid.html", {"boards": boards, "today": today})


def _board(grid: Grid, posts: list[Post], there: set[int], request: HttpRequest) -> dict[str, Any]:
    return {
        "grid": grid,
        "team": [
            {"post": post, "on_duty": post.pk in there, "mine": post.worker.user_id == request.user.pk}
            for post in posts
        ],
    }
