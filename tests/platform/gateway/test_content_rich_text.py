"""Rich text and links over GraphQL: HTML, tree and words, with what can be read and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from content_world import ROOT, block
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]
CONTENT = {"wagtailcore_page", "wagtailimages_image", "wagtailimages_rendition", "wagtaildocs_document"}
TEXT = "... on TowerBodyTextBlock { richText { html tree text } }"


def tree(ask: Ask, source: str) -> Any:
    """The tree of a stored text."""
    return ask("... on TowerBodyTextBlock { richText { tree } }", block("text", source))[0]["richText"]["tree"]


def text(words: str, *marks: str) -> dict[str, Any]:
    """A node of text."""
    return {"type": "text", "text": words} | ({"marks": list(marks)} if marks else {})


def test_a_text_is_told_as_html_tree_and_words(ask: Ask, page: Page, document: Any, picture: Any) -> None:
    source = (
        f'<h2>Head</h2><p>One <b>bold <i>both</i></b> &amp; <a linktype="page" id="{page.pk}">a page</a>, '
        f'<a linktype="document" id="{document.pk}">a file</a><br/><a href="https://elsewhere.test/">out</a></p>'
        f'<ul><li>item</li></ul><hr/><embed embedtype="image" id="{picture.pk}" format="left" alt="seen"/>'
        '<embed embedtype="media" url="https://video.test/1"/>'
    )
    made = picture.get_rendition("width-500")

    found = ask(TEXT, block("text", source))[0]["richText"]

    image_url, page_url, document_url = (
        f"{ROOT}{made.url}",
        f"{ROOT}/about/",
        f"{ROOT}/documents/{document.pk}/form.pdf",
    )
    assert found["html"] == (
        f'<h2>Head</h2><p>One <b>bold <i>both</i></b> &amp; <a href="{page_url}">a page</a>, '
        f'<a href="{document_url}">a file</a><br/><a href="https://elsewhere.test/">out</a></p>'
        f'<ul><li>item</li></ul><hr/><img alt="seen" class="richtext-image left" src="{image_url}" width="500" height="250">'
        '<a href="https://video.test/1">https://video.test/1</a>'
    )
    assert found["text"] == "Head One bold both & a page, a file out item"
    assert found["tree"] == [
        {"type": "heading", "level": 2, "children": [text("Head")]},
        {
            "type": "paragraph",
            "children": [
                text("One "),
                text("bold ", "bold"),
                text("both", "bold", "italic"),
                text(" & "),
                {"type": "link", "to": "page", "url": page_url, "nodeId": None, "children": [text("a page")]},
                text(", "),
                {"type": "link", "to": "document", "url": document_url, "children": [text("a file")]},
                {"type": "break"},
                {"type": "link", "to": "address", "url": "https://elsewhere.test/", "children": [text("out")]},
            ],
        },
        {"type": "list", "ordered": False, "children": [{"type": "item", "children": [text("item")]}]},
        {"type": "rule"},
        {"type": "image", "alt": "seen", "url": image_url, "width": 500, "height": 250},
        {"type": "embed", "url": "https://video.test/1"},
    ]


def test_only_known_tags_stand_in_a_tree(ask: Ask) -> None:
    assert tree(ask, '<p onclick="x()"><span>a</span><script>b</script><a href="javascript:x()">c</a></p>') == [
        {"type": "paragraph", "children": [text("ac")]}
    ]
    assert tree(ask, "<p>one</b> <i>two</p>three") == [
        {"type": "paragraph", "children": [text("one "), text("two", "italic")]},
        text("three"),
    ]
    assert tree(ask, "<ul>\n<li>x</li>\n</ul>\n") == [
        {"type": "list", "ordered": False, "children": [{"type": "item", "children": [text("x")]}]}
    ]
    assert len(str(tree(ask, "<ul><li>" * 500 + "deep"))) < 3_000


@pytest.mark.parametrize("how", ["draft", "private", "below private", "gone"])
def test_links_to_pages_that_cannot_be_read_are_left_out(ask: Ask, page: Page, how: str) -> None:
    if how == "draft":
        page.unpublish()
    elif how == "gone":
        page.delete()
    else:
        closed = page if how == "private" else page.get_parent()
        PageViewRestriction.objects.create(page=closed, restriction_type="login")
    source = f'<p><a linktype="page" id="{page.pk or 999}">words</a></p>'
    selection = (
        f"{TEXT} ... on TowerBodyLinkBlock {{ page {{ title }} }} ... on TowerBodyCardBlock {{ target {{ url }} }}"
    )

    found = ask(selection, block("text", source), block("link", page.pk), block("card", {"target": page.pk}))

    assert found[0]["richText"]["html"] == "<p><a>words</a></p>"
    assert found[0]["richText"]["tree"] == [{"type": "paragraph", "children": [text("words")]}]
    assert [found[1]["page"], found[2]["target"]] == [None, None]


def test_a_link_to_a_page_has_its_title_and_address(ask: Ask, page: Page) -> None:
    found = ask("... on TowerBodyLinkBlock { page { title url nodeId } }", block("link", page.pk))

    assert found[0]["page"] == {"title": "About us", "url": f"{ROOT}/about/", "nodeId": None}


def test_twenty_pages_cost_the_statements_of_one_however_they_are_nested(
    pages: list[Any], graphql: Ask, page: Page, document: Any, picture: Any
) -> None:
    source = f'<p><a linktype="page" id="{page.pk}">a</a><a linktype="document" id="{document.pk}">b</a></p>'
    card = {"title": "x", "picture": {"image": picture.pk}, "target": page.pk}
    body = [
        block("text", source),
        block("picture", picture.pk),
        block("file", document.pk),
        block("cards", [{"type": "item", "id": str(at), "value": card} for at in range(5)]),
        block("columns", [block("cards", [picture.pk, picture.pk])]),
    ]
    everything = """{ towerPages { body { ... on TowerBodyTextBlock { richText { html tree text } }
      ... on TowerBodyPictureBlock { image { rendition(spec: CARD) { url } srcset(spec: WIDTHS) { text } } }
      ... on TowerBodyFileBlock { document { url } }
      ... on TowerBodyCardsBlock { items { picture { rendition(spec: COVER) { url } } target { url } } }
      ... on TowerBodyColumnsBlock { blocks { ... on TowerBodyColumnsBlockValueCardsBlock { items {
        rendition(spec: THUMBNAIL) { url } } } } } } } }"""

    def statements(query: str, count: int) -> int:
        pages[:] = [body] * count
        graphql(query)
        with CaptureQueriesContext(connection) as caught:
            answer = graphql(query)
        assert "errors" not in answer
        read = [one["sql"].partition(' FROM "')[2].partition('"')[0] for one in caught]
        return sum(table in CONTENT for table in read)

    # Pages, pictures with what is made of them, files.
    assert statements(everything, 20) == statements(everything, 1) == 3
    assert statements("{ towerPages { body { ... on TowerBodyTextBlock { richText { text } } } } }", 20) == 0
    assert statements("{ towerPages { body { ... on TowerBodyPictureBlock { image { title } } } } }", 20) == 1
    assert statements("{ towerPages { body { ... on TowerBodyCardsBlock { items { title } } } } }", 20) == 0
