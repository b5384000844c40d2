"""What readers find: columns, articles, search, the meta set of government sites, and nothing while the plugin is off."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import change_settings, disable_plugin, enable_plugin
from civicnet_publicity.models import ArticlePage, ColumnPage, HomePage

from .conftest import GOV, PARTY


def get(client, path, host=GOV):
    """A reader's request."""
    return client.get(path, headers={"host": host})


def titles(answer):
    """The titles of a list, from top to bottom."""
    found = re.findall(r'<a href="/[\w-]+/[\w-]+/">(.+?)</a>\s*<time', answer.text)
    return [re.sub("</?mark>", "", title) for title in found]


def meta(answer):
    """The meta tags by name."""
    return dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', answer.text))


def backdate(article, **ago):
    """Let an article have come earlier, as no form allows."""
    Page.objects.filter(pk=article.pk).update(first_published_at=timezone.now() - timedelta(**ago))


def test_a_column_lists_its_own_and_placed_articles_newest_first(client, write):
    backdate(write("party/news", "oldest"), days=3)
    backdate(write("gov/news", "middle", also_in=("party/news",)), days=2)
    backdate(write("party/news", "newest"), days=1)

    answer = get(client, "/news/", PARTY)

    assert titles(answer) == ["Title of newest", "Title of middle", "Title of oldest"]


def test_drafts_and_private_articles_are_not_listed(client, write, sites):
    write("gov/news", "shown")
    write("gov/news", "draft", publish=False)
    PageViewRestriction.objects.create(page=write("gov/news", "private"), restriction_type="login")

    for path in ("/news/", "/", "/search/?q=Title"):
        assert "Title of draft" not in get(client, path).text
        assert "Title of private" not in get(client, path).text
    assert titles(get(client, "/news/")) == ["Title of shown"]


def test_a_long_column_is_read_page_by_page(client, write):
    for number in range(21):
        backdate(write("gov/news", f"a{number:02}"), minutes=number)

    first, second = get(client, "/news/"), get(client, "/news/?page=2")

    assert titles(first) == [f"Title of a{number:02}" for number in range(20)]
    assert titles(second) == ["Title of a20"]
    assert 'rel="next"' in first.text
    assert 'rel="prev"' in second.text


def test_each_site_sets_how_many_articles_a_page_lists(client, write, sites):
    for number in range(6):
        backdate(write("party/news", f"a{number}", also_in=("gov/news",)), minutes=number)

    change_settings(
        slug="publicity", values={"articles_per_page": 5}, site_id=sites.party.pk, actor=SYSTEM, reason="short lists"
    )

    assert len(titles(get(client, "/news/", PARTY))) == 5
    assert len(titles(get(client, "/search/?q=Title", PARTY))) == 5
    assert len(titles(get(client, "/news/"))) == 6


@pytest.mark.parametrize("path", ["/", "/news/", "/search/?q=Title"])
def test_a_list_costs_the_same_statements_whatever_its_length(client, write, path):
    write("gov/news", "own")
    write("party/news", "placed", also_in=("gov/news",))
    before = statements(client, path)

    for number in range(8):
        write("gov/news", f"own{number}")
        write("party/news", f"placed{number}", also_in=("gov/news",))

    assert statements(client, path) == before


def statements(client, path):
    """How many SQL statements a page costs once caches are warm."""
    get(client, path)
    with CaptureQueriesContext(connection) as caught:
        get(client, path)
    return len(caught)


def test_an_article_carries_the_meta_set_of_government_sites(client, write):
    article = write("gov/news", "one", summary="In short", source="Our office", author="演示", keywords="x,y")

    found = meta(get(client, "/news/one/"))

    local = timezone.localtime(article.first_published_at)
    assert found == found | {
        "SiteName": "gov site",
        "SiteDomain": GOV,
        "SiteIDCode": "2224030001",
        "ColumnName": "News",
        "ColumnDescription": "News",
        "ColumnKeywords": "a,b",
        "ColumnType": "动态要闻",
        "ArticleTitle": "Title of one",
        "PubDate": f"{local:%Y-%m-%d %H:%M}",
        "ContentSource": "Our office",
        "Keywords": "x,y",
        "Author": "演示",
        "Description": "In short",
        "Image": "",
        "Url": f"http://{GOV}/news/one/",
    }


def test_home_and_column_carry_their_part_of_the_meta_set(client, sites):
    home, column = meta(get(client, "/")), meta(get(client, "/notices/"))

    assert (home["SiteName"], home["SiteDomain"], home["SiteIDCode"]) == ("gov site", GOV, "2224030001")
    assert (column["ColumnName"], column["ColumnType"]) == ("Notices", "通知公告")
    assert "ArticleTitle" not in home | column


def test_a_disclosed_document_shows_its_table(client, write):
    write(
        "gov/notices",
        "one",
        index_number="000014349/2026-00007",
        issuing_body="演示单位",
        document_number="演示〔2026〕7号",
    )
    write("gov/notices", "two")

    assert "000014349/2026-00007" in get(client, "/notices/one/").text
    assert "演示〔2026〕7号" in get(client, "/notices/one/").text
    assert 'class="disclosure"' not in get(client, "/notices/two/").text


