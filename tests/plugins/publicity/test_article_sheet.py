"""Articles from a sheet: drafts or published by right, found again, never lost, never back-dated, never elsewhere."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from sheets import applied, checked, faults, table
from wagtail.models import PageLogEntry, Revision, Workflow

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.console.imports_preview import result_tiles
from civicnet.contract import Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.models import Finding, JobState
from civicnet.exchange.services import confirm_job
from civicnet.exchange.writing import export
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.models import ArticlePage, CheckDecision
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.services import write_article
from civicnet_publicity.services.setting_up import WORKFLOW

# What Wagtail takes for a page with a version, its log and its index, the audit, the note of whose an index number is, and what
# the clerk may still import.
MOST_STATEMENTS = 67
CLERK = ["civicnet_exchange.add_importjob", "civicnet_publicity.import_articles", "civicnet_publicity.export_articles"]
BODY = """## 总则

第一条 为了**规范**管理，制定本办法。

- 一项
- 二项

> 群众的事无小事
> —— 某人

| 甲 | 乙 |
| --- | --- |
| 1 | 2 |"""
ROW = {
    "标题": "物业管理办法",
    "栏目": "gov.test/documents",
    "正文": BODY,
    "摘要": "管物业的办法",
    "来源": "演示单位",
    "关键词": "物业,管理",
    "发文字号": "演示〔2018〕1号",
    "发布机构": "演示单位",
    "成文日期": "2018-02-02",
}


@pytest.fixture
def clerk(importing):
    """Writes below the government site, and imports there."""
    return importing(*CLERK)


@pytest.fixture
def publisher(importing):
    """The same, with the right to publish what files bring in."""
    return importing(*CLERK, "civicnet_publicity.publish_imported", username="publisher")


def exported(actor: Any, *, listed: Any = None) -> list[dict[str, str]]:
    file = export(resource="publicity.articles", format="csv", actor=actor, listed=listed)
    return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline="")))


def test_a_row_becomes_a_draft_in_its_column_with_number_version_log_and_audit(clerk) -> None:
    job = applied(table([ROW]), clerk)

    article = ArticlePage.objects.get()
    assert (job.state, job.result) == (JobState.APPLIED, {"created": 1})
    assert (article.title, article.slug, article.live) == ("物业管理办法", "物业管理办法", False)
    assert article.first_published_at is None
    assert article.get_parent().slug == "documents"
    assert article.index_number == f"000014349/{timezone.localdate().year}-00001"
    assert (article.document_number, article.document_date) == ("演示〔2018〕1号", date(2018, 2, 2))
    assert [block.block_type for block in article.body] == ["heading", "paragraph", "quote", "table"]
    assert (
        article.body[1].value.source
        == "<p>第一条 为了<b>规范</b>管理，制定本办法。</p><ul><li>一项</li><li>二项</li></ul>"
    )
    version = article.get_latest_revision()
    assert (str(version.user_id), str(article.owner_id)) == (clerk.id, clerk.id)
    assert set(PageLogEntry.objects.filter(page=article).values_list("action", "user")) == {
        ("wagtail.create", int(clerk.id))
    }
    assert (
        AuditRecord.objects.filter(action="publicity.write_article", actor_id=clerk.id, object_id=article.pk).count()
        == 1
    )


def test_the_same_file_changes_nothing_and_neither_does_an_export(clerk, publisher, write, picture, document) -> None:
    applied(table([ROW]), clerk)
    image = {
        "type": "image",
        "value": {"image": {"image": picture.pk, "decorative": False, "alt_text": "x"}, "caption": ""},
        "id": "11",
    }
    file = {"type": "attachment", "value": {"document": document.pk, "name": ""}, "id": "22"}
    odd = {
        "type": "paragraph",
        "value": '<p data-block-key="a">1 &lt; 2 <b>好 </b>的</p><p></p><p>- x<br/>y</p>',
        "id": "33",
    }
    link = {"type": "paragraph", "value": '<p><a linktype="page" id="1">去</a></p>', "id": "44"}
    write(
        "gov/news",
        "full",
        body=json.dumps([odd, image, link, file, odd | {"id": "55"}]),
        image=picture,
        summary=" two  blanks ",
    )
    write("gov/news", "plain", title="=1+1 <b>“好”</b>", publish=False)
    before = list(Revision.objects.order_by("pk").values_list("pk", "content"))

    again = checked(table([ROW | {"备注": "x"}]), clerk)
    out = exported(clerk)
    job = applied(table(out), clerk)

    assert again.kinds == {"UNCHANGED": 1}
    assert (len(out), job.kinds, job.result) == (3, {"UNCHANGED": 3}, {"unchanged": 3})
    assert list(Revision.objects.order_by("pk").values_list("pk", "content")) == before
    assert out[0]["正文"].split("\n\n") == [
        "1 < 2 **好** 的",
        "\\- x\ny",
        "{{image:11}}",
        "[去](page:1)",
        "{{attachment:22}}",
        "1 < 2 **好** 的",
        "\\- x\ny",
    ]


def test_a_changed_text_keeps_every_block_that_a_cell_cannot_hold(clerk, write, picture) -> None:
    image = {
        "type": "image",
        "value": {"image": {"image": picture.pk, "decorative": False, "alt_text": "x"}, "caption": "c"},
        "id": "11",
    }
    kept = {"type": "paragraph", "value": '<p data-block-key="k">stays</p>', "id": "22"}
    goes = {"type": "paragraph", "value": '<p data-block-key="g">old</p>', "id": "33"}
    write("gov/news", "a", body=json.dumps([kept, image, goes]))
    [row] = exported(clerk)

    applied(table([row | {"正文": row["正文"].replace("old", "new\n\nnewer")}]), clerk)

    page = ArticlePage.objects.get()
    *same, new = page.get_latest_revision_as_object().body.raw_data
    assert [dict(one) for one in same] == [kept, image]
    assert new["value"] == "<p>new</p><p>newer</p>"
    # Published before, and not past its reviews now.
    assert page.live and page.has_unpublished_changes
    assert [one.block_type for one in page.body] == ["paragraph", "image", "paragraph"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("without it", "mark_missing"),
        ("{{image:11}}\n\n{{image:12}}", "unknown_mark"),
        ("{{image:11}}\n\n<p>x</p>", "body_markup"),
        ("{{image:11}}\n\n" + "字" * 30_001, "body_too_long"),
        ("{{image:11}}\n\n## " + "字" * 121, "heading_too_long"),
        ("{{image:11}}\n\n[x](page:7)", "unknown_link"),
    ],
)
def test_a_body_that_would_lose_or_smuggle_is_a_fault_and_nothing_changes(clerk, write, picture, body, code) -> None:
    image = {
        "type": "image",
        "value": {"image": {"image": picture.pk, "decorative": True, "alt_text": ""}, "caption": ""},
        "id": "11",
    }
    write("gov/news", "a", body=json.dumps([image]))
    [row] = exported(clerk)
    before = Revision.objects.count()

    job = checked(table([row | {"正文": body}]), clerk)

    assert faults(job) == [(2, "正文", code)]
    assert Revision.objects.count() == before


def test_published_is_for_whoever_holds_the_right_and_dated_as_the_day_it_is(clerk, publisher) -> None:
    row = ROW | {"状态": "已发布", "发布时间": "2018-02-02 08:00"}
    refused = checked(table([row]), clerk)
    began = timezone.now()

    job = applied(table([row]), publisher)

    article = ArticlePage.objects.get()
    assert faults(refused) == [(2, "状态", "publish_not_allowed")]
    assert job.result == {"created": 1, "published": 1}
    assert article.live and article.first_published_at >= began
    assert article.document_date == date(2018, 2, 2)
    assert AuditRecord.objects.filter(action="publicity.publish_article", actor_id=publisher.id).count() == 1
    assert PageLogEntry.objects.filter(page=article, action="wagtail.publish", user=int(publisher.id)).count() == 1


def test_what_the_checks_stop_comes_in_as_a_draft_and_waits(publisher) -> None:
    stopped = {"标题": "公示", "栏目": "gov.test/news", "状态": "已发布", "正文": "身份证号222403190001010045"}

    job = applied(table([ROW | {"状态": "已发布"}, stopped]), publisher)

    assert job.result == {"created": 2, "published": 1, "held": 1}
    assert [(str(tile.label), tile.count, tile.names) for tile in result_tiles(job)][4:] == [
        ("已发布", 1, []),
        ("被检查拦下、存为草稿", 1, ["公示"]),
    ]
    assert list(Finding.objects.filter(job=job, code="held").values_list("row", "outcome")) == [(3, "NORMALISED")]
    assert list(ArticlePage.objects.order_by("pk").values_list("title", "live")) == [
        ("物业管理办法", True),
        ("公示", False),
    ]
    decision = CheckDecision.objects.get()
    assert (decision.kind, decision.article.title) == ("HELD", "公示")
    assert AuditRecord.objects.filter(action="publicity.hold_publication").count() == 1


def test_a_right_that_was_withdrawn_before_the_rows_go_in_publishes_nothing(publisher, sites) -> None:
    desk = Desk(publisher)
    desk.publishes_articles = False

    with pytest.raises(Refused):
        write_article(
            article=ArticlePage(title="a", slug="a"), column=sites["gov/news"], actor=publisher, desk=desk, publish=True
        )

    assert not ArticlePage.objects.exists()


def test_rows_outside_ones_columns_are_faults(clerk, write) -> None:
    write("party/news", "theirs", title="Theirs")
    write("party/news", "same", title="Same")
    write("party/news", "hidden", title="Hidden", publish=False)
    rows = [
        {"标题": "New", "栏目": "party.test/news"},
        {"标题": "Theirs, changed", "栏目": "party.test/news", "网址名": "theirs"},
        {"标题": "Hidden", "栏目": "party.test/news", "网址名": "hidden"},
        {"标题": "Same", "栏目": "party.test/news", "网址名": "same", "状态": "已发布"},
        {"标题": "x", "栏目": "gov.test/nowhere"},
    ]

    job = checked(table(rows), clerk)

    outside = [(row, "栏目", "out_of_scope") for row in (2, 3, 4)]
    assert faults(job) == [*outside, (6, "栏目", "unknown_column")]
    assert job.kinds == {"UNCHANGED": 1}


def test_an_index_number_finds_its_article_and_is_the_only_one_of_its_kind(clerk, write) -> None:
    number = "000014349/2017-00110"
    write("gov/documents", "report", title="年度报告", index_number=number, document_number="1号")
    rows = [
        {"标题": "年度报告", "栏目": "Documents", "索引号": number, "发文字号": "2号"},
        {"标题": "年度报告", "栏目": "Documents", "索引号": "000014349/2018-00007"},
        {"标题": "年度报告", "栏目": "Documents", "索引号": "000014349/2019-00003"},
        {"标题": "年度报告", "栏目": "Documents", "索引号": "2019-3"},
        {"标题": "别的", "栏目": "gov.test/news", "索引号": number},
        {"标题": "另一", "栏目": "Documents", "索引号": "000014349/2019-00003"},
    ]

    job = checked(table(rows), clerk)
    good = applied(table(rows[:3]), clerk)

    assert faults(job) == [
        (5, "索引号", "index_number_form"),
        (6, "栏目", "move_needed"),
        (7, "索引号", "duplicate_in_file"),
    ]
    assert good.result == {"changed": 1, "created": 2}
    assert sorted(ArticlePage.objects.values_list("slug", flat=True)) == ["report", "年度报告", "年度报告-2019-00003"]
    assert ArticlePage.objects.get(slug="report").get_latest_revision_as_object().document_number == "2号"


def test_what_is_locked_or_under_review_waits(clerk, office, write) -> None:
    article = write("gov/news", "a", publish=False)
    Workflow.objects.get(name=WORKFLOW).start(article, office.editor)
    row = {"标题": "Changed", "栏目": "gov.test/news", "网址名": "a"}

    assert faults(checked(table([row]), clerk)) == [(2, "标题", "busy")]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"标题": "=HYPERLINK(1)"}, ("标题", "formula")),
        ({"标题": "<script>x"}, ("标题", "markup")),
        ({"标题": "字" * 256}, ("标题", "too_long")),
        ({"标题": "！？"}, ("网址名", "address_empty")),
        ({"网址名": "a b"}, ("网址名", "address_signs")),
        ({"成文日期": "2999-01-01"}, ("成文日期", "future_date")),
        ({"题图": "nowhere.png"}, ("题图", "picture_unknown")),
        ({"栏目": "News"}, None),
    ],
)
def test_what_a_row_must_not_bring_is_told_in_its_cell(clerk, cells, fault) -> None:
    found = faults(checked(table([ROW | cells]), clerk))

    assert found == ([(2, *fault)] if fault else [])
    assert not ArticlePage.objects.exists()


def test_an_export_shows_what_its_reader_may_see_and_the_list_narrows_it(clerk, office, staff, write, sites) -> None:
    write("gov/news", "mine", publish=False)
    write("party/news", "public")
    write("party/news", "theirs", publish=False)
    changed = write("party/news", "pending", title="Readers see this")
    changed.title = "Only its editors see this"
    changed.save_revision()
    leader = staff_actor(staff(CLERK, "222403001001", username="leader"))

    assert [row["标题"] for row in exported(clerk)] == ["Title of mine", "Title of public", "Readers see this"]
    assert [row["标题"] for row in exported(leader)] == ["Title of public", "Readers see this"]
    assert exported(SYSTEM)[-1]["标题"] == "Only its editors see this"
    assert [row["网址名"] for row in exported(SYSTEM, listed=ArticlePage.objects.filter(slug="theirs"))] == ["theirs"]
    restricted = sites["party/news"]
    restricted.view_restrictions.create(restriction_type="login")
    assert [row["标题"] for row in exported(leader)] == []


def test_each_further_row_takes_the_same_statements(clerk) -> None:
    def taken(count: int, start: int) -> int:
        job = checked(table([ROW | {"标题": f"办法{number}"} for number in range(start, start + count)]), clerk)
        confirm_job(job=job, actor=clerk)
        with CaptureQueriesContext(connection) as captured:
            run_apply(job.pk)
        job.refresh_from_db()
        assert job.result == {"created": count}
        return len(captured)

    taken(1, 0)
    four, eight, twelve = taken(4, 100), taken(8, 200), taken(12, 300)

    # Two go in with one transaction, and what that takes besides is divided among them.
    assert eight - four == twelve - eight
    assert (eight - four) / 4 <= MOST_STATEMENTS


def test_an_export_takes_the_same_statements_however_long_it_is(clerk, write) -> None:
    write("gov/news", "a", publish=False)
    # Addresses of sites are kept from the first time on.
    exported(clerk)
    with CaptureQueriesContext(connection) as one:
        exported(clerk)
    for number in range(8):
        write("gov/news", f"b{number}", publish=number % 2 == 0)
    with CaptureQueriesContext(connection) as nine:
        assert len(exported(clerk)) == 9

    assert len(one) == len(nine)


def test_a_row_names_columns_of_other_sites_where_readers_find_it_once_it_is_published(publisher, sites, write) -> None:
    old = write("gov/news", "old", also_in=("party/news",))
    sites["party/experience"].unpublish()
    news, notices, experience = ({"标题": name, "栏目": "gov.test/news"} for name in ("甲", "乙", "丙"))
    rows = [
        news | {"状态": "已发布", "同时发布到": "party.test/news"},
        {"标题": old.title, "栏目": "gov.test/news", "网址名": "old", "同时发布到": "party.test/news"},
        notices | {"同时发布到": "gov.test/notices"},
        experience | {"同时发布到": "party.test/news, party.test/experience"},
        {"标题": "丁", "栏目": "gov.test/news", "同时发布到": "party.test/nowhere"},
    ]

    job = applied(table(rows), publisher)

    found = [(row, code) for row, heading, code in faults(job) if heading == "同时发布到"]
    assert found == [(4, "also_not_elsewhere"), (5, "also_not_elsewhere"), (6, "unknown_column")]
    assert job.result == {"created": 1, "published": 1, "unchanged": 1}
    placed = ArticlePage.objects.get(title="甲").placements.get()
    assert (placed.state, placed.column.slug, placed.site.hostname) == ("PLACED", "news", "party.test")
    told = {one["标题"]: one["同时发布到"] for one in exported(publisher)}
    assert told == {"甲": "party.test/news", old.title: "party.test/news"}
