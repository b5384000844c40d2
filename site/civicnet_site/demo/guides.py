"""The demo's own type of columns: guides, made as an editor would make it on the screen, and what its articles say."""

from __future__ import annotations

from typing import Any

from civicnet.contract import Actor
from civicnet.records.defining import Wanted
from civicnet_publicity.models import ArticleTemplate, ColumnType, ListTemplate
from civicnet_publicity.services import keep_column_field, keep_column_type
from civicnet_site.demo.texts import Text

KEY = "guide"
FIELDS = (
    Wanted(key="place", label="办理地点", kind="text", required=True, help="写到楼层和窗口。"),
    Wanted(key="hours", label="办理时间", kind="long_text", required=True),
    Wanted(key="papers", label="所需材料", kind="choices", options=("申请表", "身份证明", "单位证明", "无需材料")),
    Wanted(key="days", label="办结时限（工作日）", kind="whole_number"),
    Wanted(key="has_fee", label="是否收费", kind="yes_no", required=True),
)
_HOURS = "周一至周五 9:00—11:30\n13:00—16:30（演示时间）"


def keep_guide_type(*, actor: Actor) -> ColumnType:
    """Make the type with its fields; one that is there stays as it is."""
    held = ColumnType.objects.filter(key=KEY).first()
    if held is not None:
        return held
    made = keep_column_type(
        actor=actor,
        name="办事指南",
        key=KEY,
        list_template=ListTemplate.TABLE,
        article_template=ArticleTemplate.BEFORE,
    )
    for wanted in FIELDS:
        keep_column_field(actor=actor, of=made.pk, wanted=wanted)
    return made


def _guide(slug: str, title: str, summary: str, line: str, **values: Any) -> Text:
    return Text("gov/banshi", slug, f"演示：{title}", summary, (line,), values={KEY: {"hours": _HOURS, **values}})


GUIDES = (
    _guide(
        "hand-in-a-case",
        "如何在窗口提交诉求",
        "不方便上网的居民，可以到窗口由工作人员代为提交。",
        "窗口工作人员按您说的内容填写诉求，当场给出编号，凭编号可以查询进度。",
        place="演示市网格化服务中心一楼 1 号窗口（演示地点）",
        papers=["无需材料"],
        days=1,
        has_fee=False,
    ),
    _guide(
        "portal-key",
        "单位如何申请接口密钥",
        "需要读取非公开内容的单位，向平台管理员申请密钥。",
        "密钥有范围、有期限，可以随时收回。读取公开内容不需要密钥。",
        place="演示市网格化服务中心三楼技术科（演示地点）",
        papers=["申请表", "单位证明"],
        days=5,
        has_fee=False,
    ),
    _guide(
        "correct-a-page",
        "发现网站内容有误怎样反映",
        "当面反映网站内容错误的办法。",
        "说明页面的标题和有误的地方，工作人员登记后转给栏目的编辑。",
        place="演示市网格化服务中心一楼 2 号窗口（演示地点）",
        papers=["无需材料"],
        days=3,
        has_fee=False,
    ),
)
