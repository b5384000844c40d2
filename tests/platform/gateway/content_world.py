"""A plugin whose pages are raw streams that a test writes down, and the files that they refer to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import graphene
import pytest
from django.core.files.base import ContentFile
from graphql import GraphQLResolveInfo
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock, ImageChooserBlock
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Page, Site

from civicnet.contract import Fragment, hookimpl
from civicnet.gateway.content.asked import asked_of
from civicnet.gateway.content.reading import Reading
from civicnet.gateway.content.streams import union_of
from civicnet.gateway.selection import selection_of
from civicnet.lifecycle.blocks import PluginStreamBlock
from civicnet.testing.fixtures import Plug

ROOT = "http://gov.test"


class Card(blocks.StructBlock):
    """A struct that stands in two places."""

    title = blocks.CharBlock()
    picture = ImageBlock(required=False)
    target = blocks.PageChooserBlock(required=False)


class Body(PluginStreamBlock):
    """One block of each kind."""

    heading = blocks.CharBlock()
    text = blocks.RichTextBlock()
    picture = ImageChooserBlock()
    file = DocumentChooserBlock()
    link = blocks.PageChooserBlock()
    table = TableBlock()
    line = blocks.StaticBlock()
    card = Card()
    cards = blocks.ListBlock(Card())
    when = blocks.DateBlock()
    price = blocks.DecimalBlock()
    number = blocks.IntegerBlock()
    tone = blocks.ChoiceBlock(choices=[("calm", "Calm"), ("loud", "Loud")])
    layout = blocks.ChoiceBlock(choices=[("1-2", "One to two"), ("2-1", "Two to one")])
    columns = blocks.StreamBlock([("heading", blocks.CharBlock()), ("cards", blocks.ListBlock(ImageChooserBlock()))])


@pytest.fixture
def pages(plug: Plug, db: None) -> list[Any]:
    """The streams of the plugin ``tower``, one page each; asked for as ``towerPages { body { … } }``."""
    raws: list[Any] = []
    stream = union_of(Body(), name="TowerBody")

    class TowerPage(graphene.ObjectType):
        body = stream.field("body")

    class Query:
        tower_pages = graphene.List(graphene.NonNull(TowerPage), required=True)

        @staticmethod
        def resolve_tower_pages(root: Any, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
            reading, asked, rows = Reading(), asked_of(selection_of(info)), [dict[str, Any]() for _raw in raws]
            reading.root_url = ROOT
            for raw, row in zip(raws, rows, strict=True):
                stream.place(raw, row, "body", reading, asked and asked.fields["body"])
            reading.fetch()
            return rows

    class Plugin:
        @hookimpl
        def graphql(self) -> Fragment:
            return Fragment(query=Query)

    plug("tower", Plugin())
    return raws


@pytest.fixture
def ask(pages: list[Any], graphql: Callable[..., Any]) -> Callable[..., Any]:
    """Asks for one page of these blocks: ``ask("... on TowerBodyCardBlock { title }", block, …)`` gives its body."""

    def asked(selection: str, *given: dict[str, Any]) -> Any:
        pages[:] = [list(given)]
        answer = graphql(f"{{ towerPages {{ body {{ __typename {selection} }} }} }}")
        assert "errors" not in answer, answer
        return answer["data"]["towerPages"][0]["body"]

    return asked


@pytest.fixture
def media(db: None, settings: Any, tmp_path: Path) -> Path:
    """A folder for uploads."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def picture(media: Path) -> Any:
    """An uploaded picture of 1000 by 500, with something at its left that must stay in sight."""
    return get_image_model().objects.create(
        title="A picture",
        description="what it shows",
        file=get_test_image_file(size=(1000, 500)),
        focal_point_x=200,
        focal_point_y=250,
        focal_point_width=100,
        focal_point_height=80,
    )


@pytest.fixture
def document(media: Path) -> Any:
    """An uploaded file of 2,048 bytes."""
    return get_document_model().objects.create(
        title="A form", file=ContentFile(b"x" * 2048, name="form.pdf"), file_size=2048
    )


@pytest.fixture
def page(db: None) -> Page:
    """A page of the site gov.test."""
    Site.objects.all().delete()
    home = Page.get_first_root_node().add_child(instance=Page(title="Home", slug="home-of-gov"))
    Site.objects.create(hostname="gov.test", root_page=home, is_default_site=True)
    found: Page = home.add_child(instance=Page(title="About us", slug="about"))
    return found


@pytest.fixture
def closed(db: None) -> Collection:
    """A collection below one that is only for those who know a password."""
    above = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=above, restriction_type="password", password="x")
    below: Collection = above.add_child(name="Inside")
    return below


def block(kind: str, value: Any = None, pk: str = "b1") -> dict[str, Any]:
    """A block as it is stored."""
    return {"type": kind, "value": value, "id": pk}
