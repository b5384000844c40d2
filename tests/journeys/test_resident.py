"""The resident's way, and the worker's: a request from one phone, its answer from another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from civicnet_site.demo.city import divisions
from civicnet_site.demo.roster import write_roster

PLACE = "渤海街道红旗社区第1网格2号楼3单元"
WORDS = "演示诉求：楼道灯不亮，夜里上下楼不方便。"
ANSWER = "演示答复：已到现场更换楼道照明，夜间通行正常。"
POST = "红旗社区第1网格 三级网格员（主岗）"


def give_the_grid_its_worker(clerk: Page, city, workbook: Path) -> None:
    """The clerk imports one community's roster, and lets the worker at level 3 sign in."""
    names = {one.code: one.name for one in divisions()}
    first = next(one for one in divisions() if len(one.code) == 12)
    count = write_roster(workbook, [(first.code, first.name, names[first.parent])])
    clerk.goto(f"{city.government}/admin/imports/new/")
    clerk.get_by_role("radio", name="网格员名册").check()
    clerk.locator("input[type=file]").set_input_files(workbook)
    clerk.get_by_role("button", name="检查文件").click()
    clerk.get_by_role("button", name=f"导入可用的 {count} 行").click()
    expect(clerk.get_by_text(f"导入完成，共处理 {count} 行。")).to_be_visible(timeout=60_000)
    clerk.goto(f"{city.government}/admin/grid/grids/?q={first.code}001")
    clerk.get_by_role("link", name="红旗社区第1网格", exact=True).click()
    pair = clerk.get_by_role("table", name="队伍").get_by_role("row", name="三级网格员 第 1 组")
    pair.get_by_role("link", name="绑定账号").first.click()
    clerk.get_by_label("账号").fill("worker_a")
    clerk.get_by_role("button", name="绑定").click()
    expect(clerk.get_by_text("该网格员现在可以登录工作台。")).to_be_visible()


def ask(page: Page, shot) -> tuple[str, str]:
    """Send a request, first without a place; its number and query code."""
    page.get_by_role("link", name="提诉求").first.click()
    shot(page, "resident-2-form")
    page.get_by_label("是哪一类事情？").select_option(label="照明与用电")
    page.get_by_label("发生了什么，或需要什么帮助？").fill(WORDS)
    send = page.get_by_role("button", name="提交", exact=True)
    send.click()

    expect(page.get_by_role("alert").first).to_contain_text("尚未提交，请检查下方标出的内容。")
    wrong = page.locator(".hotline-wrong")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("在哪里？")
    expect(wrong).to_contain_text("请填写此项。")
    expect(page.get_by_label("发生了什么，或需要什么帮助？")).to_have_value(WORDS)
    shot(page, "resident-3-without-a-place")
    page.get_by_label("在哪里？").fill(PLACE)
    send.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("诉求已提交")
    number, code = page.locator(".hotline-number").all_inner_texts()
    assert re.fullmatch(r"\d{8}-\d{6}", number)
    shot(page, "resident-4-received")
    return number, code


def look_up(page: Page, city, number: str, code: str) -> None:
    """From the home page, with what is written on the slip."""
    page.goto(city.government)
    page.get_by_role("link", name="查进度").first.click()
    page.get_by_label("诉求编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"诉求 {number}")


def take_care(page: Page, city, number: str, shot) -> None:
    """The worker signs in at the desk, signs for the case, and answers."""
    page.goto(f"{city.government}/desk/")
    shot(page, "worker-1-sign-in")
    page.get_by_label("账号").fill("worker_a")
    page.get_by_label("密码").fill(city.password)
    page.get_by_role("button", name="登录").click()
    card = page.locator(f"#case-{number}")
    expect(card).to_contain_text(PLACE)
    shot(page, "worker-2-cases")
    card.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status")).to_have_text(f"{number} 已签收。")
    page.get_by_label("答复").fill(ANSWER)
    expect(page.get_by_text("草稿已存在本机。").or_(page.locator("[data-draft-kept]"))).to_be_visible()
    shot(page, "worker-3-replying")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_role("status")).to_have_text(f"对 {number} 的答复已提交。")
    shot(page, "worker-4-replied")
    page.get_by_role("link", name="我的格").click()
    expect(page.get_by_role("heading", name="红旗社区第1网格")).to_be_visible()
    shot(page, "worker-5-my-grid")


@pytest.mark.journey
def test_a_resident_asks_and_the_worker_on_duty_answers(city, sign_in, window, shot, refused, tmp_path):
    give_the_grid_its_worker(sign_in("clerk"), city, tmp_path / "红旗社区.xlsx")

    resident = window(phone=True)
    resident.goto(city.government)
    shot(resident, "resident-1-home")
    with refused(resident, 400):
        number, code = ask(resident, shot)
    look_up(resident, city, number, code)
    facts = resident.locator(".hotline-facts")
    expect(facts).to_contain_text("已派单")
    expect(facts).to_contain_text(POST)
    shot(resident, "resident-5-progress")

    take_care(window(phone=True), city, number, shot)

    resident.reload()
    expect(facts).to_contain_text("已答复")
    expect(resident.locator(".hotline-reply")).to_contain_text(ANSWER)
    assert [step.split(maxsplit=2)[2] for step in resident.locator(".hotline-steps li").all_inner_texts()] == [
        "我们已受理您的诉求。",
        "已交给当地的值班人员。",
        "值班人员已签收，正在办理。",
        "已答复。",
    ]
    shot(resident, "resident-6-answered")
