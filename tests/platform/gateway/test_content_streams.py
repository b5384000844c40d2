"""Streams over GraphQL: a union of its own for each, exact, of what is on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import graphene
import pytest
from content_world import ROOT, block
from wagtail import blocks

from civicnet.access.actors import SYSTEM
from civicnet.contract import ContentBlock, hookimpl
from civicnet.gateway import composer
from civicnet.gateway.composer import compose
from civicnet.gateway.content.shapes import Scope, Shape, batched, shape_for
from civicnet.gateway.content.streams import union_of
from civicnet.lifecycle.activation import disable_plugin, enable_plugin
from civicnet.lifecycle.models import PluginFault
from civicnet.lifecycle.registry import registry
from civicnet.testing.fixtures import Plug

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


def printed(kind: str) -> str:
    """A type as the schema of everything prints it, without what its fields say of themselves."""
    sdl = compose(frozenset(registry.manifests)).sdl
    found = sdl[sdl.index(kind) :].partition("\n}")[0] + "\n}"
    return "\n".join(line for line in found.splitlines() if line and '"""' not in line)


def test_a_stream_is_a_union_of_just_its_blocks_each_an_exact_type(pages: list[Any]) -> None:
    sdl = compose(frozenset(registry.manifests)).sdl
    own = ["Heading", "Text", "Picture", "File", "Link", "Table", "Line", "Card", "Cards"]
    own += ["When", "Price", "Number", "Tone", "Layout", "Columns"]
    members = next(line for line in sdl.splitlines() if line.startswith("union TowerBody = "))

    assert members.split(" = ")[1].split(" | ") == [
        *(f"TowerBody{name}Block" for name in own),
        "TowerBodyGridCardBlock",
    ]
    assert printed("type TowerBodyCardBlock ") == (
        "type TowerBodyCardBlock implements ContentBlock {\n  id: ID!\n  blockType: String!\n"
        "  title: String!\n  picture: ContentImage\n  target: ContentPageLink\n}"
    )
    assert "  items: [TowerBodyCardsBlockValue!]!\n" in printed("type TowerBodyCardsBlock ")
    assert printed("type TowerBodyCardsBlockValue ").startswith("type TowerBodyCardsBlockValue {\n  title: String!\n")
    assert printed("enum TowerBodyToneBlockValue ") == "enum TowerBodyToneBlockValue {\n  CALM\n  LOUD\n}"
    assert "  value: String\n" in printed("type TowerBodyLayoutBlock ")
    assert "union TowerBodyColumnsBlockValue = TowerBodyColumnsBlockValueHeadingBlock | " in sdl


def test_blocks_are_told_with_their_stored_ids_and_exact_values(ask: Ask) -> None:
    selection = """... on ContentBlock { id blockType }
      ... on TowerBodyHeadingBlock { value } ... on TowerBodyWhenBlock { day: value }
      ... on TowerBodyPriceBlock { price: value } ... on TowerBodyNumberBlock { number: value }
      ... on TowerBodyToneBlock { tone: value }
      ... on TowerBodyTableBlock { table { caption firstRowIsHeader firstColumnIsHeader rows } }
      ... on TowerBodyColumnsBlock { blocks { ... on TowerBodyColumnsBlockValueHeadingBlock { id value } } }"""
    table = {"data": [["a", None], ["1", "2"]], "first_row_is_table_header": True, "table_caption": "Figures"}

    found = ask(
        selection,
        block("heading", "地方", "h1"),
        block("when", "2026-01-31", "d1"),
        block("price", "12.50", "p1"),
        block("number", 7, "n1"),
        block("tone", "loud", "t1"),
        block("table", table, "x1"),
        block("line", None, "l1"),
        block("columns", [block("heading", "inside", "i1")], "c1"),
    )

    assert [list(one.values()) for one in found] == [
        ["TowerBodyHeadingBlock", "h1", "heading", "地方"],
        ["TowerBodyWhenBlock", "d1", "when", "2026-01-31"],
        ["TowerBodyPriceBlock", "p1", "price", "12.50"],
        ["TowerBodyNumberBlock", "n1", "number", 7],
        ["TowerBodyToneBlock", "t1", "tone", "LOUD"],
        [
            "TowerBodyTableBlock",
            "x1",
            "table",
            {
                "caption": "Figures",
                "firstRowIsHeader": True,
                "firstColumnIsHeader": False,
                "rows": [["a", ""], ["1", "2"]],
            },
        ],
        ["TowerBodyLineBlock", "l1", "line"],
        ["TowerBodyColumnsBlock", "c1", "columns", [{"id": "i1", "value": "inside"}]],
    ]


def test_what_older_texts_lack_or_have_otherwise_breaks_nothing(ask: Ask) -> None:
    selection = """... on TowerBodyCardBlock { title target { title } } ... on TowerBodyWhenBlock { value }
      ... on TowerBodyToneBlock { tone: value } ... on TowerBodyNumberBlock { number: value }
      ... on TowerBodyCardsBlock { items { title } }"""

    found = ask(
        selection,
        block("card", {}),
        block("card", "no struct"),
        block("when", "2026-02-31"),
        block("tone", "gone"),
        block("number", 2**31),
        block("cards", [{"title": "bare"}, {"type": "item", "value": {"title": "framed"}, "id": "x"}]),
        block("gone", "unknown"),
        {"type": "heading"},
    )

    assert [list(one.values())[1:] for one in found] == [
        ["", None],
        ["", None],
        [None],
        [None],
        [None],
        [[{"title": "bare"}, {"title": "framed"}]],
        [],
    ]


