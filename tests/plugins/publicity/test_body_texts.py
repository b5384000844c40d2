"""Bodies as text: whatever a body holds, its text comes back as the same text, and the text as the same body."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from civicnet.exchange.cells import Fault
from civicnet_publicity.body_texts import blocks_of, canonical, links_of, text_of
from civicnet_publicity.passages import Passage, Span, Unfit, from_html, to_html, to_text

# Signs that mean something when they are typed, and some that do not.
SIGNS = st.text(alphabet="a字 \t\u3000*_[]()#>|-{}\\.1:;，\"'&=+@", max_size=12)
HTML_WORDS = SIGNS.map(lambda text: text.replace("&", "&amp;").replace(">", "&gt;"))
INLINE = st.recursive(
    HTML_WORDS,
    lambda inner: st.tuples(st.sampled_from(("b", "i", "strong", "em")), inner, inner).map(
        lambda one: f"<{one[0]}>{one[1]}</{one[0]}>{one[2]}"
    ),
    max_leaves=4,
)
ITEM = st.one_of(INLINE, st.tuples(INLINE, INLINE).map("<br/>".join))
PASSAGE = st.one_of(
    ITEM.map(lambda text: f'<p data-block-key="k">{text}</p>'),
    st.lists(INLINE, min_size=1, max_size=3).map(
        lambda items: "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"
    ),
    st.lists(INLINE, min_size=1, max_size=3).map(
        lambda items: "<ol>" + "".join(f"<li>{i}</li>" for i in items) + "</ol>"
    ),
    st.sampled_from(
        ("<hr/>", "<p></p>", '<p><a href="https://a.cn/?b=1&amp;c">去</a></p>', '<p><embed id="1"/></p>', "<h2>x</h2>")
    ),
)
BLOCK: Any = st.one_of(
    st.lists(PASSAGE, max_size=3).map(lambda parts: ("paragraph", "".join(parts))),
    SIGNS.map(lambda text: ("heading", text)),
    st.tuples(SIGNS, SIGNS).map(lambda one: ("quote", {"text": one[0], "source": one[1]})),
    st.lists(st.lists(SIGNS, min_size=2, max_size=2), min_size=1, max_size=3).map(
        lambda rows: ("table", {"data": rows, "first_row_is_table_header": True, "cell": []})
    ),
    st.just(("image", {"image": {"image": 1}, "caption": ""})),
    st.just(("grid_card", {"grid": "1"})),
)
BODY = st.lists(BLOCK, max_size=5).map(
    lambda blocks: [{"type": kind, "value": value, "id": str(at)} for at, (kind, value) in enumerate(blocks)]
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(BODY)
def test_what_was_taken_out_comes_back_as_the_very_same_blocks(body) -> None:
    text = text_of(body)

    assert canonical(text) == text
    assert blocks_of(text, body) == body


@given(st.lists(SIGNS, max_size=6).map("\n".join))
@example("1\n#\t1")
def test_whatever_somebody_types_is_kept_as_it_is_shown_to_them_again(typed) -> None:
    text = canonical(typed)
    body = blocks_of(text.replace("{{", ""), [])

    assert canonical(text) == text
    assert text_of(body) == canonical(text.replace("{{", ""))
    assert blocks_of(text_of(body), body) == body


def test_a_long_body_is_told_as_far_as_a_cell_goes_and_keeps_the_rest() -> None:
    body = [{"type": "paragraph", "value": f"<p>{'字' * 20_000}</p>", "id": str(number)} for number in range(3)]

    text = text_of(body)

    assert text.split("\n\n")[1:] == ["{{paragraph:1}}", "{{paragraph:2}}"]
    assert blocks_of(canonical(text), body) == body


def test_blocks_that_change_places_stay_the_blocks_that_they_are() -> None:
    body = [
        {"type": "paragraph", "value": '<p data-block-key="a">one</p>', "id": "1"},
        {"type": "image", "value": {}, "id": "2"},
        {"type": "paragraph", "value": '<p data-block-key="b">two</p>', "id": "3"},
    ]

    assert blocks_of("two\n\n{{image:2}}\n\none", body) == [body[2], body[1], body[0]]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("#标题\n正文", "#标题\n正文"),
        ("### 标题\n正文", "## 标题\n\n正文"),
        ("• 一\n•  二", "- 一\n- 二"),
        ("3. 一\n7. 二", "1. 一\n2. 二"),
        ("5*8小时，**要**", "5\\*8小时，**要**"),
        ("[去](https://a.cn/x) [去](javascript:alert) [1]", "[去](https://a.cn/x) \\[去](javascript:alert) [1]"),
        ("|甲|乙|\n|--|--|", "| 甲 | 乙 |\n| -- | -- |"),
        ("a\r\n\r\n\r\n \t\r\nb", "a\n\nb"),
    ],
)
def test_what_people_type_is_understood(typed, told) -> None:
    assert canonical(typed) == told


def test_nothing_typed_becomes_code() -> None:
    [block] = blocks_of(canonical('[去](https://a.cn/"onclick=) a & "b" [x](page:3)'), [])

    assert block["value"] == '<p>[去](https://a.cn/"onclick=) a &amp; "b" <a linktype="page" id="3">x</a></p>'
    assert links_of("[x](page:3) [y](https://a.cn)") == {"page:3"}
    with pytest.raises(Fault):
        canonical("<img src=x onerror=alert(1)>")


@pytest.mark.parametrize(
    "html", ["words", "<p><script>x</script></p>", "<p>a", "<div>x</div>", "<ul><ul></ul></ul>", "<p><!-- x --></p>"]
)
def test_what_nobody_can_type_is_unfit(html) -> None:
    with pytest.raises(Unfit):
        [to_text(one) for one in from_html(html)]


def test_rich_text_is_told_without_what_nobody_sees() -> None:
    passages = from_html('<p data-block-key="k"> a  <strong>b </strong><b>c</b></p><p><br/></p>')

    assert passages == [Passage("p", ((Span("a "), Span("b", bold=True), Span(" "), Span("c", bold=True)),))]
    assert to_html(passages) == "<p>a <b>b</b> <b>c</b></p>"
