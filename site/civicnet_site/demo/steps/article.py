"""The editor's step: an article, three proofreads and three reviews by three people, two sites."""

from __future__ import annotations

import json
import re
from datetime import datetime

from civicnet_site.demo.browser import Browser, DayFailed, Page
from civicnet_site.demo.day import Day
from civicnet_site.demo.steps.portal import ask

COLUMN = "网格动态"
PLACED_IN = "网格风采"
REVIEWERS = ("reviewer1", "reviewer2", "reviewer3")
WHERE = "query Where($slug: String) { publicityArticle(slug: $slug) { title url placements { url state } } }"
TEXT = (
    "这是一篇演示文章，由演示编辑撰写，经演示初审员、演示复审员、演示终审员三人依次审核后发布。",
    "同一篇文章只有一个编号，同时出现在政府网站和党建网站，不复制、不转存；撤回时，各处同时撤回。",
)


def publish_article(day: Day) -> list[str]:
    """Write, proofread and review three times, publish; returns the article's addresses, each of which shows its title."""
    now = datetime.now()
    title, slug = f"演示：网格服务一日记（{now:%m月%d日%H时%M分%S秒}）", f"demo-{now:%Y%m%d-%H%M%S}"
    _write(day, title, slug)
    for reviewer in REVIEWERS:
        page_id = _approve(day, title, reviewer)
    article = ask(day, WHERE, slug=slug)["data"]["publicityArticle"]
    if article is None:
        raise DayFailed(f"page {page_id} passed three reviews and is not published")
    urls = [article["url"], *(placement["url"] for placement in article["placements"])]
    for url in urls:
        with Browser(url) as reader:
            if title not in reader.get(url).text:
                raise DayFailed(f"{url} does not show the article")
    return urls


def _write(day: Day, title: str, slug: str) -> None:
    with Browser(day.base) as editor:
        editor.sign_in("editor", day.city.password)
        column = _find_column(editor)
        page = editor.get(f"/admin/pages/add/civicnet_publicity/articlepage/{column}/")
        content = json.dumps(
            {"blocks": [_block(number, text) for number, text in enumerate(TEXT)], "entityMap": {}}, ensure_ascii=False
        )
        editor.submit(
            page,
            "title",
            title=title,
            slug=slug,
            summary="演示文章：一篇文章如何经过三审，同时出现在两个网站。",
            body__count="1",
            body__0__deleted="",
            body__0__order="0",
            body__0__type="paragraph",
            body__0__id="",
            body__0__value=content,
            also_in=[_choice(page, "also_in", PLACED_IN)],
            **{"action-submit": "submit"},
        )


def _block(number: int, text: str) -> dict[str, object]:
    return {
        "key": f"para{number}",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }


def _find_column(editor: Browser) -> str:
    link = editor.get("/admin/publicity/board/").soup.find("a", string=re.compile(COLUMN))
    found = re.search(r"/admin/pages/(\d+)/", str(link["href"])) if link else None
    if not found:
        raise DayFailed(f"the editor does not find the column {COLUMN}")
    return found[1]


def _choice(page: Page, name: str, label: str) -> str:
    for box in page.soup.find_all("input", attrs={"name": name}):
        if label in box.find_parent(["label", "div", "li"]).get_text():
            return str(box["value"])
    raise DayFailed(f"{page.url} does not offer {label} under {name}")


def _approve(day: Day, title: str, reviewer: str) -> str:
    """Proofread it and review it, in this order, as one person may; returns the page's number."""
    with Browser(day.base) as person:
        home = person.sign_in(reviewer, day.city.password)
        for _step in ("proofread", "review"):
            # Several texts may wait: the address of the act comes after the title it belongs to.
            waiting = home.text[home.text.find(title) :] if title in home.text else ""
            act = re.search(r"/admin/pages/workflow/action/(\d+)/approve/\d+/", waiting)
            if not act:
                raise DayFailed(f"{title} does not wait for {reviewer}")
            person.post(act[0], {})
            home = person.get("/admin/")
        return act[1]
