"""Bodies: pictures, files and links, for one reader or for a portal that fetches many."""

from __future__ import annotations

import json

from django.db import connection
from django.test.utils import CaptureQueriesContext

from civicnet.gateway.content.addresses import portable
from civicnet_publicity.bodies import body_html
from civicnet_publicity.models import ArticlePage

BODIES = "{ publicityArticles { nodes { title bodyHtml } } }"


def rich(picture, document, page):
    """A body with one of each that lies elsewhere."""
    link = f'<p><a linktype="page" id="{page.pk}">a page</a> <a linktype="document" id="{document.pk}">a file</a></p>'
    return json.dumps(
        [
            {"type": "paragraph", "value": link},
            {
                "type": "image",
                "value": {
                    "image": {"image": picture.pk, "decorative": False, "alt_text": "people at work"},
                    "caption": "The caption",
                },
            },
            {"type": "attachment", "value": {"document": document.pk, "name": "The form to fill in"}},
        ]
    )


def test_a_reader_sees_pictures_with_their_words_and_files_with_type_and_size(client, sites, write, picture, document):
    write("gov/news", "one", body=rich(picture, document, sites["gov/notices"]), image=picture)

    text = client.get("/news/one/", headers={"host": "gov.test"}).text

    assert 'alt="people at work"' in text
    assert "<figcaption>The caption</figcaption>" in text
    assert "The form to fill in" in text
    assert "PDF · 2.0" in text
    assert 'href="/notices/"' in text
    assert '<meta name="Image" content="http://gov.test/media/' in text


def test_many_bodies_are_read_with_the_statements_of_one(sites, write, picture, document):
    def count(articles):
        bodies = [article.body for article in articles]
        with CaptureQueriesContext(connection) as caught:
            made = body_html(bodies)
        assert len(made) == len(articles)
        assert all(html.count("<figure>") == html.count("The form to fill in") == 1 for html in made)
        return len(caught)

    for number in range(6):
        write("gov/news", f"a{number}", body=rich(picture, document, sites["gov/notices"]))
    articles = list(ArticlePage.objects.all())
    body_html([articles[0].body])

    assert count(list(ArticlePage.objects.all())) == count(list(ArticlePage.objects.all()[:1]))


def test_each_article_keeps_its_own_words(write):
    texts = ["", "one", "two \x1e three", ""]
    articles = [
        write("gov/news", f"a{at}", body=json.dumps([{"type": "heading", "value": text}] if text else []))
        for at, text in enumerate(texts)
    ]

    made = body_html([article.body for article in articles])

    assert [html.strip() for html in made] == ["", "<h2>one</h2>", "<h2>two  three</h2>", ""]


def test_a_portal_gets_whole_addresses(graphql, sites, write, picture, document):
    write("gov/news", "one", body=rich(picture, document, sites["gov/notices"]))

    html = graphql(BODIES)["data"]["publicityArticles"]["nodes"][0]["bodyHtml"]

    assert 'src="http://gov.test/media/' in html
    assert f'href="http://gov.test/documents/{document.pk}/' in html
    assert 'href="http://gov.test/notices/"' in html


def test_only_addresses_of_ours_are_made_whole():
    html = '<a href="/x/">a</a><a href="//elsewhere.test/">b</a><a href="https://elsewhere.test/">c</a> href="/d"'

    assert portable(html, "http://gov.test") == html.replace('<a href="/x/"', '<a href="http://gov.test/x/"')
