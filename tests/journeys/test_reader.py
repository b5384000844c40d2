"""The reader's way: every public page of both sites, for whoever comes with whatever they come with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from public_pages import Found, faults_of_access, faults_of_html, read, walk

SITE = {"SiteName", "SiteDomain", "SiteIDCode"}
COLUMN = SITE | {"ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"}
ARTICLE = COLUMN | {
    *("ArticleTitle", "PubDate", "ContentSource", "Keywords", "Author", "Description", "Image", "Url"),
}
WANTED = {"home": SITE, "column": COLUMN, "article": ARTICLE, "disclosed article": ARTICLE}


def faults_of_meta(pages: list[Found]) -> list[str]:
    """Tags that are missing or stand twice; those of a site on all its pages, those of columns and articles on theirs."""
    found = []
    for page in pages:
        wanted = WANTED.get(page.kind, SITE)
        found += [f"{page.address}: no {name}" for name in sorted(wanted - page.meta.keys())]
        found += [f"{page.address}: {name} twice" for name, value in page.meta.items() if "\n" in value]
    return found


def one_of_each_kind(pages: list[Found]) -> list[str]:
    """Addresses of pages of which each stands for all that its template makes."""
    return list({page.kind: page.address for page in reversed(pages)}.values())


@pytest.mark.journey
def test_every_public_page_is_whole_for_everybody(city, window: Callable[..., Page], tmp_path: Path, watch) -> None:
    sites = [city.government, city.party]
    pages = [page for site in sites for page in walk(f"{site}/")]
    searches = [read(f"{site}/search/?q={words}") for site in sites for words in ("%E5%B9%B3%E5%8F%B0", "zqzq", "")]
    lost = [read(f"{site}/nowhere/") for site in sites]

    assert {page.status for page in (*pages, *searches)} == {200}
    assert {page.status for page in lost} == {404}
    assert set(WANTED) <= {page.kind for page in pages}
    told = [*faults_of_meta(pages), *faults_of_html([*pages, *searches, *lost], tmp_path)]

    desk, phone = window(), window(phone=True)
    phone.goto(city.government)
    for site in sites:
        phone.goto(site)
        phone.get_by_role("button", name="大字版").click()
    watch.refusals |= {(page.address, 404) for page in lost}
    for address in [*one_of_each_kind(pages), *(page.address for page in (*searches[:2], *searches[3:5], *lost))]:
        for reader in (desk, phone):
            reader.goto(address)
            told += faults_of_access(reader)
    assert not told, "\n".join(told)


@pytest.mark.journey
def test_without_javascript_a_reader_comes_from_the_home_page_to_an_article_and_finds_it_again(
    city, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(city.government)
    page.get_by_role("navigation").get_by_role("link", name="要闻动态").first.click()
    article = page.locator("ul.articles a").first
    title = article.inner_text()
    article.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("searchbox").fill(title)
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("ul.articles a").first).to_have_text(title)
    assert urlsplit(page.url).path == "/search/"
    context.close()
