"""The demo's two public sites: home pages, columns, looks, and a few texts that say they are demo texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from civicnet.contract import Actor
from civicnet.ledger.services import record
from civicnet_publicity.models import (
    ArticlePage,
    ColumnKind,
    ColumnPage,
    ColumnType,
    DisclosureWay,
    HomePage,
    Phase,
    Validity,
)
from civicnet_publicity.selectors import next_index_number
from civicnet_site.demo.guides import GUIDES, keep_guide_type
from civicnet_site.demo.showing import show_blocks
from civicnet_site.demo.texts import TEXTS, Text
from civicnet_site.models import SiteTheme, Theme


@dataclass(frozen=True, slots=True)
class DemoColumn:
    """A column to make."""

    slug: str
    title: str
    kind: ColumnKind
    description: str
    phase: str = ""
    is_guide: bool = False


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site to make."""

    theme: Theme
    hostname: str
    title: str
    slogan: str
    columns: tuple[DemoColumn, ...]


SITES = (
    DemoSite(
        Theme.GOV,
        "127.0.0.1",
        "演示市 · 治理一张网",
        "群众点单  平台派单  网格接单",
        (
            DemoColumn("yaowen", "要闻动态", ColumnKind.NEWS, "平台的重要消息。"),
            DemoColumn("tongzhi", "通知公告", ColumnKind.NOTICE, "与使用平台有关的通知。"),
            DemoColumn("zhengce", "政策文件", ColumnKind.DISCLOSURE, "依规公开的文件，每份有唯一、永久的索引号。"),
            DemoColumn("wangge", "网格动态", ColumnKind.NEWS, "网格里的服务。"),
            DemoColumn("banshi", "办事指南", ColumnKind.NOTICE, "到窗口办事要知道的事。", is_guide=True),
            DemoColumn(
                "zhuanlan",
                "治理一张网专栏",
                ColumnKind.SPECIAL,
                "启动阶段讲政策和意义，推动阶段讲进展，常态阶段讲经验和典型。",
                Phase.LAUNCH,
            ),
        ),
    ),
    DemoSite(
        Theme.PARTY,
        "localhost",
        "演示市党建网",
        "党建引领  网格服务",
        (
            DemoColumn("yaowen", "要闻", ColumnKind.NEWS, "党建引领网格化管理的重要消息。"),
            DemoColumn("zhuanlan", "专栏", ColumnKind.SPECIAL, "“治理一张网”各阶段的专题。", Phase.LAUNCH),
            DemoColumn("xianfeng", "先锋", ColumnKind.SPECIAL, "网格里的党员先锋。"),
            DemoColumn("jingyan", "典型经验", ColumnKind.SPECIAL, "可以学、可以用的做法。"),
            DemoColumn("fengcai", "网格风采", ColumnKind.SPECIAL, "网格里的人和事。"),
        ),
    ),
)
FOOTER = {
    "organiser": "演示市网格化服务管理中心（演示，非真实单位）",
    "contact": "演示电话，不可拨打",
    "site_id_code": "0000000000",
    "icp_number": "演示备案号",
    "police_number": "演示公安备案号",
}


@transaction.atomic
def set_up_sites(*, actor: Actor, port: int = 8000) -> dict[str, Any]:
    """Make the two sites with their columns and texts; what is there stays as it is.

    Returns the home pages by theme, and the columns by ``theme/slug``.
    """
    root = Page.get_first_root_node()
    homes: dict[str, HomePage] = {}
    columns: dict[str, ColumnPage] = {}
    guide = keep_guide_type(actor=actor)
    for plan in SITES:
        home = HomePage.objects.child_of(root).filter(slug=plan.theme.value).first() or _make_home(root, plan, actor)
        homes[plan.theme.value] = home
        _set_up_site(plan, home, port)
        for column in plan.columns:
            known = ColumnPage.objects.child_of(home).filter(slug=column.slug).first()
            columns[f"{plan.theme.value}/{column.slug}"] = known or _make_column(home, column, guide)
    for text in (*TEXTS, *GUIDES):
        if not ArticlePage.objects.child_of(columns[text.column]).filter(slug=text.slug).exists():
            _publish(text, columns)
    show_blocks(columns=columns)
    return {"homes": homes, "columns": columns}


def _make_home(root: Page, plan: DemoSite, actor: Actor) -> HomePage:
    home = HomePage(
        title=plan.title,
        slug=plan.theme.value,
        slogan=plan.slogan,
        search_description=f"{plan.title}（演示网站）",
        issuer_code="000000000",
    )
    root.add_child(instance=home)
    home.save_revision().publish()
    record(actor=actor, action="site.set_up_demo", subject=home)
    return home


def _set_up_site(plan: DemoSite, home: HomePage, port: int) -> None:
    if plan.theme is Theme.GOV:
        _remove_welcome()
    site = Site.objects.filter(root_page=home).first() or Site(root_page=home)
    others = Site.objects.filter(is_default_site=True).exclude(pk=site.pk)
    site.hostname, site.port, site.site_name = plan.hostname, port, plan.title
    site.is_default_site = plan.theme is Theme.GOV and not others.exists()
    site.save()
    SiteTheme.objects.get_or_create(site=site, defaults={"theme": plan.theme, "site_name": plan.title} | FOOTER)


def _remove_welcome() -> None:
    # Wagtail's own migrations leave a site with a welcome page behind, which nobody needs.
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site and site.root_page.specific_class is Page and not site.root_page.get_children().exists():
        welcome = site.root_page
        site.delete()
        welcome.delete()


def _make_column(home: HomePage, plan: DemoColumn, guide: ColumnType) -> ColumnPage:
    column = ColumnPage(
        title=plan.title,
        slug=plan.slug,
        kind=plan.kind,
        phase=plan.phase,
        description=plan.description,
        keywords=f"{plan.title},网格,演示",
        column_type=guide if plan.is_guide else None,
    )
    # The tree on disk has moved on since this home was read.
    HomePage.objects.get(pk=home.pk).add_child(instance=column)
    column.save_revision().publish()
    return column


def _publish(text: Text, columns: dict[str, ColumnPage]) -> None:
    column = ColumnPage.objects.get(pk=columns[text.column].pk)
    article = ArticlePage(
        title=text.title,
        slug=text.slug,
        summary=text.summary,
        body=text.body(),
        source="演示",
        author="演示编辑",
        field_values=dict(text.values),
        live=False,
    )
    if column.kind == ColumnKind.DISCLOSURE:
        article.issuing_body = "演示单位"
        article.theme_class, article.form_class, article.group_class = "综合政务", "说明", "其他文件"
        article.document_date = article.valid_from = timezone.localdate()
        article.validity, article.disclosure_way = Validity.IN_FORCE, DisclosureWay.ACTIVE
        article.disclosure_scope = "面向社会"
        article.index_number = next_index_number(column=column, year=timezone.localdate().year)
    column.add_child(instance=article)
    article.also_in = [columns[key] for key in text.also_in]
    article.save_revision().publish()
