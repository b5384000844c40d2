"""Themes: what a public page wears, what it costs, and the readers' own choice of display."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from kept_rows import KeptRows
from wagtail.models import Page, Site

import civicnet_site
from civicnet.access.actors import SYSTEM
from civicnet.lifecycle.activation import disable_plugin
from civicnet_publicity.models import ArticlePage, Placement
from civicnet_site.demo.guides import GUIDES
from civicnet_site.demo.publicity import set_up_sites
from civicnet_site.demo.texts import TEXTS
from civicnet_site.models import SiteTheme
from civicnet_site.themes import theme

# About what pages look like, whatever they stand in.
pytestmark = pytest.mark.only_on("sqlite")

HERE = Path(civicnet_site.__file__).parent
FEW = [text for text in TEXTS if text.slug in ("three-reviews", "index-number")]


@pytest.fixture(scope="module")
def kept_sites(kept_rows: KeptRows) -> None:
    """The two sites of the demo, with the few texts that the questions here are about."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("civicnet_site.demo.publicity.TEXTS", FEW)
        kept_rows(lambda: set_up_sites(actor=SYSTEM, port=8000))


@pytest.fixture
def sites(kept_sites, db, monkeypatch):
    """The sites, as this test finds them."""
    monkeypatch.setattr("civicnet_site.demo.publicity.TEXTS", FEW)


def get(client, path, host="127.0.0.1:8000", **cookies):
    """A reader's request."""
    client.cookies.load(cookies)
    return client.get(path, headers={"host": host})


def test_each_site_wears_its_theme(client, sites):
    gov, party = get(client, "/"), get(client, "/", "localhost:8000")

    assert "themes/gov/tokens.css" in gov.text
    assert "themes/party/tokens.css" in party.text
    assert "演示市 · 治理一张网" in gov.text
    assert "演示市党建网" in party.text


def test_setting_up_twice_changes_nothing(sites):
    before = (Page.objects.count(), Site.objects.count(), Placement.objects.count())
    ids = set(ArticlePage.objects.values_list("pk", "live_revision_id"))

    set_up_sites(actor=SYSTEM, port=8000)

    assert (Page.objects.count(), Site.objects.count(), Placement.objects.count()) == before
    assert set(ArticlePage.objects.values_list("pk", "live_revision_id")) == ids
    assert [len(problems) for problems in Page.find_problems()] == [0, 0, 0, 0, 0]


def test_another_port_moves_the_addresses(sites):
    set_up_sites(actor=SYSTEM, port=8321)

    assert sorted(site.root_url for site in Site.objects.all()) == ["http://127.0.0.1:8321", "http://localhost:8321"]


def test_every_demo_text_says_that_it_is_one(db):
    set_up_sites(actor=SYSTEM, port=8000)

    # And one more, which shows what an article can hold.
    assert ArticlePage.objects.live().count() == len((*TEXTS, *GUIDES)) + 1
    for article in ArticlePage.objects.live():
        assert article.title.startswith("演示")
        assert "这是一篇演示文本" in str(article.body)


def test_the_theme_costs_one_statement_and_none_behind_the_scenes(sites, rf: RequestFactory):
    request = rf.get("/", headers={"host": "localhost:8000"})
    Site.find_for_request(request)

    with CaptureQueriesContext(connection) as public:
        assert theme(request)["theme"] == theme(request)["theme"] == "party"
    with CaptureQueriesContext(connection) as behind:
        assert theme(rf.get("/admin/pages/")) == theme(rf.get("/graphql/")) == {}

    assert (len(public), len(behind)) == (1, 0)


def test_looking_at_a_site_without_settings_writes_nothing(client, sites):
    SiteTheme.objects.all().delete()

    assert get(client, "/").status_code == 200

    assert not SiteTheme.objects.exists()


def test_large_print_is_chosen_kept_and_given_up(client, sites):
    assert 'class="theme-gov"' in get(client, "/yaowen/").text

    chosen = client.post("/display/", {"senior": "1", "next": "/yaowen/"}, headers={"host": "127.0.0.1:8000"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/yaowen/")
    assert 'class="theme-gov senior"' in get(client, "/yaowen/").text

    client.post("/display/", {"senior": "0", "next": "/"}, headers={"host": "127.0.0.1:8000"})
    assert 'class="theme-gov"' in get(client, "/yaowen/").text


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)"])
def test_choosing_leads_to_no_other_site(client, sites, elsewhere):
    answer = client.post("/display/", {"senior": "1", "next": elsewhere}, headers={"host": "127.0.0.1:8000"})

    assert answer["Location"] == "/"


def test_the_language_is_switched_and_kept(client, sites):
    assert "搜索文章" in get(client, "/").text

    client.post("/language/", {"language": "en", "next": "/"}, headers={"host": "127.0.0.1:8000"})

    assert "Search articles" in get(client, "/").text
    assert '<html lang="en"' in get(client, "/").text


def test_the_footer_is_what_the_settings_say(client, sites):
    SiteTheme.objects.update(
        organiser="演示主办单位", icp_number="演示备案一号", site_id_code="", accessibility="只此一句。"
    )

    text = get(client, "/").text

    assert all(words in text for words in ("演示主办单位", "演示备案一号", "只此一句。"))
    assert "网站标识码" not in text


def test_the_way_to_the_hotline_is_there_while_it_is_on(client, sites):
    assert 'href="/requests/progress/"' in get(client, "/").text

    disable_plugin(slug="hotline", actor=SYSTEM, reason="test")

    assert 'href="/requests/progress/"' not in get(client, "/").text


def test_an_unknown_address_is_answered_in_the_sites_own_words(client, sites):
    answer = get(client, "/nowhere/", "localhost:8000")

    assert answer.status_code == 404
    assert "这个地址没有页面" in answer.text
    assert "themes/party/tokens.css" in answer.text
    assert "这个地址没有页面" in client.get("/graphql/nowhere/").text


def test_the_last_page_needs_nothing():
    text = render_to_string("500.html")

    assert "我们这边出了问题" in text
    assert "static" not in text


@pytest.mark.parametrize("path", ["/", "/yaowen/", "/zhengce/index-number/", "/search/?q=演示"])
def test_a_page_is_whole_and_calls_no_other_host(client, sites, path):
    for host in ("127.0.0.1:8000", "localhost:8000"):
        text = get(client, path.replace("zhengce/index-number", "yaowen/three-reviews"), host).text
        assert text.count("<h1") == 1
        assert '<a class="skip" href="#content">' in text
        hosts = set(re.findall(r'(?:src|href|action)="(?:https?:)?//([^/"]+)', text))
        assert hosts <= {"127.0.0.1:8000", "localhost:8000"}


def test_style_and_script_name_no_other_host():
    for path in (HERE / "static").rglob("*.[cjs]*s"):
        assert not re.search(r"https?://", path.read_text(encoding="utf-8")), path


def test_text_stands_out_from_its_ground():
    for name in ("gov", "party"):
        css = (HERE / f"static/themes/{name}/tokens.css").read_text(encoding="utf-8")
        token = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))
        for ink in ("ink", "muted", "accent", "accent-strong"):
            for ground in ("#ffffff", token["band"], token["accent-soft"]):
                assert contrast(token[ink], ground) >= 4.5, (name, ink, ground)
        assert contrast("#ffffff", token["accent"]) >= 4.5
        assert contrast(token["foot-ink"], token["foot"]) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
