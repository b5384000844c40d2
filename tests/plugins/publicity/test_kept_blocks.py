"""Blocks of plugins in articles: offered and shown while their plugin is on, kept whatever happens to it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.blocks import CharBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import ReferenceIndex

from civicnet.access.actors import SYSTEM
from civicnet.contract import ContentBlock, hookimpl
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.contributed import WrongBlock, contributed
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.registry import registry
from civicnet.lifecycle.snapshot import read, using
from civicnet_grid.models import Grid, Post
from civicnet_grid.roster import RosterRow
from civicnet_grid.services import apply_roster
from civicnet_publicity.bodies import body_html
from civicnet_publicity.models import ArticlePage

# About stored texts and pages; the database keeps them as they come.
pytestmark = pytest.mark.only_on("sqlite")

CODE = "222403001001001"
CARD = {"type": "grid_card", "value": {"grid": CODE, "ask": "Hall 2"}, "id": "b1"}
# As nothing loaded would write it: an unknown type, an unknown key, a number and a null.
GONE = {"type": "station_map", "value": {"at": [1.5, None], "说": "<b>"}, "id": "c1"}
HEADING = {"type": "heading", "value": "Before", "id": "a1"}
BODY = [HEADING, CARD, GONE]


@pytest.fixture
def grid(city: Any) -> Grid:
    """A grid with a post on duty."""
    row = RosterRow(
        row=1,
        organisation_code="222403001001",
        grid_code=CODE,
        level=3,
        duty=None,
        name="演示甲",
        sex="F",
        id_number="22240319900101001X",
        phone="10000000001",
        political_status="群众",
        since=date(2023, 6, 30),
    )
    apply_roster(rows=[row], actor=SYSTEM)
    Grid.objects.update(name="Red flag 1")
    return Grid.objects.get()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    """Whoever may edit all pages."""
    return admin_client


@pytest.fixture
def article(write: Callable[..., ArticlePage], grid: Grid) -> ArticlePage:
    """An article with a heading, a grid's card, and a block of a plugin that is not installed."""
    return write("gov/news", "one", body=json.dumps(BODY))


def switch(target: str) -> None:
    act = enable_plugin if target == "on" else disable_plugin
    act(slug="grid", actor=SYSTEM, reason="test")


def stored(article: ArticlePage) -> list[dict[str, Any]]:
    """The newest version of the body, as it lies in the database."""
    return json.loads(ArticlePage.objects.get(pk=article.pk).get_latest_revision().content["body"])


def edit_page(editor: Client, article: ArticlePage) -> tuple[dict[str, str], list[dict[str, Any]], str]:
    """The form as the editor's browser fills it in: its plain fields, the state of the stream, and all the HTML."""
    response = editor.get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    form = response.context["form"]
    fields = {name: form[name].value() for name in form.fields if name not in {"body", "also_in", "channels"}}
    given = re.search(r'<div id="body"[^>]*data-w-block-arguments-value="([^"]*)"', response.text)
    assert given
    state = json.loads(html.unescape(given[1]))[0]
    plain = {name: str(value) for name, value in fields.items() if value not in (None, False)}
    return plain | {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}, state, response.text


def post(editor: Client, article: ArticlePage, fields: dict[str, str], state: list[dict[str, Any]]) -> Any:
    """Save the form as the browser would send it."""
    data = fields | {"body-count": str(len(state))}
    for at, block in enumerate(state):
        here = f"body-{at}"
        data |= {f"{here}-deleted": "", f"{here}-order": str(at), f"{here}-type": block["type"]}
        data |= {f"{here}-id": block["id"]} | dict(_flat(f"{here}-value", block["value"]))
    return editor.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), data)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}-{key}", inner)
    else:
        yield name, str(value or "")


