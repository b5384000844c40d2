"""A sheet of pages is taken back: new ones go, others say again what they said, and what somebody was at since is named."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from sheets import applied, archive, picture, table
from wagtail.images import get_image_model
from wagtail.models import GroupPagePermission, Page, PageLogEntry

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.exchange.models import Finding, ImportJob
from civicnet.exchange.services import undo_job
from civicnet.exchange.undoing import run_undo
from civicnet.gateway.feed.sequencer import catch_up
from civicnet.ledger.models import AuditRecord
from civicnet.testing.people import permission
from civicnet_publicity.models import ArticlePage, ColumnPage
from civicnet_publicity.services import keep_word, place_article
from civicnet_publicity.services.setting_up import _permission

CLERK = ["civicnet_exchange.add_importjob", "civicnet_publicity.import_articles"]
CHANGES = '{ changes(first: 100, types: ["PublicityArticle"]%s) { endCursor nodes { operation id } } }'
NEWS = {"栏目": "gov.test/news"}


@pytest.fixture
def publisher(importing):
    """Writes below the government site, and publishes what files bring in."""
    return importing(*CLERK, "civicnet_publicity.publish_imported", username="publisher")


def taken_back(job: ImportJob, actor: Any) -> dict[str, int]:
    undo_job(job=job, actor=actor)
    run_undo(job.pk)
    job.refresh_from_db()
    assert job.state == "UNDONE", job.error
    return job.undone


def why_left(job: ImportJob) -> dict[int, str]:
    return dict(Finding.objects.filter(job=job, outcome="LEFT").values_list("row", "code"))


def test_new_articles_go_and_readers_of_the_feed_are_told(publisher, graphql) -> None:
    job = applied(table([NEWS | {"标题": "草稿"}, NEWS | {"标题": "发布", "状态": "已发布"}]), publisher)
    catch_up(seconds=10)
    seen = graphql(CHANGES % "")["data"]["changes"]

    assert taken_back(job, publisher) == {"restored": 0, "removed": 2, "left": 0}

    assert not ArticlePage.objects.exists()
    assert Page.find_problems() == ([], [], [], [], [])
    catch_up(seconds=10)
    gone = graphql(CHANGES % f', after: "{seen["endCursor"]}"')["data"]["changes"]["nodes"]
    assert [one["operation"] for one in seen["nodes"]] == ["UPSERT"]
    assert gone == [{"operation": "DELETE", "id": seen["nodes"][0]["id"]}]
    assert PageLogEntry.objects.filter(action="wagtail.delete", user=publisher.id).count() == 2
    deeds = AuditRecord.objects.filter(action="publicity.take_back_page", actor_id=publisher.id)
    assert deeds.count() == 2
    assert applied(table([NEWS | {"标题": "草稿"}]), publisher).result == {"created": 1}


def test_changed_articles_say_again_what_they_said(publisher, write, graphql) -> None:
    write("gov/news", "draft", publish=False, summary="旧", index_number=None)
    write("gov/news", "shown", summary="旧")
    write("gov/news", "over", summary="旧")
    waiting = write("gov/news", "waiting", summary="读者所见")
    waiting.summary = "旧"
    waiting.save_revision()
    names = ("draft", "shown", "over", "waiting")
    states = ("已发布", "", "已发布", "已发布")
    rows = [
        NEWS | {"网址名": name, "标题": "新题", "摘要": "新", "状态": state}
        for name, state in zip(names, states, strict=True)
    ]
    job = applied(table(rows), publisher)
    assert job.result == {"changed": 4, "published": 3}

    assert taken_back(job, publisher) == {"restored": 4, "removed": 0, "left": 0}

    pages = {name: ArticlePage.objects.get(slug=name) for name in names}
    told = {
        name: (page.live, page.has_unpublished_changes, page.get_latest_revision().as_object().summary)
        for name, page in pages.items()
    }
    assert told == {
        "draft": (False, True, "旧"),
        "shown": (True, False, "旧"),
        "over": (True, False, "旧"),
        "waiting": (True, True, "旧"),
    }
    assert [pages[name].summary for name in names[1:]] == ["旧", "旧", "读者所见"]
    assert {page.get_latest_revision().as_object().title for page in pages.values()} == {
        f"Title of {name}" for name in names
    }
    assert {page.draft_title for page in pages.values()} == {f"Title of {name}" for name in names}
    # Versions of before stay where they were, with what the file brought.
    assert pages["shown"].revisions.count() == 3


def test_what_somebody_was_at_since_stays_and_is_named(publisher, sites, office, write) -> None:
    old = write("gov/news", "old", summary="旧")
    names = ("edited", "reviewed", "sent", "locked", "placed", "moved", "gone", "mine")
    rows = [NEWS | {"标题": name, "网址名": name} for name in names]
    rows[4]["状态"] = "已发布"
    job = applied(table([*rows, NEWS | {"标题": "old", "网址名": "old", "摘要": "新"}]), publisher)
    made = {name: ArticlePage.objects.get(slug=name) for name in names}
    made["edited"].summary = "改"
    made["edited"].save_revision(user=office.editor)
    made["reviewed"].get_latest_revision().publish()
    made["sent"].get_workflow().start(made["sent"], office.editor)
    ArticlePage.objects.filter(pk=made["locked"].pk).update(locked=True, locked_by=office.editor)
    place_article(article=made["placed"], column=sites["party/news"], actor=SYSTEM)
    made["moved"].move(sites["gov/notices"], "last-child")
    made["gone"].delete()
    old.refresh_from_db()
    edited = old.get_latest_revision_as_object()
    edited.author = "演示"
    edited.save_revision(user=office.editor)

    assert taken_back(job, publisher) == {"restored": 0, "removed": 1, "left": 8}

    reasons = ["changed_since", "changed_since", "in_hand", "in_hand", "referred_to", "changed_since", "gone_since"]
    assert why_left(job) == {**dict(enumerate(reasons, start=2)), 10: "changed_since"}
    assert set(ArticlePage.objects.values_list("slug", flat=True)) == {*names, "old"} - {"gone", "mine"}
    assert old.get_latest_revision_as_object().summary == "新"


def test_what_may_not_be_taken_down_or_changed_any_more_stays(publisher, office, sites) -> None:
    job = applied(table([NEWS | {"标题": "发布", "状态": "已发布"}, NEWS | {"标题": "草稿"}]), publisher)
    Group.objects.get(name="role of publisher").permissions.remove(permission("civicnet_publicity.publish_imported"))

    assert taken_back(job, publisher) == {"restored": 0, "removed": 1, "left": 1}
    assert (why_left(job), ArticlePage.objects.get().live) == ({2: "no_right_to_undo"}, True)

    job = applied(table([NEWS | {"标题": "草稿"}]), publisher)
    User.objects.get(pk=publisher.id).groups.remove(office.groups["editors"])
    assert taken_back(job, publisher) == {"restored": 0, "removed": 0, "left": 1}
    assert (why_left(job), ArticlePage.objects.count()) == ({2: "no_right_to_undo"}, 2)


def test_columns_go_where_nothing_stands_in_them_and_others_say_what_they_said(publisher, office, sites, write) -> None:
    GroupPagePermission.objects.create(
        group=office.groups["editors"], page=sites.gov.root_page, permission=_permission("publish_page")
    )
    publisher = staff_actor(User.objects.get(pk=publisher.id))
    heads = ("网站", "栏目名称", "栏目网址名", "栏目说明")
    rows = [("gov.test", "空", "empty", ""), ("gov.test", "满", "full", ""), ("gov.test", "新名", "news", "说明")]
    job = applied(table([dict(zip(heads, row, strict=True)) for row in rows]), publisher, resource="publicity.columns")
    ColumnPage.objects.get(slug="full").add_child(instance=ArticlePage(title="a", slug="a"))

    assert taken_back(job, publisher) == {"restored": 1, "removed": 1, "left": 1}

    assert why_left(job) == {3: "referred_to"}
    assert not ColumnPage.objects.filter(slug="empty").exists()
    news = sites["gov/news"]
    assert (news.title, news.description, news.live, news.has_unpublished_changes) == ("News", "", True, False)


def test_what_readers_saw_and_the_checks_stop_by_now_does_not_come_back(publisher, write) -> None:
    write("gov/news", "a", summary="一丝不苟")
    job = applied(table([NEWS | {"标题": "新", "网址名": "a", "摘要": "别的", "状态": "已发布"}]), publisher)
    keep_word(actor=SYSTEM, wrong="一丝不苟", right="改写", kind="SENSITIVE", severity="BLOCKER")

    assert taken_back(job, publisher) == {"restored": 0, "removed": 0, "left": 1}

    article = ArticlePage.objects.get()
    assert (why_left(job), article.summary, article.revisions.count()) == ({2: "ruled_out"}, "别的", 2)


def test_pictures_that_came_along_go_where_nobody_uses_them(importing, office, write) -> None:
    clerk = importing(*CLERK, username="clerk")
    old = write("gov/news", "old")
    rows = [NEWS | {"标题": name, "题图": f"{name}.png", "题图说明": name} for name in ("gone", "draft", "renamed")]
    rows.append(NEWS | {"标题": "old", "网址名": "old", "题图": "back.png", "题图说明": "back"})
    colours = {"gone": "red", "draft": "blue", "renamed": "green", "back": "white"}
    files = {f"{name}.png": picture(colour) for name, colour in colours.items()}
    job = applied(archive({"t.csv": table(rows)} | files), clerk, name="a.zip")
    pictures = get_image_model().objects
    pictures.filter(title="renamed").update(description="改")
    other = write("gov/notices", "other")
    other.image = pictures.get(title="draft")
    other.save_revision(user=office.editor)

    assert taken_back(job, clerk) == {"restored": 1, "removed": 3, "left": 0}

    assert set(pictures.values_list("title", flat=True)) == {"draft", "renamed"}
    assert sorted(why_left(job).values()) == ["changed_since", "referred_to"]
    assert (ArticlePage.objects.count(), old.get_latest_revision_as_object().image) == (2, None)


def test_of_two_files_the_later_is_taken_back_first_and_then_the_other(publisher, write) -> None:
    jobs = [
        applied(table([NEWS | {"标题": "演示", "网址名": "a", "摘要": text, "状态": state}]), publisher)
        for text, state in (("一", ""), ("二", "已发布"))
    ]

    assert [taken_back(job, publisher) for job in jobs[::-1]] == [
        {"restored": 1, "removed": 0, "left": 0},
        {"restored": 0, "removed": 1, "left": 0},
    ]
    assert not ArticlePage.objects.exists()
