"""The demo's texts: facts about the platform itself, each marked as a demo text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NOTE = "这是一篇演示文本，说明平台自身的功能，不涉及任何真实的单位、人员或事件。"


@dataclass(frozen=True, slots=True)
class Text:
    """One article. Lines that begin with “# ” are headings, with “> ” quotes; ``table`` has its header first, and
    ``values`` are those of the fields that its column's type has.
    """

    column: str
    slug: str
    title: str
    summary: str
    lines: tuple[str, ...]
    table: tuple[tuple[str, ...], ...] = ()
    also_in: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> str:
        """The body as a stream."""
        blocks = [_block(line) for line in self.lines]
        if self.table:
            blocks.append({"type": "table", "value": {"first_row_is_table_header": True, "data": self.table}})
        blocks.append({"type": "quote", "value": {"text": NOTE, "source": ""}})
        return json.dumps(blocks, ensure_ascii=False)


def _block(line: str) -> dict[str, object]:
    if line.startswith("# "):
        return {"type": "heading", "value": line[2:]}
    if line.startswith("> "):
        return {"type": "quote", "value": {"text": line[2:], "source": ""}}
    return {"type": "paragraph", "value": f"<p>{line}</p>"}


TEXTS = (
    Text(
        "gov/tongzhi",
        "senior",
        "演示：网站提供大字版，支持键盘操作和放大阅读",
        "每一页顶部都可以切换大字版；不用鼠标、放大到两倍、在手机上都能读。",
        (
            "点击页面顶部的“大字版”，文字变大，对比增强，版面改为单列，选择会保留到下次访问。再点一次“标准版”即可恢复。",
            "# 不用鼠标也能读",
            "按 Tab 键可以依次到达每个链接和按钮，当前位置有明显边框；第一次按下时会出现“跳到正文”。",
            "# 关掉脚本也能读",
            "所有文字、链接和表单不依赖浏览器脚本；图表下方都可以展开为表格。",
        ),
    ),
    Text(
        "gov/tongzhi",
        "address",
        "演示：政府网站与党建网站的访问地址",
        "同一台服务器，用两个地址访问两个网站。",
        (
            "在本演示中，政府网站的地址是 127.0.0.1，党建网站的地址是 localhost，端口相同。",
            "两个网站使用同一套内容和同一套模板，颜色、字体和首页版式不同。管理员在后台“网站外观”中可以修改名称、主办单位、备案号和标识。",
        ),
    ),
    Text(
        "gov/zhengce",
        "index-number",
        "演示：信息公开文件索引号的编写说明",
        "索引号共二十位，由机构代码、年份和流水号组成，全网唯一、永久不变。",
        (
            "公开的文件在首次保存时由系统按规则编号，发布之后不能更改，文件撤回后号码也不再给别的文件使用。",
            "# 号码的组成",
        ),
        (
            ("部分", "位数", "说明"),
            ("机构代码", "9", "发布机构的代码，由管理员在网站首页设置"),
            ("年份", "4", "编号当年"),
            ("流水号", "5", "当年从 00001 开始，依次递增"),
        ),
    ),
    Text(
        "gov/zhengce",
        "dates",
        "演示：发布日期以读者首次看到为准",
        "发布日期由系统记录，任何人不能填写或提前。",
        (
            "文章的发布日期是读者第一次能看到它的时间，由系统在发布时记录。编辑器里没有填写发布日期的地方。",
            "之后修改并重新发布，首次发布的日期不变，审计中另有每次发布的记录。",
        ),
    ),
    Text(
        "gov/wangge",
        "roster",
        "演示：名册导入时，系统检查哪些内容",
        "先预览、再确认：有问题的行逐一指出，确认之前数据不变。",
        (
            "名册以表格文件导入。系统逐行检查身份证号校验位、手机号、社区代码、岗位和任职时间，把能规范的规范，把有问题的行列出来并说明原因。",
            "# 确认之前什么也不改",
            "预览给出新增、变更、不变和有问题的行数，可以下载标好问题的表格；确认之后才写入，并留下记录。",
        ),
        also_in=("party/fengcai",),
    ),
    Text(
        "gov/wangge",
        "ab-posts",
        "演示：二、三级网格的 AB 岗如何轮换",
        "A 岗不在时由 B 岗接办，两人不会同时缺岗。",
        (
            "二级、三级网格的每个岗位由两个人承担，A 岗为主，B 岗为备。系统记录请假的日期，不记录理由。",
            "工单到达网格时，先送 A 岗；A 岗当天不在，则送 B 岗。两人同一天请假，系统会提示先安排接替。",
        ),
        also_in=("party/jingyan", "party/fengcai"),
    ),
    Text(
        "gov/zhuanlan",
        "case-flow",
        "演示：一件诉求从提交到办结的五个步骤",
        "提交、派单、签收、办理、回访，每一步都有记录，提交人可以随时查询。",
        (
            "诉求可以在网站上提交，也可以由热线平台按公开的接口标准送来。系统按地址找到网格和当天在岗的人。",
            "# 五个步骤",
        ),
        (
            ("步骤", "由谁", "结果"),
            ("提交", "居民或热线平台", "得到编号"),
            ("派单", "系统；不能确定时由派单员", "送到在岗的网格员"),
            ("签收", "网格员", "确认收到"),
            ("办理", "网格员或部门", "写明结果和答复"),
            ("回访", "派单员", "确认是否解决，然后归档"),
        ),
        also_in=("party/zhuanlan",),
    ),
    Text(
        "gov/zhuanlan",
        "open-interface",
        "演示：其他政府网站如何读取平台的公开内容",
        "栏目、文章和网格通过一个 GraphQL 接口开放，读取公开内容不需要密钥。",
        (
            "平台的公开内容可以通过一个接口读取。读取者自己决定要哪些字段，一次请求得到一页结果。",
            "需要读取非公开内容的单位，由管理员发给密钥，密钥有范围、有期限，可以随时收回。",
        ),
        also_in=("party/zhuanlan",),
    ),
    Text(
        "gov/yaowen",
        "plugins",
        "演示：平台的功能由插件组成，可以随时开关而不丢数据",
        "关闭一个插件，它的菜单、网址和接口同时消失；再打开，一切如初。",
        (
            "网格、考核、栏目和热线都是插件。管理员打开或关闭一个插件，不需要重新启动，也不会删除任何数据。",
            "移动开关之前，系统会说明哪些页面和接口会受影响，并要求写明理由。",
        ),
        also_in=("party/yaowen",),
    ),
    Text(
        "party/xianfeng",
        "about",
        "演示：“先锋”栏目刊登什么",
        "本栏目用于刊登网格里党员服务群众的事迹。",
        ("本栏目用于刊登网格里党员服务群众的事迹。演示网站不编造人物，因此这里只有这篇说明。",),
    ),
    Text(
        "party/yaowen",
        "one-source",
        "演示：党建网站与政府网站共用一套内容",
        "一处发布，两处可见；一处撤回，两处同时撤回。",
        (
            "一篇文章只有一个页面、一个编号。它在另一个网站出现时，留下的是一条“刊登记录”：刊登在哪个栏目、什么时间、现在是什么状态。",
            "文章修改或撤回时，所有网站同时生效，不会出现一处改了、另一处没改的情况。",
        ),
    ),
    Text(
        "gov/yaowen",
        "three-reviews",
        "演示：每篇文章经过三人三审才能发布",
        "初审、复审、终审由三个不同的人完成，作者本人不能审核自己的文章，退回必须写明理由。",
        (
            "编辑写好文章后提交审核。初审看文字，复审看内容，终审决定是否发布。三次审核必须由三个不同的人完成，参与写作的人不能审核。",
            "# 退回要写明理由",
            "审核人退回文章时必须写下需要修改的地方。文字一有改动，之前的审核作废，三次审核都要对改后的文字重新完成。",
            "# 每一步都有记录",
            "谁在什么时间审核了哪个版本、意见是什么，都写入审计记录，不能修改和删除。",
        ),
        also_in=("party/yaowen",),
    ),
)