def test_a_card_says_who_is_asked_and_names_nobody(client: Client, article: ArticlePage) -> None:
    text = client.get("/news/one/", headers={"host": "gov.test"}).text

    card = text[text.index('<section class="grid-card">') : text.index("</section>")]
    assert "Red flag 1" in card
    assert CODE in card
    assert str(Post.objects.get()) in html.unescape(card)
    assert "Hall 2" in card
    assert "演示甲" not in text


def test_cards_cost_the_statements_of_one(write: Callable[..., ArticlePage], grid: Grid) -> None:
    def count(body: list[dict[str, Any]]) -> int:
        article = write("gov/news", f"n{len(body)}", body=json.dumps(body))
        with using(read(None)), CaptureQueriesContext(connection) as caught:
            (made,) = body_html([article.body])
        assert made.count("grid-card") == len(body)
        return len(caught)

    assert count([CARD]) == count([CARD | {"id": f"b{at}"} for at in range(7)])


@pytest.mark.parametrize("code", ["1" * 15, "short", ""])
def test_a_card_of_no_grid_is_refused(editor: Client, article: ArticlePage, code: str) -> None:
    fields, state, _text = edit_page(editor, article)
    state[1]["value"]["grid"] = code

    response = post(editor, article, fields, state)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"body"}
    assert stored(article) == BODY


def test_a_block_is_not_offered_shown_or_told_while_its_plugin_is_off(
    client: Client, editor: Client, graphql: Callable[..., dict[str, Any]], article: ArticlePage
) -> None:
    def looks() -> tuple[bool, bool, bool]:
        page = client.get("/news/one/", headers={"host": "gov.test"})
        assert page.status_code == 200
        told = graphql("{ publicityArticles { nodes { bodyHtml } } }")["data"]["publicityArticles"]["nodes"][0]
        offered = html.unescape(edit_page(editor, article)[2])
        assert "Before" in told["bodyHtml"]
        return "Red flag 1" in page.text, "Red flag 1" in told["bodyHtml"], '"grid_card"' in offered

    assert looks() == (True, True, True)
    switch("off")
    assert looks() == (False, False, False)
    switch("on")
    assert looks() == (True, True, True)


def test_a_block_survives_what_is_edited_meanwhile(client: Client, editor: Client, article: ArticlePage) -> None:
    switch("off")
    fields, state, text = edit_page(editor, article)
    assert [block["type"] for block in state] == ["heading", "civicnet_kept", "civicnet_kept"]
    assert "Hall 2" not in text
    state[0]["value"] = "After"

    response = post(editor, article, fields, state)

    assert response.status_code == 302
    assert stored(article) == [HEADING | {"value": "After"}, CARD, GONE]
    ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish()
    switch("on")
    shown = client.get("/news/one/", headers={"host": "gov.test"}).text
    assert "After" in shown
    assert "Hall 2" in shown
    assert edit_page(editor, article)[1][1] == CARD


def test_a_kept_block_can_be_moved_and_deleted(editor: Client, article: ArticlePage) -> None:
    switch("off")
    fields, state, _text = edit_page(editor, article)

    post(editor, article, fields, [state[2], state[0]])

    assert stored(article) == [GONE, HEADING]


def test_a_form_opened_before_a_switch_loses_nothing(editor: Client, article: ArticlePage) -> None:
    fields, state, _text = edit_page(editor, article)
    state[1]["value"]["ask"] = "Hall 3"
    switch("off")
    assert post(editor, article, fields, state).status_code == 302
    assert stored(article) == [HEADING, CARD | {"value": {"grid": CODE, "ask": "Hall 3"}}, GONE]

    fields, state, _text = edit_page(editor, article)
    switch("on")
    assert post(editor, article, fields, state).status_code == 302
    assert stored(article) == [HEADING, CARD | {"value": {"grid": CODE, "ask": "Hall 3"}}, GONE]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "civicnet_kept", "value": "", "id": "b1"},
        {
            "type": "civicnet_kept",
            "value": Signer(salt="mine").sign_object(["grid_card", {"grid": "<script>"}]),
            "id": "b1",
        },
        {"type": "grid_map", "value": {"html": "<script>"}, "id": "b1"},
    ],
)
def test_what_no_block_has_checked_does_not_come_in_as_a_kept_one(
    editor: Client, article: ArticlePage, block: dict[str, Any]
) -> None:
    fields, state, _text = edit_page(editor, article)

    response = post(editor, article, fields, [state[0], block, state[2]])

    assert response.status_code == 200
    assert "body" in response.context["form"].errors
    assert stored(article) == BODY


