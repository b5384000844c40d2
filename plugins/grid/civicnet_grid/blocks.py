"""Blocks for the bodies of pages: a grid as its notice board shows it, without anybody's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import graphene
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from civicnet.contract import ContentBlock
from civicnet.gateway.content.shapes import Scope, Shape, batched, object_type, shape_for
from civicnet_grid.duty import on_duty
from civicnet_grid.models.grid import CODE_LENGTH
from civicnet_grid.selectors import grids_with_codes, team


@dataclass(frozen=True, slots=True)
class Card:
    """What readers learn of a grid; without a name there is no such grid any more."""

    code: str
    name: str = ""
    place: str = ""
    posts: tuple[str, ...] = ()


def cards(codes: Sequence[str]) -> list[Card]:
    """A card for each code, in their order; two statements, however many there are."""
    today = timezone.localdate()
    grids = {grid.code: grid for grid in grids_with_codes(set(codes), today)}
    posts = list(team([grid.pk for grid in grids.values()], today)) if grids else []
    there = on_duty(posts)
    found = {
        code: Card(
            code,
            grid.name,
            grid.organisation.name,
            tuple(str(post) for post in posts if post.grid_id == grid.pk and post.pk in there),
        )
        for code, grid in grids.items()
    }
    return [found.get(code, Card(code)) for code in codes]


class GridCodeBlock(blocks.FieldBlock):
    """The code of a grid, stored as it is; in use it is the grid's card."""

    def __init__(self, help_text: Any = None, **kwargs: Any) -> None:
        self.field = forms.CharField(max_length=CODE_LENGTH, min_length=CODE_LENGTH, help_text=help_text)
        super().__init__(**kwargs)

    def value_from_form(self, value: Any) -> Card:
        """A card that has not been looked up yet."""
        return Card(str(value).strip())

    def value_for_form(self, value: Card | None) -> str:
        """Its code."""
        return value.code if value else ""

    def clean(self, value: Card) -> Card:
        """Look it up."""
        card = cards([super().clean(value).code])[0]
        if not card.name:
            raise ValidationError(_("There is no grid with this code. Write its 15 digits."))
        return card

    def to_python(self, value: str) -> Card:
        """One card."""
        return self.bulk_to_python([value])[0]

    def bulk_to_python(self, values: Iterable[str]) -> list[Card]:
        """The cards of a whole page of texts at once."""
        return cards([str(value or "") for value in values])

    def normalize(self, value: Any) -> Card:
        """A card, also where somebody wrote a code."""
        return value if isinstance(value, Card) else self.to_python(value)

    def get_prep_value(self, value: Card) -> str:
        """What is stored."""
        return value.code

    def get_api_representation(self, value: Card, context: Any = None) -> str:
        """What other programs get."""
        return value.code

    def get_searchable_content(self, value: Card) -> list[str]:
        """By what the page is found."""
        return [value.name, value.code]

    class Meta:
        default = Card("")


@shape_for(GridCodeBlock)
def _card(block: GridCodeBlock, scope: Scope) -> Shape:
    def read_many(codes: Sequence[Any]) -> list[Card | None]:
        return [card if card.name else None for card in cards([str(code or "") for code in codes])]

    fields = {
        "code": graphene.String(required=True),
        "name": graphene.String(required=True),
        "place": graphene.String(required=True, description="The community or village."),
        "posts": graphene.List(graphene.NonNull(graphene.String), required=True, description="Those on duty today."),
    }
    return batched(object_type(scope, fields, description="A grid as its notice board shows it."), read_many, scope)


class GridCardBlock(blocks.StructBlock):
    """A grid with its posts on duty, and where to ask."""

    grid = GridCodeBlock(label=gettext_lazy("grid code"), help_text=gettext_lazy("15 digits"))
    ask = blocks.CharBlock(
        label=gettext_lazy("where to ask"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Left empty, the community or village is named."),
    )

    class Meta:
        icon = "group"
        label = gettext_lazy("grid card")
        template = "grid/blocks/grid_card.html"


def content_blocks() -> list[ContentBlock]:
    """What the plugin offers for bodies."""
    return [ContentBlock("grid_card", GridCardBlock())]
