"""Sizes of pictures: the few that a deployment names, and how large a picture comes out in each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import graphene
from django.conf import settings
from django.core.checks import Error
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.formats import get_image_formats
from wagtail.images.models import Filter
from wagtail.images.rect import Rect

_shown_on_pages: set[str] = set()
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")


class Geometry(NamedTuple):
    """What Wagtail's filters ask of a picture, without the picture's file."""

    width: int
    height: int
    focal_point_x: int | None
    focal_point_y: int | None
    focal_point_width: int | None
    focal_point_height: int | None
    svg: bool

    def is_svg(self) -> bool:
        """Whether it may have any size."""
        return self.svg

    def get_focal_point(self) -> Rect | None:
        """What must stay in sight."""
        x, y = self.focal_point_x, self.focal_point_y
        width, height = self.focal_point_width, self.focal_point_height
        if x is None or y is None or width is None or height is None:
            return None
        return Rect.from_point(x, y, width, height)


@lru_cache(maxsize=256)
def filter_of(spec: str) -> Filter:
    """Wagtail's filter, read once."""
    return Filter(spec)


# Most pictures have one of a few shapes, and no point that must stay in sight.
@lru_cache(maxsize=4096)
def cut(spec: str, geometry: Geometry) -> str:
    """By what Wagtail tells apart what the filter makes of a picture before and after its focal point was moved."""
    key: str = filter_of(spec).get_cache_key(geometry)
    return key


@lru_cache(maxsize=4096)
def size_in(spec: str, geometry: Geometry) -> tuple[int, int]:
    """Width and height in pixels that the picture will have, reckoned without opening its file."""
    width, height = filter_of(spec).get_transform(geometry).size
    return int(width), int(height)


def specs() -> Mapping[str, str]:
    """The named sizes, each with its filter, as the setting ``CIVICNET_IMAGE_SPECS`` has them."""
    named: Mapping[str, str] = settings.CIVICNET_IMAGE_SPECS
    return named


def srcsets() -> Mapping[str, Sequence[str]]:
    """The named sets, each with its filters, as the setting ``CIVICNET_IMAGE_SRCSETS`` has them."""
    named: Mapping[str, str] = settings.CIVICNET_IMAGE_SRCSETS
    return {name: _expanded(pattern) for name, pattern in named.items()}


def allow(*filter_specs: str) -> None:
    """Let pictures be made with these filters too: for the module whose pages show them so, when it is imported."""
    _shown_on_pages.update(filter_specs)


def allowed(spec: str) -> bool:
    """Whether pictures are made with this filter: of a named size or set, of our own pages, or of a format of rich text."""
    named = {*specs().values(), *(one for group in srcsets().values() for one in group), *_shown_on_pages}
    return spec in named or any(spec == one.filter_spec for one in get_image_formats())


def size_problems(**_asked: Any) -> list[Error]:
    """What is wrong with the two settings, for Django's checks."""
    problems = []
    for name, spec in [*specs().items(), *((name, one) for name, group in srcsets().items() for one in group)]:
        try:
            filter_of(spec).operations  # noqa: B018 — reading it is what checks it
        except InvalidFilterSpecError as error:
            problems.append(
                Error(f"The size {name} of pictures is no filter of Wagtail: {error}", id="civicnet.gateway.E001")
            )
        if not _NAME.fullmatch(name):
            problems.append(Error(f"The size {name} of pictures needs a name in capitals.", id="civicnet.gateway.E002"))
    return problems


@lru_cache(maxsize=64)
def _expanded(pattern: str) -> Sequence[str]:
    return tuple(Filter.expand_spec(pattern))


ContentImageSpec = graphene.Enum(
    "ContentImageSpec",
    [(name, name) for name in specs()],
    description=lambda value: f"`{specs()[value.name]}`" if value else "The sizes in which pictures are had here.",
)
ContentSrcsetSpec = graphene.Enum(
    "ContentSrcsetSpec",
    [(name, name) for name in srcsets()],
    description=lambda value: (
        f"`{' '.join(srcsets()[value.name])}`" if value else "The sets of sizes from which a browser chooses."
    ),
)
