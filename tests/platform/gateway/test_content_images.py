"""Pictures over GraphQL: named sizes only, made by nobody's query, and hidden where their collection is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from content_world import ROOT, block
from django.test import Client
from wagtail.images import get_image_model
from wagtail.images.utils import generate_signature
from wagtail.models import Collection

from civicnet.gateway.content.sizes import size_problems

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
PICTURE = """... on TowerBodyPictureBlock { image {
  title alt width height focalPoint { x y width height } card: rendition(spec: CARD) { url width height }
  cover: rendition(spec: COVER) { width height } srcset(spec: WIDTHS) { text renditions { width } } } }"""
MADE = get_image_model().get_rendition_model().objects


def test_a_picture_is_told_with_sizes_that_exist_and_sizes_that_do_not_yet(
    ask: Ask, picture: Any, settings: Any
) -> None:
    there = picture.get_rendition("width-400")
    made = MADE.count()

    found = ask(PICTURE, block("picture", picture.pk))[0]["image"]

    making = f"{ROOT}/media/made/{generate_signature(picture.pk, 'fill-600x400')}/{picture.pk}/fill-600x400/"
    assert {name: found[name] for name in ("title", "alt", "width", "height", "card", "cover")} == {
        "title": "A picture",
        "alt": "what it shows",
        "width": 1000,
        "height": 500,
        "card": {"url": making, "width": 600, "height": 400},
        "cover": {"width": 1000, "height": 500},
    }
    assert found["focalPoint"] == {"x": 200, "y": 250, "width": 100, "height": 80}
    # What is no larger than the original comes out alike, and is named once.
    assert found["srcset"]["renditions"] == [{"width": 400}, {"width": 800}, {"width": 1000}]
    assert found["srcset"]["text"].startswith(f"{ROOT}{there.url} 400w, {ROOT}/media/made/")
    assert MADE.count() == made


def test_a_size_that_does_not_exist_comes_out_as_it_was_told(ask: Ask, picture: Any, client: Client) -> None:
    selection = "... on TowerBodyPictureBlock { image { rendition(spec: THUMBNAIL) { url width height } } }"
    told = ask(selection, block("picture", picture.pk))[0]["image"]["rendition"]

    first = client.get(told["url"].removeprefix(ROOT))
    again = client.get(told["url"].removeprefix(ROOT))
    there = ask(selection, block("picture", picture.pk))[0]["image"]["rendition"]

    made = MADE.get()
    assert (told["width"], told["height"]) == (made.width, made.height) == (300, 200)
    assert (first.status_code, first.headers["Location"]) == (302, made.url)
    assert again.headers["Location"] == made.url
    assert there == {"url": f"{ROOT}{made.url}", "width": 300, "height": 200}


def test_nobody_has_made_what_they_were_not_told_of(picture: Any, client: Client, closed: Collection) -> None:
    def status(signature: str, spec: str) -> int:
        return client.get(f"/media/made/{signature}/{picture.pk}/{spec}/").status_code

    assert status("x" * 28, "fill-600x400") == 404
    assert status(generate_signature(picture.pk, "width-2"), "width-2") == 404
    assert status(generate_signature(picture.pk + 1, "fill-600x400"), "fill-600x400") == 404
    get_image_model().objects.update(collection=closed)
    assert status(generate_signature(picture.pk, "fill-600x400"), "fill-600x400") == 404
    assert MADE.count() == 0


def test_a_picture_whose_file_is_gone_is_still_told(ask: Ask, picture: Any, client: Client, media: Path) -> None:
    (media / picture.file.name).unlink()

    found = ask(PICTURE, block("picture", picture.pk))[0]["image"]

    assert found["card"]["width"] == 600
    assert client.get(found["card"]["url"].removeprefix(ROOT)).status_code == 404


def test_a_place_has_its_own_words_for_a_picture(ask: Ask, picture: Any) -> None:
    def card(**given: Any) -> Any:
        return block("card", {"title": "x", "picture": {"image": picture.pk, **given}})

    found = ask(
        "... on TowerBodyCardBlock { picture { alt } }",
        card(alt_text="people at work", decorative=False),
        card(alt_text="people at work", decorative=True),
        card(alt_text="", decorative=False),
        block("card", {"picture": picture.pk}),
    )

    assert [one["picture"]["alt"] for one in found] == ["people at work", "", "what it shows", "what it shows"]


def test_a_size_that_is_not_named_cannot_be_asked_for(pages: list[Any], graphql: Ask) -> None:
    query = "{ towerPages { body { ... on TowerBodyPictureBlock { image { rendition(spec: %s) { url } } } } } }"

    for spec in ('"width-9999"', "WIDTHS", "width_9999"):
        assert graphql(query % spec)["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"


def test_pictures_and_files_of_closed_collections_are_null_by_every_path(
    ask: Ask, picture: Any, document: Any, closed: Collection
) -> None:
    embed = f'<embed embedtype="image" id="{picture.pk}" format="left" alt="x"/>'
    rich = f'<p><a linktype="document" id="{document.pk}">form</a>{embed}</p>'
    selection = """... on TowerBodyPictureBlock { image { title } } ... on TowerBodyFileBlock { document { title } }
      ... on TowerBodyCardsBlock { items { picture { title } } } ... on TowerBodyTextBlock { richText { html tree } }
      ... on TowerBodyColumnsBlock { blocks { ... on TowerBodyColumnsBlockValueCardsBlock { items { title } } } }"""
    given = [
        block("picture", picture.pk),
        block("file", document.pk),
        block("cards", [{"type": "item", "id": "i", "value": {"picture": {"image": picture.pk}}}]),
        block("text", rich),
        block("columns", [block("cards", [picture.pk])]),
    ]
    before = ask(selection, *given)
    type(picture).objects.update(collection=closed)
    type(document).objects.update(collection=closed)
    after = ask(selection, *given)

    assert [
        before[0]["image"],
        before[1]["document"],
        before[2]["items"][0]["picture"],
        before[4]["blocks"][0]["items"][0],
    ] == [{"title": "A picture"}, {"title": "A form"}, {"title": "A picture"}, {"title": "A picture"}]
    assert [list(one.values())[1] for one in after] == [
        None,
        None,
        [{"picture": None}],
        {
            "html": "<p><a>form</a></p>",
            "tree": [{"type": "paragraph", "children": [{"type": "text", "text": "form"}]}],
        },
        [{"items": [None]}],
    ]


def test_a_file_is_told_by_where_to_fetch_it_and_what_it_is(ask: Ask, document: Any, client: Client) -> None:
    selection = "... on TowerBodyFileBlock { document { title url filename contentType size } }"

    found = ask(selection, block("file", document.pk))[0]["document"]

    assert found == {
        "title": "A form",
        "url": f"{ROOT}/documents/{document.pk}/form.pdf",
        "filename": "form.pdf",
        "contentType": "application/pdf",
        "size": 2048,
    }
    assert client.get(found["url"].removeprefix(ROOT)).status_code == 200


def test_sizes_that_are_no_filters_are_told_at_start(settings: Any) -> None:
    assert size_problems() == []
    settings.CIVICNET_IMAGE_SPECS = {"CARD": "fell-1x1", "cover": "width-10"}

    assert [one.id for one in size_problems()] == ["civicnet.gateway.E001", "civicnet.gateway.E002"]
