"""Blocks of a body that hold several things, and those that lead on: shown, told, checked, with as few statements as one."""

from __future__ import annotations

import json
import re
from datetime import date
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import CollectionViewRestriction

from civicnet_publicity import metrics
from civicnet_publicity.services.gate import findings_on

# The bar for what the blocks of a page cost: however many, and though no picture was made in its size yet.
MOST_STATEMENTS = 12
VIDEO = b"\x00\x00\x00\x18ftypisom" + bytes(1000)


def item(**value: Any) -> dict[str, Any]:
    return {"type": "item", "id": "x", "value": value}


def shown(image: int, alt: str = "people at work") -> dict[str, Any]:
    return {"image": image, "decorative": False, "alt_text": alt}


@pytest.fixture
def things(picture, document, write, enabled) -> Any:
    """Makes things to refer to, new ones for each block: ``things(20)`` are the blocks, twenty of each kind."""
    enabled("publicity", "grid", "hotline")
    policy = write("gov/notices", "policy", title="A policy")

    def made(number: int) -> tuple[Any, Any, Any]:
        image = get_image_model().objects.create(title=f"P{number}", file=get_test_image_file(size=(40, 20)))
        video, form = (
            get_document_model().objects.create(title=f"{name} {number}", file=ContentFile(content, name=name))
            for name, content in ((f"v{number}.mp4", VIDEO), (f"f{number}.pdf", b"x" * 2048))
        )
        return image.pk, video.pk, form.pk

    def blocks(count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number in range(count):
            image, video, form = made(number)
            links = f'<a linktype="document" id="{form}">a form</a> <a linktype="page" id="{policy.pk}">a page</a>'
            answer = f"<p>Yes: {links}</p>"
            values: dict[str, Any] = {
                "heading": "Heading",
                "paragraph": answer,
                "image": {"image": shown(image), "caption": "One"},
                "quote": {"text": "Words", "source": ""},
                "table": {"data": [["a"]], "first_row_is_table_header": False},
                "attachment": {"document": form, "name": "The form"},
                "gallery": {
                    "title": "In the grid",
                    "pictures": [
                        item(image=shown(image), caption="Caption 1"),
                        item(image=shown(picture.pk, "a second"), caption=""),
                    ],
                },
                "video": {"video": video, "poster": image, "caption": "A film", "transcript": "What is said"},
                "attachments": {
                    "title": "Annexes",
                    "files": [item(document=form, name="Annex"), item(document=video, name="")],
                },
                "questions": {"title": "Q&A", "items": [item(question="May I?", answer=answer)]},
                "policy": {"article": policy.pk, "relation": "EXPLAINS"},
                "chart": {
                    "metric": ("publicity.articles_by_month", "hotline.completed_by_month")[number % 2],
                    "title": "",
                },
            }
            found += [{"type": kind, "value": value, "id": f"{kind}{number}"} for kind, value in values.items()]
        return found

    return blocks


def test_twenty_of_each_block_are_read_with_the_statements_of_two(client, things, write) -> None:
    def read(slug: str) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as caught:
            text = client.get(f"/news/{slug}/", headers={"host": "gov.test"}).text
        # The test itself is a transaction, in which hooks have savepoints.
        return sum("SAVEPOINT" not in one["sql"] for one in caught), text

    for slug, count in (("plain", 0), ("two", 2), ("twenty", 20)):
        write("gov/news", slug, body=json.dumps(things(count)))
    read("plain")

    (plain, _text), (two, _text), (twenty, text) = read("plain"), read("two"), read("twenty")

    assert (text.count('class="gallery"'), text.count("<video"), text.count('class="numbers"')) == (20, 20, 20)
    assert two == twenty
    assert twenty - plain <= MOST_STATEMENTS
    assert not get_image_model().get_rendition_model().objects.exists()


def test_each_block_says_on_the_site_what_stands_in_it(client, things, write, sites) -> None:
    article = write("gov/news", "one", title="“A policy” 政策解读", body=json.dumps(things(1)))

    text = client.get("/news/one/", headers={"host": "gov.test"}).text
    policy = client.get("/notices/policy/", headers={"host": "gov.test"}).text

    assert text.count('alt="people at work"') == 2
    assert re.search(
        r'<video controls preload="none" poster="[^"]+" aria-label="A film"><source src="/documents/\d+/v0', text
    )
    made = client.get(unescape(re.findall(r'<img src="([^"]+)"', text)[-1]))
    assert (made.status_code, made["Location"].startswith("/media/images/")) == (302, True)
    assert "<summary>May I?</summary>" in text
    assert text.count("PDF · 2.0") == 2
    assert "<p>What is said</p>" in text
    assert 'href="http://gov.test/notices/policy/">A policy</a>' in text
    assert '<th scope="row">' in text
    assert "本文所解读" not in text
    # The policy leads back, until the interpretation is taken down.
    assert "http://gov.test/news/one/" in policy
    article.unpublish()
    assert "http://gov.test/news/one/" not in client.get("/notices/policy/", headers={"host": "gov.test"}).text


QUERY = """{ publicityMetrics { key points { label value } } publicityArticle(slug: "one") { bodyHtml body { __typename
  ... on PublicityArticleBodyGalleryBlock { title pictures { caption image { alt } } }
  ... on PublicityArticleBodyVideoBlock { video { contentType } poster { id } transcript }
  ... on PublicityArticleBodyAttachmentsBlock { files { name document { filename size } } }
  ... on PublicityArticleBodyQuestionsBlock { items { question answer { text } } }
  ... on PublicityArticleBodyPolicyBlock { relation article { title url } }
  ... on PublicityArticleBodyChartBlock { metric { key unit points { label value } } } } } }"""


SIDES = """{ publicityArticles(first: 5) { nodes { slug interpretation { policies { title } texts { title } } } } }"""


def test_portals_get_each_block_typed_and_numbers_of_their_own(graphql, things, write) -> None:
    write("gov/news", "one", body=json.dumps(things(1)))

    data = graphql(QUERY)["data"]

    assert graphql(SIDES)["data"] == {
        "publicityArticles": {
            "nodes": [
                {"slug": "one", "interpretation": {"policies": [{"title": "A policy"}], "texts": []}},
                {"slug": "policy", "interpretation": {"policies": [], "texts": [{"title": "Title of one"}]}},
            ]
        }
    }
    told = {
        block["__typename"].removeprefix("PublicityArticleBody"): block for block in data["publicityArticle"]["body"]
    }
    assert [one["caption"] for one in told["GalleryBlock"]["pictures"]] == ["Caption 1", ""]
    assert told["GalleryBlock"]["pictures"][0]["image"]["alt"] == "people at work"
    assert told["VideoBlock"]["video"]["contentType"] == "video/mp4"
    assert [one["document"]["size"] for one in told["AttachmentsBlock"]["files"]] == [None, None]
    assert told["QuestionsBlock"]["items"][0]["answer"]["text"] == "Yes: a form a page"
    assert told["PolicyBlock"]["article"] == {"title": "A policy", "url": "http://gov.test/notices/policy/"}
    metric = told["ChartBlock"]["metric"]
    # The policy and this article.
    assert (metric["key"], len(metric["points"]), metric["points"][-1]["value"]) == (
        "publicity.articles_by_month",
        12,
        2,
    )
    assert {one["key"] for one in data["publicityMetrics"]} == {
        "publicity.articles_by_month",
        "hotline.completed_by_month",
    }
    assert 'class="gallery"' in data["publicityArticle"]["bodyHtml"]


def test_numbers_of_a_plugin_that_is_off_are_nowhere_and_stay_chosen(client, graphql, things, write, toggle) -> None:
    [chart] = [block for block in things(2) if block["id"] == "chart1"]
    article = write("gov/news", "one", body=json.dumps([chart]))

    toggle("hotline", False)

    assert 'class="numbers"' not in client.get("/news/one/", headers={"host": "gov.test"}).text
    assert [one["key"] for one in graphql("{ publicityMetrics { key } }")["data"]["publicityMetrics"]] == [
        "publicity.articles_by_month"
    ]
    assert (
        article.body.stream_block.child_blocks["chart"].clean(article.body[0].value)["metric"]
        == "hotline.completed_by_month"
    )


def test_files_that_are_gone_break_no_page(client, graphql, things, write) -> None:
    write("gov/news", "one", body=json.dumps(things(1)))
    get_document_model().objects.update(file_size=None)
    kinds = (get_image_model(), get_document_model())
    for one in [row for kind in kinds for row in kind.objects.all()]:
        one.file.storage.delete(one.file.name)

    page = client.get("/news/one/", headers={"host": "gov.test"})
    told = graphql('{ publicityArticle(slug: "one") { bodyHtml } }')
    [address] = re.findall(r'<source src="([^"]+)"', page.text)

    assert (page.status_code, 'class="gallery"' in page.text) == (200, True)
    assert 'class="gallery"' in told["data"]["publicityArticle"]["bodyHtml"]
    assert client.get(address, headers={"host": "gov.test", "range": "bytes=0-"}).status_code == 404


def test_a_draft_may_hold_a_video_block_without_a_video(write) -> None:
    body = json.dumps([{"type": "video", "id": "v", "value": {"video": None}}])
    draft = write("gov/news", "one", publish=False, body=body)

    block = draft.body.stream_block
    assert block.clean_deferred(draft.body)[0].value["video"] is None
    with pytest.raises(ValidationError):
        block.clean(draft.body)


def test_numbers_that_no_chart_can_show_are_left_out(db, monkeypatch) -> None:
    made = {
        f"publicity.{n}": (
            "publicity",
            SimpleNamespace(key="", label="", unit="", note="", read=lambda n=n: [("a", n)]),
        )
        for n in (-1, 0, 2**31 - 1, 2**31)
    }
    monkeypatch.setattr(metrics, "public_metrics", lambda: made)

    assert metrics.read_metrics().keys() == {"publicity.0", f"publicity.{2**31 - 1}"}


def test_checks_ask_for_a_text_to_a_video_for_the_policy_and_for_the_head_of_a_document(things, write) -> None:
    blocks = [block for block in things(1) if block["type"] in ("video", "gallery")]
    blocks[0]["value"]["pictures"][0]["value"]["image"]["alt_text"] = ""
    blocks[1]["value"]["transcript"] = " "
    days = {"valid_from": date(2026, 3, 1), "valid_until": date(2026, 2, 1)}
    article = write(
        "gov/documents",
        "one",
        title="《办法》政策解读",
        body=json.dumps(blocks),
        publish=False,
        validity="IN_FORCE",
        **days,
    )

    found = {one.code: one for one in findings_on(article)}

    assert {"video_silent", "picture_undescribed", "interpretation_unlinked", "validity_order"} < found.keys()
    missing = {code for code in found if code.startswith("disclosure_")}
    assert missing == {"disclosure_issuing_body", "disclosure_document_date", "disclosure_theme_class"}
    assert (found["validity_order"].is_blocker, found["video_silent"].number) == (True, 1)


def test_a_video_is_sent_in_parts_to_whom_its_whole_is_sent(client, things, settings) -> None:
    [video] = [block["value"]["video"] for block in things(1) if block["type"] == "video"]
    document = get_document_model().objects.get(pk=video)

    whole = client.get(document.url)
    part = client.get(document.url, headers={"range": "bytes=4-11"})
    beyond = client.get(document.url, headers={"range": "bytes=5000-"})

    assert (whole.status_code, whole["Content-Type"]) == (200, "video/mp4")
    assert (part.status_code, part.content, part["Content-Range"]) == (206, b"ftypisom", f"bytes 4-11/{len(VIDEO)}")
    assert (part["X-Content-Type-Options"], part["Content-Type"]) == ("nosniff", "video/mp4")
    assert beyond.status_code == 416
    root = document.collection
    CollectionViewRestriction.objects.create(collection=root, restriction_type="login")
    assert client.get(document.url, headers={"range": "bytes=4-11"}).status_code == 302