def test_copies_drafts_and_a_look_at_the_value_keep_the_block(article: ArticlePage) -> None:
    switch("off")

    copied = article.copy(update_attrs={"slug": "two"})
    draft = article.get_latest_revision().as_object()
    assert [child.block_type for child in draft.body] == ["heading", "grid_card", "station_map"]
    draft.save_revision()
    draft.save()

    for one in (copied, article):
        assert list(ArticlePage.objects.get(pk=one.pk).body.raw_data) == BODY
        assert stored(ArticlePage.objects.get(pk=one.pk)) == BODY


def test_many_bodies_stay_apart_when_blocks_of_theirs_say_nothing(
    write: Callable[..., ArticlePage], grid: Grid
) -> None:
    bodies = [[GONE], [GONE, HEADING, CARD], [], [CARD, HEADING | {"value": "Last"}]]
    articles = [write("gov/news", f"a{at}", body=json.dumps(body)) for at, body in enumerate(bodies)]
    switch("off")

    made = body_html([article.body for article in articles])

    assert [text.strip() for text in made] == ["", "<h2>Before</h2>", "", "<h2>Last</h2>"]


def test_what_a_kept_block_refers_to_is_still_known(plug: Any, write: Callable[..., ArticlePage], picture: Any) -> None:
    class Photos:
        @hookimpl
        def content_blocks(self) -> list[ContentBlock]:
            return [ContentBlock("photos_one", ImageChooserBlock())]

    plug("photos", Photos())
    article = write("gov/news", "p", body=json.dumps([{"type": "photos_one", "value": picture.pk, "id": "p1"}]))
    disable_plugin(slug="photos", actor=SYSTEM, reason="test")

    ArticlePage.objects.get(pk=article.pk).save()

    assert {one.to_object_id for one in ReferenceIndex.get_references_for_object(article)} >= {str(picture.pk)}


def test_a_block_that_fails_leaves_the_page_and_is_named(
    plug: Any, client: Client, write: Callable[..., ArticlePage]
) -> None:
    class Broken(CharBlock):
        def render(self, value: Any, context: Any = None) -> str:
            raise RuntimeError("boom")

    class Plugin:
        @hookimpl
        def content_blocks(self) -> list[ContentBlock]:
            return [ContentBlock("tower_bell", Broken())]

    plug("tower", Plugin())
    write("gov/news", "b", body=json.dumps([HEADING, {"type": "tower_bell", "value": "x", "id": "t1"}]))

    response = client.get("/news/b/", headers={"host": "gov.test"})

    assert response.status_code == 200
    assert "Before" in response.text
    assert list(PluginFault.objects.values_list("slug", "hook", "error")) == [
        ("tower", "block tower_bell", "RuntimeError")
    ]


@pytest.mark.parametrize("given", [ContentBlock("bell", CharBlock()), ContentBlock("tower_bell", "no block")])
def test_a_block_without_its_plugins_name_is_left_out_and_noted(plug: Any, settings: Any, given: ContentBlock) -> None:
    class Plugin:
        @hookimpl
        def content_blocks(self) -> list[ContentBlock]:
            return [given]

    settings.CIVICNET_LOAD_POLICY = "strict"
    plug("tower", Plugin())
    with pytest.raises(WrongBlock, match="tower"):
        contributed()
    settings.CIVICNET_LOAD_POLICY = "quarantine"

    assert set(contributed()) == {"grid_card"}
    assert [one.name for one in registry.quarantined] == ["tower"]