def test_the_body_shows_every_kind_of_block(client, write):
    body = [
        {"type": "heading", "value": "A heading"},
        {"type": "paragraph", "value": "<p>Some <b>words</b></p>"},
        {"type": "quote", "value": {"text": "<script>alert(1)</script>", "source": "somebody"}},
        {"type": "table", "value": {"first_row_is_table_header": True, "data": [["a", "b"], ["1", "2"]]}},
    ]

    write("gov/news", "one", body=json.dumps(body))

    text = get(client, "/news/one/").text
    assert "<h2>A heading</h2>" in text
    assert '<div class="prose"><p>Some <b>words</b></p></div>' in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert '<th scope="col"' in text


def test_an_article_leads_to_its_neighbours_in_the_column_it_was_reached_through(client, write):
    backdate(write("party/news", "before"), days=3)
    backdate(write("gov/news", "one", also_in=("party/news",)), days=2)
    backdate(write("party/news", "after"), days=1)

    there, home = get(client, "/news/one/", PARTY), get(client, "/news/one/")

    assert (there.context["older"]["slug"], there.context["newer"]["slug"]) == ("before", "after")
    assert (home.context["older"], home.context["newer"]) == (None, None)


def test_search_finds_articles_of_this_site_and_marks_the_words(client, write):
    write("gov/news", "one", title="网格员入户<走访>", body=[("paragraph", "<p>每月走访一次 &lt;b&gt;。</p>")])
    write("party/news", "two", title="网格里的先锋")

    found = get(client, "/search/?q=网格 走访")

    assert titles(found) == ["网格员入户&lt;走访&gt;"]
    assert "<mark>网格</mark>员入户&lt;<mark>走访</mark>&gt;</a>" in found.text
    assert "<p>每月<mark>走访</mark>一次 &lt;b&gt;。</p>" in found.text
    assert titles(get(client, "/search/?q=先锋")) == []
    assert titles(get(client, "/search/?q=先锋", PARTY)) == ["网格里的先锋"]
    assert titles(get(client, "/search/")) == []


def test_what_fits_best_comes_first_and_the_newest_where_asked(client, write):
    for number in range(22):
        write("gov/news", f"title{number}", title=f"民法讲座{number:02}")
    write("gov/news", "newer", title="开放日", summary="讲民法的一天")

    best, second = get(client, "/search/?q=民法"), get(client, "/search/?q=民法&page=2")
    newest = get(client, "/search/?q=民法&order=newest")

    assert titles(best)[0] == "民法讲座21" and titles(second)[-1] == "开放日"
    assert titles(newest)[0] == "开放日"
    assert 'href="?q=%E6%B0%91%E6%B3%95&amp;order=newest&amp;page=2"' in newest.text
    assert 'href="?q=%E6%B0%91%E6%B3%95&amp;page=2"' in best.text


def test_a_search_that_finds_nothing_says_what_to_do_next(client, write):
    write("gov/news", "one", publish=False, title="网格")

    assert "本网站没有文章同时含有这些词。" in get(client, "/search/?q=网格").text
    assert "请减少词语" in get(client, "/search/?q=网格").text
    assert "请在上方输入一个或几个词" in get(client, "/search/").text
    assert get(client, "/search/?q=——").status_code == 200


def test_what_stood_in_a_column_that_was_taken_down_is_not_listed(client, sites, write):
    write("gov/news", "one")
    write("gov/notices", "two")

    sites["gov/news"].unpublish()

    assert titles(get(client, "/search/?q=Title")) == ["Title of two"]
    assert "Title of one" not in get(client, "/").text


def test_pages_set_no_cookie_and_name_no_other_host(client, write):
    write("gov/news", "one")

    for path in ("/", "/news/", "/news/one/", "/search/?q=x"):
        answer = get(client, path)
        assert not answer.cookies
        addresses = set(re.findall(r'(?:src|href|action)="(https?:)?//([^/"]+)', answer.text))
        assert {host for _scheme, host in addresses} <= {GOV}


def test_nothing_is_served_or_added_while_publicity_is_off(client, sites, write):
    write("gov/news", "one", also_in=("party/news",))

    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")

    for host, path in (
        (GOV, "/"),
        (GOV, "/news/"),
        (GOV, "/news/one/"),
        (GOV, "/search/?q=Title"),
        (PARTY, "/news/one/"),
    ):
        assert get(client, path, host).status_code == 404
    root = Page.get_first_root_node()
    assert not HomePage.can_create_at(root)
    assert not ColumnPage.can_create_at(sites.gov.root_page)
    assert not ArticlePage.can_create_at(sites["gov/news"])
    assert set(ArticlePage._meta.get_field("body").stream_block.child_blocks) == {
        "heading",
        "paragraph",
        "image",
        "quote",
        "table",
        "attachment",
        "gallery",
        "video",
        "attachments",
        "questions",
        "policy",
        "chart",
    }
    assert ArticlePage.objects.live().count() == 1


def test_what_was_there_is_back_when_publicity_is_on_again(client, write):
    write("gov/news", "one", also_in=("party/news",))
    disable_plugin(slug="publicity", actor=SYSTEM, reason="test")

    enable_plugin(slug="publicity", actor=SYSTEM, reason="test")

    assert get(client, "/news/one/").status_code == 200
    assert get(client, "/news/one/", PARTY).status_code == 200


def test_a_search_for_a_sign_that_no_database_holds_finds_nothing_more(client, write):
    assert client.get("/search/?q=%00").status_code == 200
