"""The editor's way: an article is written, returned, mended, reviewed and proofread by three, stands on two sites and a portal
that mirrors, and is gone from everywhere when it is withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest
from mirrored_portal import Portal, mirroring, places, standing, wait_until
from playwright.sync_api import Locator, Page, expect

TITLE = "演示：网格里的一次入户走访"
TEXT = "演示网格员入户走访，记下居民关心的事，当天答复。"
ADDED = "走访时间：演示日上午。"
WHY = "请补充走访时间。"
# Milliseconds: the editor begins to watch for changes only some time after it has opened.
A_LOOK_AT_THE_FORM = 3_000
# Seconds within which an article is gone from everywhere, caches included, once it was withdrawn.
WITHIN = 5


def write(page: Page) -> None:
    """From the menu down the tree of pages to the column, and there a new article."""
    page.get_by_role("button", name="页面").click()
    page.get_by_role("link", name="查看 '演示市 · 治理一张网' 的子页面").click()
    page.get_by_role("link", name="网格动态", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("网格动态")
    page.get_by_role("link", name="添加子页面").first.click()
    page.get_by_role("textbox", name="标题").fill(TITLE)
    page.get_by_role("textbox", name="摘要").fill("演示摘要：走访、记录、答复。")
    page.get_by_title("插入内容块").first.click()
    page.get_by_role("option", name="正文段落").click()
    page.wait_for_timeout(A_LOOK_AT_THE_FORM)
    paragraph(page).click()
    page.keyboard.type(TEXT)
    page.get_by_label("演示市党建网 · 网格风采").check()


def paragraph(page: Page) -> Locator:
    """The one paragraph of the body, in the editor for rich text."""
    return page.locator(".public-DraftEditor-content")


def press(page: Page, button: str) -> None:
    """A button of the footer, which opens upwards."""
    page.get_by_role("button", name="更多动作").click()
    page.get_by_role("button", name=button, exact=True).click()


def send_to_review(page: Page, button: str) -> None:
    """Once the draft has saved itself, submit, and see it said."""
    expect(page.locator("#w-autosave-indicator")).to_have_text("已保存", use_inner_text=True)
    press(page, button)
    expect(page.get_by_text(f"页面 '{TITLE}' 已经提交进行审核。")).to_be_visible()


def open_what_waits(page: Page) -> None:
    """From the home page of the admin to the article."""
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("textbox", name="标题")).to_have_value(TITLE)


def nothing_to_decide(page: Page) -> None:
    """What the reviewer's home page shows once the decision is made."""
    expect(page.get_by_text("暂时没有需要您处理的事项。")).to_be_visible()
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)
    expect(page.get_by_role("button", name="通过")).to_have_count(0)


def reads(page: Page, address: str, theme: str) -> str:
    """Open the article as a reader does; its canonical address."""
    page.goto(address)
    expect(page.locator("html")).to_have_class(theme)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("article .body")).to_contain_text(f"{TEXT}{ADDED}")
    return unquote(page.locator("link[rel=canonical]").get_attribute("href") or "")


@pytest.mark.journey
def test_an_article_passes_three_people_stands_on_two_sites_and_a_portal_and_is_withdrawn(city, sign_in, window, shot):
    with mirroring(city, column="网格动态") as portal:
        publish_and_withdraw(city, sign_in, window, shot, portal)


