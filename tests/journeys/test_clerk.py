"""The clerk's way: an office's messy roster goes in as far as it is good, then the whole city's, and a grid has its team."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from civicnet_site.demo.city import divisions
from civicnet_site.demo.roster import MESSY_ROWS, write_messy_roster, write_roster

MESSY, WHOLE = "网格员名册（报送）.xlsx", "网格员名册（全市）.xlsx"
UNDER_WAY = re.compile(r"^正在(排队，稍后开始检查|检查：(正在打开文件|已读 \d+ 行，约 \d+ 行))。$")
NUMBERS_OF_KINDS = 10
"""The generator makes each of its ten faults in every fortieth row."""
FAINT = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const one of colours) { pen.fillStyle = one; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((one) => one / 255)
      .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const grounds = (one) => (one ? [...grounds(one.parentElement), getComputedStyle(one).backgroundColor] : []);
  const words = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const contrast = (one) => {
    const both = [grounds(one), [...grounds(one), getComputedStyle(one).color]].map((colours) => light(over(colours)));
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  };
  return [...document.querySelectorAll("main *")]
    .filter((one) => one.getClientRects().length && words(one) && contrast(one) < 4.5)
    .map((one) => one.textContent.trim());
}"""


def open_imports(page: Page) -> None:
    """By the menu."""
    page.get_by_role("link", name="数据导入导出").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("数据导入导出")


def hand_in(page: Page, workbook: Path) -> None:
    """Drop a file on the import screen, and send it."""
    page.get_by_role("link", name="导入文件").press("Enter")
    kind = page.get_by_role("group", name="导入什么数据？").get_by_role("radio", name="网格员名册")
    if not kind.is_checked():
        kind.press("Space")
    expect(page.get_by_role("link", name="网格员名册模板")).to_be_visible()
    page.locator("input[type=file]").set_input_files(workbook)
    expect(page.locator(".cn-drop__words")).to_contain_text(workbook.name)
    page.get_by_role("button", name="检查文件").press("Enter")


def tiles(page: Page) -> dict[str, int]:
    """The four counts of the preview, by their words."""
    found = [
        tile.inner_text().split() for tile in page.get_by_role("navigation", name="行数").get_by_role("link").all()
    ]
    return {words: int(count) for count, words in found}


