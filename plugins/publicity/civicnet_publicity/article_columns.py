"""The columns of an articles' sheet: what each is called, how its cells are read, and what is said beside it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicnet.exchange.cells import ANY_YEAR, ChoiceWidget, DateWidget
from civicnet.exchange.resource import Column, ImportResource
from civicnet.exchange.shown import ShownWidget
from civicnet_publicity.cells import BodyWidget, LineWidget
from civicnet_publicity.models import DisclosureWay, Validity

DRAFT, PUBLISHED, PENDING = "DRAFT", "PUBLISHED", "PENDING"
STATES = {"草稿": DRAFT, "已发布": PUBLISHED, "已发布，有修改待发布": PENDING}
VALIDITIES = {
    "有效": Validity.IN_FORCE.value, "失效": Validity.LAPSED.value, "废止": Validity.REPEALED.value
}  # fmt: skip
WAYS = {"主动公开": DisclosureWay.ACTIVE.value, "依申请公开": DisclosureWay.ON_REQUEST.value}


def _column(name: str, label: Any, widget: Any, *aliases: str, **more: Any) -> Column:
    return Column(column_name=name, label=label, widget=widget, aliases=aliases, **{"blank_keeps": True} | more)


class ArticleColumns(ImportResource):
    """An empty cell says nothing, and leaves what is held: so a sheet with a few columns changes only these."""

    index_number = _column(
        "索引号",
        _("Index number"),
        LineWidget(most=20),
        "信息索引号",
        note=_(
            "Permanent, and the only one of its kind. Left empty, a new document of a disclosure column gets the next one."
        ),
        example="000014349/2017-00110",
        element="article.index_number",
    )
    title = _column(
        "标题",
        pgettext_lazy("article", "Title"),
        LineWidget(most=255),
        "名称",
        "文件名称",
        "文章标题",
        required=True,
        example="关于做好网格化服务管理工作的通知",
        element="article.title",
    )
    column = _column(
        "栏目",
        pgettext_lazy("publicity", "Column"),
        LineWidget(most=520),
        "所属栏目",
        "栏目名称",
        required=True,
        note=_(
            "Name or address of the column; with the site before it (site/address) where several sites have such a one."
        ),
        example="政策文件",
        element="article.column",
    )
    also_in = _column(
        "同时发布到",
        pgettext_lazy("article", "Also appears in"),
        LineWidget(most=2000),
        "同步栏目",
        "其他栏目",
        note=_(
            "Columns of other sites, written as site/address with 、 between them. "
            "The article appears there once it is published."
        ),
        element="article.columns",
    )
    slug = _column(
        "网址名",
        _("Address of the article"),
        LineWidget(most=255),
        "文章网址名",
        note=_("The part of the web address. Left empty, it is made of the title."),
    )
    summary = _column(
        "摘要",
        pgettext_lazy("article", "Summary"),
        LineWidget(most=300),
        "内容概述",
        "内容摘要",
        element="article.summary",
    )
    body = _column(
        "正文", pgettext_lazy("article", "Text"), BodyWidget(), "内容", "全文", "正文内容", element="article.body"
    )
    source = _column(
        "来源", pgettext_lazy("article", "Source"), LineWidget(most=100), "信息来源", element="article.source"
    )
    author = _column("作者", pgettext_lazy("article", "Author"), LineWidget(most=60), element="article.author")
    keywords = _column(
        "关键词",
        pgettext_lazy("article", "Keywords"),
        LineWidget(most=255),
        "主题词",
        note=_("For search engines, separated by commas."),
        element="article.keywords",
    )
    document_number = _column(
        "发文字号", _("Document number"), LineWidget(most=60), "文号", element="article.document_number"
    )
    issuing_body = _column(
        "发布机构",
        _("Issuing body"),
        LineWidget(most=100),
        "发文机关",
        "发文单位",
        "制发机关",
        element="article.issuing_body",
    )
    document_date = _column(
        "成文日期",
        _("Date of the document"),
        DateWidget(years=ANY_YEAR),
        "发文日期",
        "产生日期",
        "印发日期",
        note=_("The day on which the document was made. It is never taken for the day of publication."),
        element="article.document_date",
    )
    theme_class = _column("主题分类", _("Subject class"), LineWidget(most=60), "主题类别", element="article.classes")
    form_class = _column("体裁分类", _("Form class"), LineWidget(most=60), "体裁", "文种", element="article.classes")
    group_class = _column("组配分类", _("Combined class"), LineWidget(most=60), element="article.classes")
    validity = _column(
        "有效性", pgettext_lazy("article", "Validity"), ChoiceWidget(VALIDITIES), "时效性", "效力状态",
        element="article.validity",
    )  # fmt: skip
    valid_from = _column(
        "生效日期", _("In force from"), DateWidget(years=ANY_YEAR), "实施日期", "施行日期", element="article.validity"
    )
    valid_until = _column(
        "失效日期",
        _("In force until"),
        DateWidget(years=ANY_YEAR),
        "废止日期",
        "有效期至",
        note=_("Of a repealed document, the day of its repeal."),
        element="article.validity",
    )
    disclosure_way = _column(
        "公开方式", _("Way of disclosure"), ChoiceWidget(WAYS), "公开形式", element="article.disclosure"
    )
    disclosure_scope = _column(
        "公开范围", _("For whom it is disclosed"), LineWidget(most=60), "公开对象", element="article.disclosure"
    )
    image = _column(
        "题图",
        pgettext_lazy("article", "Picture"),
        LineWidget(most=255),
        "图片",
        "配图",
        "题图文件名",
        note=_("The name of a file in the same .zip (jpg, png or webp, up to 10 MB)."),
        element="article.image",
    )
    image_alt = _column(
        "题图说明",
        _("What the picture shows"),
        LineWidget(most=255),
        "图片说明",
        "替代文本",
        note=_("Read out to those who do not see it; needed for each new picture."),
    )
    state = _column(
        "状态",
        pgettext_lazy("article", "State"),
        ChoiceWidget(STATES),
        "发布状态",
        note=_(
            "Left empty, a new article is a draft. Only whoever holds the right to publish what files bring in writes “已发布”."
        ),
    )
    published_at = _column(
        "发布时间",
        pgettext_lazy("article", "Published on"),
        ShownWidget(),
        "发布日期",
        "首次发布时间",
        note=_("For reading only: the moment at which readers first saw it. Nobody can write another."),
    )
    address = _column("网址", _("Web address"), ShownWidget(), "链接", note=_("For reading only."))
