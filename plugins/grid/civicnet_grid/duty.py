"""Who is on duty: the primary, unless away; then the backup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from civicnet_grid.models import Duty, Post

# Whoever serves closest to the door is asked first; the lead only when nobody else is there.
NEAREST_FIRST = (3, 2, 1)


@dataclass(frozen=True, slots=True)
class DutyPost:
    """A post on duty, as other plugins see it: no person's name, and the account only as a number."""

    grid_code: str
    organisation_id: int
    key: str
    label: str
    user_id: int | None

    @classmethod
    def of(cls, post: Post) -> DutyPost:
        """The post as others see it."""
        return cls(
            grid_code=post.grid.code,
            organisation_id=post.grid.organisation_id,
            key=f"grid.post:{post.pk}",
            label=str(post),
            user_id=post.worker.user_id,
        )


def on_duty(team: Iterable[Post]) -> set[int]:
    """Ids of the posts on duty, of one or more grids' teams as ``selectors.team`` reads them (with ``away``)."""
    chosen: dict[tuple[int, int, int], Post] = {}
    for post in team:
        pair = (post.grid_id, post.level, post.seat)
        if not post.away and (pair not in chosen or post.duty == Duty.PRIMARY):
            chosen[pair] = post
    return {post.pk for post in chosen.values()}


def nearest_on_duty(team: Iterable[Post]) -> dict[int, Post]:
    """Per grid the one post to turn to: the lowest level that has somebody, its first pair first."""
    posts = list(team)
    there = on_duty(posts)
    chosen: dict[int, Post] = {}
    for level in NEAREST_FIRST:
        for post in sorted((one for one in posts if one.level == level and one.pk in there), key=lambda one: one.seat):
            chosen.setdefault(post.grid_id, post)
    return chosen
