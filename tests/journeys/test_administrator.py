"""The administrator's way: the hotline goes off and comes back, by keyboard alone, and everybody sees it at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

MOST_TABS = 60
LABEL = "诉求工单"


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says this, as a person without a mouse does."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || document.activeElement.value || ''").strip() == words:
            return
    raise AssertionError(f"no Tab leads to {words} on {page.url}")


def menu_item(page: Page) -> int:
    """How often the hotline stands in the menu."""
    page.reload()
    expect(page.get_by_role("navigation", name="主菜单").get_by_role("button", name="网格与队伍")).to_be_visible()
    return page.get_by_role("navigation", name="主菜单").get_by_role("link", name=LABEL).count()


@pytest.mark.journey
def test_an_administrator_switches_the_hotline_off_and_back_on(city, sign_in, window, shot, refused):
    dispatcher, resident = sign_in("dispatcher"), window(phone=True)
    assert menu_item(dispatcher) == 1
    resident.goto(f"{city.government}/requests/")
    expect(resident.get_by_role("heading", level=1)).to_have_text("提诉求")

    page = sign_in("admin")
    page.get_by_role("link", name="插件").click()
    card = page.locator("#plugin-hotline")
    expect(card).to_contain_text("已开启")
    shot(page, "administrator-1-plugins")
    tab_to(page, f"关闭“{LABEL}”")
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name=f"关闭“{LABEL}”")
    expect(dialog.get_by_role("heading", name="关闭后，所有人将看不到")).to_be_visible()
    brings = dict(
        zip(
            dialog.locator(".cn-brings dt").all_inner_texts(),
            dialog.locator(".cn-brings dd").all_inner_texts(),
            strict=True,
        )
    )
    told = " ".join(brings.values())
    for name in (LABEL, "/open311/v2/", "/requests/", "hotlineSubmitCase", "hotlineWithdrawCase", "工单"):
        assert name in told
    expect(dialog.get_by_text("数据保持原样，重新开启后一切恢复。")).to_be_visible()
    expect(dialog.get_by_label("理由")).to_be_focused()
    shot(page, "administrator-2-consequences")
    page.keyboard.press("Enter")
    expect(dialog.locator(".error-message")).to_contain_text("请填写此项。")
    expect(dialog.get_by_label("理由")).to_be_focused()
    shot(page, "administrator-2-no-reason")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(card).to_contain_text("已开启")
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("理由")).to_be_focused()
    page.keyboard.type("演示：线路检修")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"“{LABEL}”已关闭，没有删除任何数据。")).to_be_visible()
    expect(card).to_contain_text("已关闭")
    expect(card).to_contain_text("演示管理员")
    expect(card).to_contain_text("演示：线路检修")
    shot(page, "administrator-3-off")
    with refused(resident, 404):
        resident.reload()
    expect(resident.get_by_role("heading", name="这个地址没有页面")).to_be_visible()
    shot(resident, "administrator-4-the-resident-meanwhile")
    assert menu_item(dispatcher) == 0
    shot(dispatcher, "administrator-5-the-dispatcher-meanwhile")
    resident.goto(city.government)
    expect(resident.get_by_role("link", name="提诉求")).to_have_count(0)

    tab_to(page, "撤销")
    page.keyboard.press("Enter")
    undo = page.get_by_role("dialog", name=f"撤销对“{LABEL}”的变更")
    expect(undo.get_by_label("理由")).to_have_value("切换后随即撤销。")
    expect(undo).to_contain_text("当时的理由：演示：线路检修")
    shot(page, "administrator-6-undo")
    page.keyboard.press("Enter")

    expect(page.get_by_text(f"已撤销，“{LABEL}”恢复原状。")).to_be_visible()
    expect(card).to_contain_text("已开启")
    assert menu_item(dispatcher) == 1
    resident.goto(f"{city.government}/requests/")
    expect(resident.get_by_role("heading", level=1)).to_have_text("提诉求")
