"""Columns from a sheet: opened and corrected on the sites where one may write, published where one may publish."""

from __future__ import annotations

import pytest
from sheets import applied, checked, faults, table
from wagtail.models import GroupPagePermission

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.exchange.models import JobState
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.models import ColumnKind, ColumnPage, Phase
from civicnet_publicity.services.setting_up import _permission

COLUMNS = {"resource": "publicity.columns"}
ROW = {
    "网站": "gov.test",
    "栏目名称": "政策文件",
    "栏目网址名": "zhengce",
    "栏目类型": "信息公开",
    "栏目关键词": "政策",
}


@pytest.fixture
def clerk(office, staff, enabled, settings, tmp_path):
    """Writes below the government site, and imports there."""
    settings.MEDIA_ROOT = str(tmp_path)
    enabled("publicity")
    person = staff(["civicnet_exchange.add_importjob", "civicnet_publicity.import_articles"], username="clerk")
    person.groups.add(office.groups["editors"])
    return staff_actor(person)


def test_a_new_column_is_a_draft_until_somebody_publishes_who_may(clerk, office, sites) -> None:
    applied(table([ROW]), clerk, **COLUMNS)
    draft = ColumnPage.objects.get(slug="zhengce")
    GroupPagePermission.objects.create(
        group=office.groups["editors"], page=sites.gov.root_page, permission=_permission("publish_page")
    )

    job = applied(
        table(
            [ROW | {"栏目名称": "公文", "栏目网址名": ""}, {"网站": "gov.test", "栏目名称": "News", "活动阶段": "启动"}]
        ),
        clerk,
        **COLUMNS,
    )

    made = ColumnPage.objects.get(slug="公文")
    assert (draft.live, draft.kind, draft.keywords) == (False, ColumnKind.DISCLOSURE, "政策")
    assert job.result == {"created": 1, "changed": 1}
    assert made.live and made.get_parent().pk == sites.gov.root_page.pk
    assert (sites["gov/news"].phase, sites["gov/news"].keywords) == (Phase.LAUNCH, "a,b")
    assert AuditRecord.objects.filter(action="publicity.write_column", actor_id=clerk.id).count() == 3


def test_the_rhythm_of_a_column_goes_in_and_out_and_is_no_slower_than_the_rules(clerk, sites, graphql) -> None:
    news, notices = ({"网站": "gov.test", "栏目名称": name, "栏目网址名": name.lower()} for name in ("News", "Notices"))
    rows = [news | {"更新周期": "每年"}, notices | {"更新周期": "每月"}, ROW | {"更新周期": "每年"}]

    job = checked(table(rows), clerk, **COLUMNS)

    assert (faults(job), job.kinds) == ([(2, "更新周期", "too_slow")], {"CHANGED": 1, "NEW": 1})
    applied(table([notices | {"更新周期": "每月"}]), SYSTEM, **COLUMNS)
    told = graphql("{ publicityColumns { slug rhythm } }")["data"]["publicityColumns"]
    assert {one["slug"]: one["rhythm"] for one in told if one["slug"] in ("news", "notices")} == {
        "news": None,
        "notices": "MONTHLY",
    }
    applied(table([notices | {"更新周期": "按规定"}]), SYSTEM, **COLUMNS)
    assert ColumnPage.objects.get(slug="notices").rhythm == ""


def test_columns_of_other_sites_and_unknown_ones_are_faults(clerk, sites) -> None:
    rows = [
        ROW | {"网站": "party.test"},
        ROW | {"网站": "nowhere"},
        ROW | {"网站": ""},
        ROW | {"栏目网址名": "a b"},
        {"网站": "party.test", "栏目名称": "News", "栏目网址名": "news", "栏目说明": "changed"},
        {"网站": "party.test", "栏目名称": "Experience", "栏目网址名": "experience"},
    ]

    job = checked(table(rows), clerk, **COLUMNS)

    codes = [
        ("网站", "out_of_scope"),
        ("网站", "unknown_site"),
        ("网站", "site_needed"),
        ("栏目网址名", "address_signs"),
    ]
    assert faults(job) == [*((row, *code) for row, code in enumerate(codes, start=2)), (6, "栏目名称", "out_of_scope")]
    assert job.kinds == {"UNCHANGED": 1}
    assert ColumnPage.objects.count() == 5


def test_the_system_opens_a_whole_tree_at_once(enabled, sites, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    enabled("publicity")

    job = applied(
        table([ROW | {"栏目名称": f"栏目{number}", "栏目网址名": f"c{number}"} for number in range(12)]),
        SYSTEM,
        **COLUMNS,
    )

    assert (job.state, job.result) == (JobState.APPLIED, {"created": 12})
    assert ColumnPage.objects.child_of(sites.gov.root_page).live().count() == 15
    assert ColumnPage.find_problems() == ([], [], [], [], [])