def findings(page: Page, *, expected: int) -> list[list[str]]:
    """The table of findings: number of the row, column, and what it means."""
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="说明", exact=True))
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(expected)
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def marked_cells(page: Page, folder: Path) -> list[tuple[int, str]]:
    """Rows and comments of the cells that are marked in the workbook behind 下载已标注错误的表格: the clerk's own."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载已标注错误的表格").press("Enter")
    assert download.value.suggested_filename == "网格员名册（报送） 有误的行.xlsx"
    download.value.save_as(folder / "faults.xlsx")
    sheet = openpyxl.load_workbook(folder / "faults.xlsx").active
    return [(cell.row, cell.comment.text) for row in sheet.iter_rows() for cell in row if cell.comment]


def let_in(page: Page, rows: int) -> None:
    """Confirm, by keyboard, and see all of them new."""
    page.get_by_role("button", name=f"导入可用的 {rows} 行").press("Enter")
    expect(page.get_by_text(f"导入完成，共处理 {rows} 行。 新增 {rows}，变更 0，未变 0。")).to_be_visible()


def take_back(page: Page) -> None:
    """Undo: the dialog says what will happen, and stands on the way that changes nothing."""
    page.get_by_role("link", name="撤销此次导入").press("Enter")
    dialog = page.get_by_role("dialog", name="撤销此次导入")
    expect(dialog.get_by_text("行新增数据将被删除。")).to_be_visible()
    expect(dialog.get_by_role("link", name="返回")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")


def keeps_its_place(page: Page) -> None:
    """Whoever works by keyboard goes on where the work has come to, and not at the top of the page again."""
    expect(page.locator("[data-outcome]")).to_be_focused()


def faint_on_dark_ground(page: Page) -> list[str]:
    """What stands on the page in the dark theme with less contrast than 4.5 to 1."""
    page.emulate_media(color_scheme="dark")
    faint: list[str] = page.evaluate(FAINT)
    page.emulate_media(color_scheme="light")
    return faint


@pytest.mark.journey
def test_a_clerk_brings_in_the_rosters_and_finds_the_team_of_a_grid(sign_in, shot, refused, tmp_path):
    names = {one.code: one.name for one in divisions()}
    communities = [(one.code, one.name, names[one.parent]) for one in divisions() if len(one.code) == 12]
    faulty = write_messy_roster(tmp_path / MESSY, communities)
    whole = write_roster(tmp_path / WHOLE, communities)
    page = sign_in("clerk")

    open_imports(page)
    expect(page.get_by_text("还没有导入过数据。请先下载模板，填好后在这里导入。")).to_be_visible()
    shot(page, "clerk-1-nothing-imported-yet")

    hand_in(page, tmp_path / MESSY)
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()
    assert tiles(page) == {"新增": MESSY_ROWS - faulty, "变更": 0, "未变": 0, "有误": faulty}
    expect(page.get_by_text(f"有 {faulty} 行有误，不会导入。请在文件中改正后再导入。")).to_be_visible()
    shot(page, "clerk-2-preview")

    expect(page.get_by_role("radio", name="全部导入或全不导入")).to_be_disabled()
    findings(page, expected=faulty)
    page.get_by_role("link", name="姓名：单元格含有网页代码，请改为普通文字。").press("Enter")
    assert findings(page, expected=2) == [[row, "姓名", "单元格含有网页代码，请改为普通文字。"] for row in ("33", "74")]
    assert page.locator(".cn-kind--fault").count() == NUMBERS_OF_KINDS
    shot(page, "clerk-3-one-kind-of-fault")
    marked = marked_cells(page, tmp_path)
    assert len(marked) == faulty
    assert marked[0] == (15, "单元格是数值格式，末几位已丢失。请把该列设为文本后重新填写。")

    let_in(page, MESSY_ROWS - faulty)
    keeps_its_place(page)
    assert faint_on_dark_ground(page) == []
    shot(page, "clerk-4-result")
    take_back(page)
    expect(page.get_by_text(re.compile(r"^\s*导入已撤销：删除 \d+ 条，恢复 0 条。\s*$"))).to_be_visible()
    keeps_its_place(page)
    shot(page, "clerk-4-undone")

    open_imports(page)
    hand_in(page, tmp_path / MESSY)
    let_in(page, MESSY_ROWS - faulty)
    open_imports(page)
    hand_in(page, tmp_path / MESSY)
    # It has another sheet, which may still go in.
    expect(
        page.get_by_text(re.compile(r"这张工作表已于 \d{4}年\d+月\d+日 按同样的列导入过，本次没有作任何改动。"))
    ).to_be_visible()
    shot(page, "clerk-5-the-same-file-is-refused")

    open_imports(page)
    hand_in(page, tmp_path / WHOLE)
    expect(page.get_by_role("status").filter(has_text="正在")).to_have_text(UNDER_WAY)
    expect(page.get_by_role("progressbar", name="进度")).to_be_visible()
    expect(page.get_by_text("可以离开此页，处理会继续进行。")).to_be_visible()
    shot(page, "clerk-6-being-checked")
    page.get_by_role("button", name=f"导入可用的 {whole} 行").press("Enter")
    expect(page.get_by_text(f"导入完成，共处理 {whole} 行。")).to_be_visible(timeout=60_000)

    open_imports(page)
    with refused(page, 400):
        hand_in(page, tmp_path / WHOLE)
    beside_the_field = page.locator(".w-field", has=page.locator("input[type=file]")).locator(".error-message")
    expect(beside_the_field).to_have_text(
        re.compile(
            r"^\s*这个文件已于\d{4}年\d+月\d+日导入过，本次未作任何改动。如需原样重新导入，请先撤销那次导入。\s*$"
        )
    )

    page.get_by_role("button", name="网格与队伍").click()
    page.get_by_role("link", name="网格", exact=True).click()
    page.get_by_role("searchbox", name="搜索").or_(page.locator("#id_q")).first.fill("红旗社区第1网格")
    page.get_by_role("link", name="红旗社区第1网格", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("红旗社区第1网格")
    team = page.get_by_role("table", name="队伍")
    assert team.get_by_role("rowheader").all_inner_texts() == [
        "一级网格长",
        "二级网格员 第 1 组",
        "三级网格员 第 1 组",
        "三级网格员 第 2 组",
    ]
    lead = team.get_by_role("row").filter(has_text="一级网格长")
    expect(lead).to_contain_text("演示韩云起")
    expect(lead).to_contain_text("140****0001")
    expect(lead).to_contain_text("一级不设备岗")
    assert team.get_by_text("今日在岗").count() == len(["一级", "二级", "三级", "三级"])
    shot(page, "clerk-7-the-team-of-a-grid")