def publish_and_withdraw(city, sign_in, window, shot, portal: Portal) -> None:
    editor = sign_in("editor")
    write(editor)
    shot(editor, "editor-1-writing")
    send_to_review(editor, "提交给三审三校")
    shot(editor, "editor-2-submitted")

    first = sign_in("reviewer1")
    expect(first.get_by_role("link", name="1 待审文章")).to_be_visible()
    shot(first, "editor-3-what-waits-for-the-first-reviewer")
    open_what_waits(first)
    press(first, "退回并说明理由")
    first.get_by_label("需要修改的地方").fill(WHY)
    shot(first, "editor-4-returning")
    first.locator(".modal").get_by_role("button", name="退回并说明理由").click()
    expect(first.get_by_text(f"“{TITLE}”已退回作者，并附上您的意见。")).to_be_visible()

    editor.goto(f"{city.government}/admin/")
    expect(editor.get_by_role("link", name="1 退回给我的文章")).to_be_visible()
    open_what_waits(editor)
    expect(editor.get_by_text(f"意见：{WHY}")).to_be_visible()
    shot(editor, "editor-5-returned")
    editor.wait_for_timeout(A_LOOK_AT_THE_FORM)
    paragraph(editor).click()
    editor.keyboard.press("Control+End")
    editor.keyboard.type(ADDED)
    send_to_review(editor, "重新提交一校")

    for number, name in enumerate(("初审", "复审", "终审"), start=1):
        reviewer = first if number == 1 else sign_in(f"reviewer{number}")
        reviewer.goto(f"{city.government}/admin/")
        # The proofread first, then the review: both are with the same group.
        for step in ("校", "审"):
            open_what_waits(reviewer)
            edit = reviewer.url
            shot(reviewer, f"editor-6-{number}-deciding-{step}")
            reviewer.get_by_role("button", name="通过", exact=True).click()
            is_last = name == "终审" and step == "审"
            said = "已通过终审并发布。" if is_last else "已通过您的审核，转入下一审。"
            expect(reviewer.get_by_text(f"“{TITLE}”{said}")).to_be_visible()
        nothing_to_decide(reviewer)
        shot(reviewer, f"editor-7-{number}-decided")
        reviewer.goto(edit)
        expect(reviewer.get_by_text("您没有权限打开这个页面。")).to_be_visible()
        nothing_to_decide(reviewer)

    editor.get_by_role("link", name="栏目与文章").or_(editor.get_by_role("button", name="栏目与文章")).click()
    editor.get_by_role("link", name="文章", exact=True).click()
    row = editor.get_by_role("row").filter(has_text=TITLE)
    expect(row).to_contain_text("已发布")
    placed = row.locator("a[href*='localhost']")
    expect(placed).to_contain_text("演示市党建网/fengcai/")
    shot(editor, "editor-8-all-articles")

    reader = window()
    reader.goto(f"{city.government}/wangge/")
    here = reader.get_by_role("main").get_by_role("link", name=TITLE).get_attribute("href") or ""
    home = f"{city.government}{unquote(here)}"
    assert reads(reader, home, "theme-gov") == home
    shot(reader, "editor-9-on-the-government-site")
    assert reads(reader, placed.get_attribute("href") or "", "theme-party") == home
    expect(reader.locator("article footer")).to_contain_text(f"原文地址： {home}")
    shot(reader, "editor-9-on-the-party-building-site")

    slug = unquote(here).strip("/").rpartition("/")[2]
    where = places(city, portal, addresses=[home, placed.get_attribute("href") or ""], title=TITLE, slug=slug)
    # Asked again and again, so that whatever keeps answers has kept these.
    wait_until(where, set(where), seconds=WITHIN)
    assert standing(where) == set(where)
    withdraw(city, sign_in, editor, shot, lambda: wait_until(where, set(), seconds=WITHIN))


def withdraw(city, sign_in, editor: Page, shot, gone: Callable[[], float]) -> None:
    """Whoever places articles takes it down with a reason; the editor sees what became of it."""
    editor.get_by_role("link", name=TITLE).first.click()
    editor.get_by_role("link", name="重新推送、撤下、允许进入").click()
    page = editor.url
    expect(editor.get_by_text("已到达").first).to_be_visible()
    chief = sign_in("reviewer3")
    chief.goto(page)
    chief.get_by_label("理由").first.fill("演示：内容有误，先撤下。")
    shot(chief, "editor-10-withdrawing")
    chief.get_by_role("button", name="全部撤下").click()
    # From the moment at which it was said to be done.
    expect(chief.get_by_text("已从本地各网站撤下")).to_be_visible()
    print(f"withdrawn from everywhere after {gone():.2f} s")
    editor.reload()
    expect(editor.get_by_text("已撤回").first).to_be_visible()
    expect(editor.get_by_text("已到达")).to_have_count(0)
    shot(editor, "editor-11-withdrawn")
