"""What people paste, type and invent: cleaned or refused, and nothing stored that a reader's browser would run."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from civicnet_publicity.errors import ChecksNotPassed
from civicnet_publicity.models import ArticlePage

TITLES = ("🎉🎊", "👨‍👩‍👧 🎉")


def form(text: str, **fields: str) -> dict[str, str]:
    """What the article's editor sends."""
    empty = (
        "summary source author image keywords index_number document_number issuing_body document_date seo_title "
        "search_description go_live_at expire_at comments-MAX_NUM_FORMS"
    )
    zero = "comments-TOTAL_FORMS comments-INITIAL_FORMS comments-MIN_NUM_FORMS"
    return (
        dict.fromkeys(empty.split(), "")
        | dict.fromkeys(zero.split(), "0")
        | {"title": "A title", "slug": "one", "body-count": "1", "body-0-deleted": "", "body-0-order": "0"}
        | {"body-0-type": "heading", "body-0-id": "b1", "body-0-value": text}
        | fields
    )


def rich(*blocks: dict[str, Any], **entities: Any) -> str:
    """What the editor of paragraphs sends."""
    plain = {"depth": 0, "inlineStyleRanges": [], "entityRanges": [], "type": "unstyled"}
    return json.dumps(
        {"blocks": [plain | {"key": f"k{at}"} | block for at, block in enumerate(blocks)], "entityMap": entities}
    )


@pytest.fixture
def send(office, sites, client, enabled) -> Any:
    """Sends an article's form as an editor; returns the article, or None where it was refused."""
    enabled("publicity")
    client.force_login(office.editor)

    def post(text: str, kind: str = "paragraph", **fields: str) -> ArticlePage | None:
        known = set(ArticlePage.objects.values_list("pk", flat=True))
        address = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"
        client.post(address, form(text, **{"body-0-type": kind} | fields))
        return ArticlePage.objects.exclude(pk__in=known).first()

    return post


def published(article: ArticlePage) -> str:
    article.get_latest_revision().publish()
    text: str = Client().get(ArticlePage.objects.get(pk=article.pk).url, headers={"host": "gov.test"}).text
    return text


def test_what_is_pasted_from_elsewhere_keeps_its_words_and_loses_what_runs(send) -> None:
    def on(key: int, **more: Any) -> dict[str, Any]:
        return {"entityRanges": [{"offset": 0, "length": 5, "key": key}], **more}

    pasted = rich(
        {"text": "<script>alert(1)</script>", "inlineStyleRanges": [{"offset": 0, "length": 5, "style": "mso-list"}]},
        on(0, text="click"),
        on(1, text="video", type="atomic"),
        **{
            "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(2)"}},
            "1": {
                "type": "EMBED",
                "mutability": "IMMUTABLE",
                "data": {"html": "<iframe src=x>", "url": "https://x.test"},
            },
        },
    )

    article = send(pasted)

    assert article is not None
    stored = article.body.raw_data[0]["value"]
    assert (
        stored
        == '<p data-block-key="k0">&lt;script&gt;alert(1)&lt;/script&gt;</p><p data-block-key="k1"><a>click</a></p>'
    )
    # A link that leads nowhere any more is for a person to mend.
    with pytest.raises(ChecksNotPassed):
        published(article)
    assert not ArticlePage.objects.get(pk=article.pk).live


def test_a_paragraph_that_no_editor_of_ours_sends_is_refused(send) -> None:
    made = ("{", "[]", '{"blocks": 3}', '{"blocks": [{}], "entityMap": {}}')

    assert [send(text) for text in made] == [None] * len(made)


def test_plain_fields_and_cells_show_markup_as_it_was_typed(send, write) -> None:
    bad = "<img src=x onerror=alert(1)>"
    cells = {"data": [[bad]], "first_row_is_table_header": False}
    questions = {
        "title": bad,
        "items": [{"type": "item", "id": "a", "value": {"question": bad, "answer": "<p>Yes</p>"}}],
    }
    blocks = [("heading", bad), ("quote", {"text": bad, "source": bad}), ("table", cells), ("questions", questions)]
    body = json.dumps([{"type": kind, "value": value, "id": kind} for kind, value in blocks])

    article = write("gov/news", "one", title=bad, summary=bad, source=bad, author=bad, body=body)

    assert bad not in Client().get(article.url, headers={"host": "gov.test"}).text


def test_a_title_of_emoji_gets_an_address_and_stands_everywhere(send) -> None:
    articles = [send("x", "heading", title=title, slug="") for title in TITLES]

    assert len({article.slug for article in articles}) == len(TITLES)
    for article, title in zip(articles, TITLES, strict=True):
        assert title in published(article)
    assert TITLES[0] in Client().get("/news/", headers={"host": "gov.test"}).text
    assert Client().get("/search/?q=🎉", headers={"host": "gov.test"}).status_code == 200


def test_a_text_of_two_hundred_thousand_signs_is_kept_and_read_whole(send) -> None:
    signs = "网格员上门服务，居民满意。" * 15_385
    paragraphs = [{"text": signs[at : at + 1950]} for at in range(0, len(signs), 1950)]

    article = send(rich(*paragraphs))

    assert article is not None
    assert published(article).count("网格员上门服务") == 15_385


def test_nobody_dates_a_publication_back(send) -> None:
    past = "2020-01-01 00:00"

    article = send("x", "heading", first_published_at=past, last_published_at=past, go_live_at=past)

    assert article is not None
    published(article)
    assert timezone.now() - ArticlePage.objects.get(pk=article.pk).first_published_at < timedelta(minutes=5)