class Bell(blocks.FieldBlock):
    """A block of a plugin's own kind, whose values are looked up together."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = blocks.CharBlock().field
        super().__init__(**kwargs)


LOOKED_UP: list[Any] = []


@shape_for(Bell)
def bell(of: Bell, scope: Scope) -> Shape:
    """The bell's words."""

    def read_many(raws: Any) -> list[str]:
        LOOKED_UP.append(list(raws))
        if "broken" in raws:
            raise RuntimeError("boom")
        return [f"{raw}!" for raw in raws]

    return batched(graphene.String, read_many, scope)


class Shouted(blocks.FieldBlock):
    """A block of a kind that nobody registered."""

    def __init__(self, **kwargs: Any) -> None:
        self.field = blocks.CharBlock().field
        super().__init__(**kwargs)

    def render_basic(self, value: Any, context: Any = None) -> str:
        """As pages show it."""
        return f'<a href="/bells/">{value}</a>'


def contributing(slug: str, *given: ContentBlock) -> object:
    """A plugin that offers these blocks."""

    class Plugin:
        @hookimpl
        def content_blocks(self) -> list[ContentBlock]:
            return list(given)

    return Plugin()


@pytest.fixture
def two(plug: Plug, pages: list[Any]) -> None:
    """Two plugins with a block each."""
    LOOKED_UP.clear()
    struct = blocks.StructBlock([("tone", blocks.ChoiceBlock(choices=[("high", "High")])), ("words", Bell())])
    plug("bells", contributing("bells", ContentBlock("bells_bell", struct)))
    plug("shout", contributing("shout", ContentBlock("shout_loud", Shouted())))


MINE = [
    block("heading", "before"),
    block("bells_bell", {"tone": "high", "words": "ding"}),
    block("shout_loud", "hey"),
    block("bells_bell", {"tone": "high", "words": "dong"}),
]
BELLS = "... on TowerBodyBellsBellBlock { tone words }"
SHOUT = "... on TowerBodyShoutLoudBlock { html }"


def test_blocks_of_two_plugins_come_and_go_each_with_its_own_switch(two: None, ask: Ask, graphql: Ask) -> None:
    both = ask(f"{BELLS} {SHOUT}", *MINE)
    disable_plugin(slug="bells", actor=SYSTEM, reason="test")
    one = ask(SHOUT, *MINE)
    refused = graphql(f"{{ towerPages {{ body {{ {BELLS} }} }} }}")
    sdl = compose(frozenset(registry.manifests) - {"bells"}).sdl
    disable_plugin(slug="shout", actor=SYSTEM, reason="test")
    none = ask("", *MINE)
    enable_plugin(slug="bells", actor=SYSTEM, reason="test")
    again = ask(BELLS, *MINE)

    dings = [{"__typename": "TowerBodyBellsBellBlock", "tone": "HIGH", "words": words} for words in ("ding!", "dong!")]
    heading = {"__typename": "TowerBodyHeadingBlock"}
    shout = {"__typename": "TowerBodyShoutLoudBlock", "html": f'<a href="{ROOT}/bells/">hey</a>'}
    assert both == [heading, dings[0], shout, dings[1]]
    assert LOOKED_UP == [["ding", "dong"], ["ding", "dong"]]
    assert one == [heading, shout]
    assert refused["errors"][0]["extensions"] == {"code": "PLUGIN_DISABLED", "plugin": "bells"}
    assert "Bells" not in sdl
    assert "TowerBodyShoutLoudBlock" in sdl
    assert none == [heading]
    assert again == [heading, *dings]


def test_a_plugin_in_sunset_keeps_its_types_and_tells_no_blocks(two: None, ask: Ask) -> None:
    disable_plugin(slug="bells", actor=SYSTEM, reason="test", sunset=timedelta(days=30))

    found = ask(f"{BELLS} {SHOUT}", *MINE)

    assert [one["__typename"] for one in found] == ["TowerBodyHeadingBlock", "TowerBodyShoutLoudBlock"]


def test_a_plugins_block_that_fails_is_null_alone_and_noted(two: None, ask: Ask) -> None:
    found = ask(f"{BELLS} {SHOUT}", *MINE, block("bells_bell", {"words": "broken"}))

    assert [one.get("words") for one in found] == [None] * 5
    assert [one.get("html") for one in found][2] is not None
    assert list(PluginFault.objects.values_list("slug", "error")) == [("bells", "RuntimeError")]


@pytest.mark.parametrize("policy", ["strict", "quarantine"])
def test_a_block_that_takes_the_name_of_what_every_block_has_is_left_out(
    plug: Plug, pages: list[Any], settings: Any, policy: str
) -> None:
    settings.CIVICNET_LOAD_POLICY = policy
    struct = blocks.StructBlock([("block_type", blocks.CharBlock())])
    plug("bells", contributing("bells", ContentBlock("bells_bell", struct)))

    if policy == "strict":
        with pytest.raises(composer.ComposeError, match="BodyBellsBellBlock: every block has block_type already"):
            composer.parts()
    else:
        assert "TowerBodyBellsBellBlock" not in compose(frozenset(registry.manifests)).sdl
        assert {one.name for one in registry.quarantined} == {"bells"}


def test_a_stream_without_a_block_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="TowerBody: a stream needs a block of its own"):
        union_of(blocks.StreamBlock([]), name="TowerBody").item()
