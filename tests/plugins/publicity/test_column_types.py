"""Types of columns: made on a screen, asked for in the editor, shown on the sites, and typed in GraphQL without a restart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from sheets import applied, checked, faults, table
from wagtail.models import Workflow

from civicnet.access.actors import SYSTEM
from civicnet.contract import Actor, CivicNetError, Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.models import Finding
from civicnet.exchange.services import confirm_job
from civicnet.records.defining import Wanted
from civicnet.records.errors import HoldsValues
from civicnet_publicity.article_sheet import ArticleResource
from civicnet_publicity.channels.parcels import article_for_channels
from civicnet_publicity.errors import ChecksNotPassed
from civicnet_publicity.models import ArticlePage, Channel, ColumnField, ColumnPage, ColumnType
from civicnet_publicity.permissions import MANAGE_TYPES
from civicnet_publicity.selectors.channels import wished_channels
from civicnet_publicity.services import (
    keep_column_field,
    keep_column_type,
    restore_column_field,
    retire_column_field,
)

MAKER = Actor(kind="staff", id="1", label="演示栏目员", permissions=frozenset({MANAGE_TYPES}))
TYPE = {"name": "办事指南", "key": "guide", "list_template": "TABLE", "article_template": "BEFORE"}
PLACE = Wanted(key="place", label="办理地点", kind="text", required=True)
FEE = Wanted(key="has_fee", label="是否收费", kind="yes_no")
PAPERS = Wanted(key="papers", label="所需材料", kind="choices", options=["身份证", "户口簿"])
ASKED = "query ($slug: String) { publicityArticle(slug: $slug) { fields { typeKey shown { label text } %s } } }"


@pytest.fixture
def guide(sites: Any) -> ColumnType:
    """The type 办事指南, which the news of the government site has."""
    kept = keep_column_type(actor=MAKER, **TYPE)
    for wanted in (PLACE, FEE, PAPERS):
        keep_column_field(actor=MAKER, of=kept.pk, wanted=wanted)
    ColumnPage.objects.filter(pk=sites["gov/news"].pk).update(column_type=kept)
    return kept


def values(**filled: Any) -> dict[str, Any]:
    return {"guide": filled}


def article_form(title: str, **fields: Any) -> dict[str, Any]:
    """What the editor posts of an article of this type."""
    plain = dict.fromkeys(
        ("summary", "source", "author", "image", "document_number", "issuing_body", "document_date"), ""
    )
    counts = {"body-count": "0", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    return {**plain, **counts, "title": title, "slug": "card", "channels_as_column": "on", **fields}


def test_types_are_made_and_changed_on_a_screen(client: Client, staff: Callable[..., Any], sites: Any) -> None:
    client.force_login(staff(["wagtailadmin.access_admin", MANAGE_TYPES]))

    made = client.post(reverse("publicity_types:new"), TYPE)
    kept = ColumnType.objects.get(key="guide")
    for wanted in (
        {"label": "办理地点", "key": "place", "kind": "text", "required": "on"},
        {"label": "材料", "key": "papers", "kind": "choices", "options": "身份证\n户口簿"},
    ):
        client.post(reverse("publicity_types:new_field", args=[kept.pk]), wanted)
    last = ColumnField.objects.get(key="papers")
    client.post(reverse("publicity_types:up", args=[kept.pk, last.pk]))
    page = client.get(reverse("publicity_types:type", args=[kept.pk])).content.decode()

    assert made.url == reverse("publicity_types:type", args=[kept.pk])
    assert [(one.key, one.required, one.options) for one in kept.fields.all()] == [
        ("papers", False, ["身份证", "户口簿"]),
        ("place", True, []),
    ]
    assert page.index("<strong>材料</strong>") < page.index("<strong>办理地点</strong>")


def test_whoever_makes_a_type_is_told_which_field_asks_for_what_is_kept_already(
    client: Client, staff: Callable[..., Any], guide: ColumnType
) -> None:
    for key, label in (("code", "机构代码"), ("phone", "联系电话")):
        keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key=key, label=label, kind="text"))
    retire_column_field(actor=MAKER, of=guide.pk, pk=ColumnField.objects.get(key="phone").pk)
    client.force_login(staff(["wagtailadmin.access_admin", MANAGE_TYPES]))

    shown = client.get(reverse("publicity_types:type", args=[guide.pk]))

    told = [(field.label, flag.key) for field, flags in shown.context["fields"] for flag in flags]
    assert told == [("机构代码", "organisation.code")]
    assert "此项在问“机构代码”。" in shown.content.decode()


def test_an_article_shows_its_fields_on_its_site_and_in_the_open_interface(
    client: Client, graphql: Any, guide: ColumnType, write: Any
) -> None:
    write(
        "gov/news",
        "card",
        field_values=values(place="政务大厅 <b>1</b> 号窗口", has_fee=False, papers=["身份证", "户口簿"]),
    )

    page = client.get("/news/card/", headers={"host": "gov.test"}).content.decode()
    column = client.get("/news/", headers={"host": "gov.test"}).content.decode()
    answer = graphql(ASKED % "... on PublicityGuideFields { place hasFee papers }", variables={"slug": "card"})

    assert "<dt>办理地点</dt><dd>政务大厅 &lt;b&gt;1&lt;/b&gt; 号窗口</dd>" in page
    assert '<td data-label="办理地点">政务大厅 &lt;b&gt;1&lt;/b&gt; 号窗口</td>' in column
    assert '<td data-label="是否收费">否</td>' in column
    assert answer["data"]["publicityArticle"]["fields"] == {
        "typeKey": "guide",
        "shown": [
            {"label": "办理地点", "text": "政务大厅 <b>1</b> 号窗口"},
            {"label": "是否收费", "text": "否"},
            {"label": "所需材料", "text": "身份证、户口簿"},
        ],
        "place": "政务大厅 <b>1</b> 号窗口",
        "hasFee": False,
        "papers": ["身份证", "户口簿"],
    }


def test_the_schema_follows_a_definition_at_once_and_keeps_a_retired_field_for_a_time(
    graphql: Any, guide: ColumnType, write: Any
) -> None:
    write("gov/news", "card", field_values=values(place="一号窗口"))
    ask = ASKED % "... on PublicityGuideFields { place limit }"
    before = graphql(ask, variables={"slug": "card"})

    keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key="limit", label="时限", kind="whole_number"))
    after = graphql(ask, variables={"slug": "card"})
    place = guide.fields.get(key="place")
    retire_column_field(actor=MAKER, of=guide.pk, pk=place.pk)
    retired = graphql(ask, variables={"slug": "card"})
    told = graphql(
        '{ __type(name: "PublicityGuideFields") { fields(includeDeprecated: true) { name deprecationReason } } }'
    )
    restore_column_field(actor=MAKER, of=guide.pk, pk=place.pk)
    restored = graphql(ask, variables={"slug": "card"})

    assert "limit" in before["errors"][0]["message"]
    assert after["data"]["publicityArticle"]["fields"]["place"] == "一号窗口"
    assert after["data"]["publicityArticle"]["fields"]["limit"] is None
    assert retired["data"]["publicityArticle"]["fields"] == {
        "typeKey": "guide",
        "shown": [],
        "place": None,
        "limit": None,
    }
    reasons = {one["name"]: one["deprecationReason"] for one in told["data"]["__type"]["fields"]}
    assert reasons["place"].startswith(f"until {localdate() + timedelta(days=180)}: ")
    assert reasons["limit"] is None
    assert restored == after


def test_an_editor_fills_fields_in_and_is_stopped_only_on_the_way_to_review(
    client: Client, guide: ColumnType, sites: Any, office: Any
) -> None:
    client.force_login(office.editor)
    column = sites["gov/news"]
    form = article_form("卡片", field_place="", field_has_fee="yes", field_papers=["户口簿"])

    add = reverse("wagtailadmin_pages:add", args=["civicnet_publicity", "articlepage", column.pk])
    shown = client.get(add).content.decode()
    empty = client.post(add, form)
    article = ArticlePage.objects.get(title="卡片")
    edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
    wrong = client.post(edit, form | {"field_papers": ["护照"]}).content.decode()
    sent = client.post(edit, form | {"action-submit": "1"}).content.decode()
    # A form that was opened before a field was there does not say that it is empty.
    del form["field_has_fee"]
    client.post(edit, form | {"field_place": "一号窗口", "action-submit": "1"})

    # Drawn twice, a browser would send the second, which nobody sees, after what was typed into the first.
    assert [shown.count(f'name="field_{one}"') for one in ("place", "has_fee")] == [1, 1]
    assert empty.url == edit
    assert article.field_values == values(has_fee=True, papers=["户口簿"])
    assert "护照" in wrong
    assert "“办理地点”" in sent or "必填" in sent or "required" in sent
    article.refresh_from_db()
    assert article.get_latest_revision_as_object().field_values == values(
        place="一号窗口", has_fee=True, papers=["户口簿"]
    )
    assert article.current_workflow_state is not None


def test_nothing_is_published_that_lacks_a_required_field(guide: ColumnType, write: Any) -> None:
    draft = write("gov/news", "card", publish=False, field_values=values(has_fee=True))

    with pytest.raises(ChecksNotPassed) as refused:
        draft.get_latest_revision().publish()

    assert refused.value.field == "field_place"
    assert not ArticlePage.objects.get(pk=draft.pk).live


REFUSED = {
    "a key that is no name": (PLACE, {"key": "Ort-1"}, "BAD_KEY"),
    "a key of another field": (FEE, {"key": "place"}, "KEY_TAKEN"),
    "a key of the interface": (FEE, {"key": "shown"}, "KEY_TAKEN"),
    "a key of the language": (FEE, {"key": "class"}, "KEY_TAKEN"),
    "a key of a class": (FEE, {"key": "is_type_of"}, "KEY_TAKEN"),
    "a key of a resolver": (FEE, {"key": "resolve_place"}, "KEY_TAKEN"),
    "a choice of nothing": (FEE, {"key": "x", "kind": "choice"}, "INVALID_INPUT"),
    "a kind that nobody offers": (FEE, {"key": "x", "kind": "face"}, "INVALID_INPUT"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_definition_that_does_not_do_changes_nothing(case: str, guide: ColumnType) -> None:
    wanted, changed, code = REFUSED[case]
    before = list(ColumnField.objects.values())

    with pytest.raises(CivicNetError) as refused:
        keep_column_field(actor=MAKER, of=guide.pk, wanted=replace(wanted, **changed))

    assert (refused.value.code, list(ColumnField.objects.values())) == (code, before)


def test_a_kind_stays_once_values_are_stored_and_an_option_where_it_is_chosen(guide: ColumnType, write: Any) -> None:
    papers = guide.fields.get(key="papers")
    other = keep_column_field(actor=MAKER, of=guide.pk, pk=papers.pk, wanted=replace(PAPERS, kind="choice"))
    keep_column_field(actor=MAKER, of=guide.pk, pk=papers.pk, wanted=PAPERS)
    write("gov/news", "card", field_values=values(place="一号窗口", papers=["户口簿"]))

    with pytest.raises(HoldsValues):
        keep_column_field(actor=MAKER, of=guide.pk, pk=papers.pk, wanted=replace(PAPERS, kind="text"))
    kept = keep_column_field(actor=MAKER, of=guide.pk, pk=papers.pk, wanted=replace(PAPERS, options=["身份证"]))

    assert other.kind == "choice"
    assert (kept.kind, kept.options, kept.former) == ("choices", ["身份证"], ["户口簿"])
    shape = ArticlePage.objects.get(slug="card").column_type.shape
    assert [one.text for one in shape.shown(values(papers=["户口簿"]))] == ["户口簿"]


def test_whoever_does_not_make_types_finds_no_screen_and_no_service(
    client: Client, staff: Any, guide: ColumnType
) -> None:
    client.force_login(staff(["wagtailadmin.access_admin"]))
    addresses = [
        reverse("publicity_types:index"),
        reverse("publicity_types:type", args=[guide.pk]),
        reverse("publicity_types:new_field", args=[guide.pk]),
    ]

    answers = [client.get(one).status_code for one in addresses]
    with pytest.raises(Refused):
        keep_column_type(actor=replace(MAKER, permissions=frozenset()), pk=guide.pk, **TYPE | {"name": "别的"})

    assert answers == [404, 404, 404]
    assert ColumnType.objects.get().name == "办事指南"


def test_a_sheet_of_articles_goes_out_and_comes_in_again_without_a_change(
    guide: ColumnType, write: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    # Called as another column of the sheet is, and as each other.
    named = {"one": "甲", "two": "乙"}
    for key in named:
        keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key=key, label="标 题", kind="text"))
    keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key="degrees", label="温度", kind="decimal"))
    keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key="built", label="建成", kind="date"))
    named["built"] = "1890-05-04"
    filled = values(place="=一号窗口", has_fee=False, papers=["身份证", "户口簿"], **named)
    # What has no end is written so.
    write("gov/news", "card", field_values=filled, valid_until=date(9999, 12, 31))
    write("gov/notices", "notice")
    resource = ArticleResource()
    headings = [one.column_name for one in resource.fields.values()]
    lines = [[str(cell) for cell in resource.export_resource(row)] for row in resource.rows_to_export(SYSTEM)]
    sheet = [dict(zip(headings, line, strict=True)) for line in lines]

    same = checked(table(sheet), SYSTEM)
    job = applied(
        table(
            [sheet[0] | {"是否收费": "是", "所需材料": "户口簿", "温度": "-5.5"}, sheet[1] | {"办理地点": "二号窗口"}]
        ),
        SYSTEM,
    )

    assert [one["所需材料"] for one in sheet] == ["身份证、户口簿", ""]
    assert (same.kinds, faults(same)) == ({"UNCHANGED": 2}, [])
    assert faults(job) == [(3, "办理地点", "other_type")]
    version = ArticlePage.objects.get(slug="card").get_latest_revision_as_object()
    assert version.field_values == values(place="=一号窗口", has_fee=True, papers=["户口簿"], degrees="-5.5", **named)


def take_off(guide: ColumnType, key: str) -> None:
    retire_column_field(actor=MAKER, of=guide.pk, pk=guide.fields.get(key=key).pk)


def ask_otherwise(guide: ColumnType, key: str) -> None:
    numbers = Wanted(key=key, label="窗口", kind="whole_number")
    keep_column_field(actor=MAKER, of=guide.pk, pk=guide.fields.get(key=key).pk, wanted=numbers)


def ask_more(guide: ColumnType, key: str) -> None:
    keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key="more", label="更多", kind="text"))


def give_no_type(guide: ColumnType, key: str) -> None:
    ColumnPage.objects.update(column_type=None)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("change", "result", "left"),
    [
        (ask_more, {"created": 1, "changed": 1}, []),
        (take_off, {"changed": 1, "left": 1}, [("网址名", "column_gone")]),
        (ask_otherwise, {"changed": 1, "left": 1}, [("窗口", "not_of_its_kind")]),
        (give_no_type, {"changed": 1, "left": 1}, [("窗口", "other_type")]),
    ],
)
def test_a_definition_that_changes_after_the_preview_stops_only_rows_that_fill_it_in(
    change: Callable[[ColumnType, str], None],
    result: dict[str, int],
    left: list[tuple[str, str]],
    guide: ColumnType,
    write: Any,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    keep_column_field(actor=MAKER, of=guide.pk, wanted=Wanted(key="window", label="窗口", kind="text"))
    write("gov/notices", "plain")
    rows = [
        {"标题": "Title of plain", "栏目": "gov.test/notices", "网址名": "plain", "来源": "演示社"},
        {"标题": "新", "栏目": "gov.test/news", "网址名": "new", "窗口": "甲窗"},
    ]
    job = checked(table(rows), SYSTEM)

    change(guide, "window")
    confirm_job(job=job, actor=SYSTEM)
    run_apply(job.pk)

    job.refresh_from_db()
    found = Finding.objects.filter(job=job, outcome="LEFT").values_list("row", "column", "code")
    assert (job.state, job.result) == ("APPLIED", result)
    assert list(found) == [(3, *one) for one in left]
    assert ArticlePage.objects.filter(slug="new").exists() is not bool(left)
    assert ArticlePage.objects.get(slug="plain").get_latest_revision_as_object().source == "演示社"


def test_a_type_has_its_own_review_path_and_channels(
    guide: ColumnType, write: Any, sites: Any, office: Any, folder: Channel
) -> None:
    path = Workflow.objects.create(name="快审", active=True)
    keep_column_type(actor=MAKER, pk=guide.pk, workflow=path.pk, channels=[folder.pk], **TYPE)
    here = write("gov/news", "card", field_values=values(place="<b>一号</b>窗口"))
    elsewhere = write("gov/notices", "card")
    told = article_for_channels(here.pk)

    assert (here.get_workflow(), sites["gov/news"].get_workflow()) == (path, path)
    assert elsewhere.get_workflow() not in (path, None)
    assert (wished_channels(here), wished_channels(elsewhere)) == ([folder.pk], [])
    assert told is not None
    assert told.html.startswith("<p><strong>办理地点</strong> &lt;b&gt;一号&lt;/b&gt;窗口</p>")
