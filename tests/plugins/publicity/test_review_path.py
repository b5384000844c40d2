"""Around the reviews: time limits, the urgent path, the sheet that is kept, comments in place, and what nobody gets past."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from test_reviews import (
    ALL,
    act,
    decide,
    decide_in_the_editor,
    form,
    fresh,
    open_review,
    signed_in,
    submit,
)
from wagtail.models import Comment, TaskState, WorkflowState
from wagtail.rich_text import RichText

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet_publicity.errors import AlreadyDecided
from civicnet_publicity.hours import due_after
from civicnet_publicity.models import Deadline, ReviewTask
from civicnet_publicity.selectors.running import for_board, rows_of, running_reviews
from civicnet_publicity.services import remind_overdue
from civicnet_publicity.waiting import work_that_waits


def reminders():
    """What was sent of reminders; Wagtail itself tells a group that something came in."""
    return [one for one in mail.outbox if one.subject == "已超时：“A title”的一校"]


def commented(text):
    """The fields of a comment on the title, as the editor sends them."""
    return {
        "comments-TOTAL_FORMS": "1",
        "comments-0-text": text,
        "comments-0-contentpath": "title",
        "comments-0-position": "",
        "comments-0-id": "",
        "comments-0-resolved": "",
        "comments-0-DELETE": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
        "comments-0-replies-MIN_NUM_FORMS": "0",
        "comments-0-replies-MAX_NUM_FORMS": "",
    }


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02 09:00", 8, "2026-03-02 17:00"),
        ("2026-03-06 20:00", 8, "2026-03-09 04:00"),
        ("2026-03-07 12:00", 24, "2026-03-10 00:00"),
        # National Day, and the Saturday after it, which is worked.
        ("2026-09-30 20:00", 8, "2026-10-08 04:00"),
        ("2026-10-09 20:00", 8, "2026-10-10 04:00"),
    ],
)
def test_a_step_is_due_after_hours_of_working_days(start, hours, due, db):
    here = ZoneInfo("Asia/Shanghai")

    assert due_after(datetime.fromisoformat(start).replace(tzinfo=here), hours) == datetime.fromisoformat(due).replace(
        tzinfo=here
    )


def test_what_is_overdue_stands_on_the_desk_and_is_reminded_of_once(office, sites, appointed):
    other = appointed("first")
    office.first.email = office.editor.email = "both@example.test"
    office.first.save()
    office.editor.save()
    office.editor.groups.add(office.groups["first"])
    article = submit(office, sites)
    state = open_review(article)
    assert state.deadline.due_at == due_after(state.started_at, 8)
    assert remind_overdue() == 0

    Deadline.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    assert [(one.label, one.count) for one in work_that_waits(other)] == [("待审文章", 1), ("其中已超时", 1)]
    assert (remind_overdue(), remind_overdue()) == (1, 0)
    # Not the author, who is in the group: they may not decide.
    sent = reminders()
    assert [one.to for one in sent] == [["both@example.test"], ["first2@example.test"]]
    assert f"/admin/pages/{article.pk}/edit/" in sent[0].body


def test_a_reminder_that_was_not_sent_is_sent_next_time(office, sites, appointed, monkeypatch):
    appointed("first")
    submit(office, sites)
    Deadline.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    def refuse(*given):
        raise OSError("no server")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        with pytest.raises(OSError, match="no server"):
            remind_overdue()

    assert remind_overdue() == 1
    assert len(reminders()) == 1


def test_a_reviewer_returns_with_comments_in_place(office, sites):
    article = submit(office, sites)
    decide(office, article, "first", "first", "second")

    decide_in_the_editor(office.second, article, "reject", comment="见批注", fields=commented("标题太短"))

    state = TaskState.objects.get(status="rejected")
    assert (state.finished_by, state.comment, state.task.name) == (office.second, "见批注", "复审")
    assert Comment.objects.get().text == "标题太短"
    editor = signed_in(office.editor).get(f"/admin/pages/{article.pk}/edit/").text
    assert json.dumps("标题太短").strip('"') in editor
    # The text is its author's still, and what was approved of it stays approved.
    assert fresh(article).latest_revision.user == office.editor
    assert {one.revision_id for one in TaskState.objects.all()} == {fresh(article).latest_revision_id}


def test_a_version_in_review_is_not_written_over(office, sites):
    office.editor.groups.add(office.groups["final"])
    article = submit(office, sites)
    decide(office, article, *ALL[:5])
    reviewed = fresh(article).latest_revision

    signed_in(office.editor).post(
        f"/admin/pages/{article.pk}/edit/", form(title="Smuggled", overwrite_revision_id=reviewed.pk)
    )
    act(office.final, article, "approve")

    reviewed.refresh_from_db()
    assert reviewed.content["title"] == "A title"
    assert fresh(article).latest_revision_id != reviewed.pk
    assert not fresh(article).live
    assert open_review(article).task.name == "终审"


def test_two_who_decide_at_once_decide_once(office, sites):
    article = submit(office, sites)
    loaded = [open_review(article) for _each in range(2)]
    other = User.objects.create_user("other", password="demo-only-1234")
    other.groups.add(office.groups["first"])
    loaded[0].task.specific.on_action(loaded[0], office.first, "approve", comment="")

    with pytest.raises(AlreadyDecided):
        loaded[1].task.specific.on_action(loaded[1], other, "reject", comment="no")

    assert TaskState.objects.get(pk=loaded[0].pk).status == "approved"
    assert TaskState.objects.filter(status="rejected").count() == 0


def test_one_press_decides_one_step_though_the_next_is_with_the_same_person(office, sites):
    article = submit(office, sites)
    step = open_review(article).pk
    assert (
        f'name="civicnet_step" value="{step}"' in signed_in(office.first).get(f"/admin/pages/{article.pk}/edit/").text
    )

    decide_in_the_editor(office.first, article, "approve", fields={"civicnet_step": step})
    again = decide_in_the_editor(office.first, article, "approve", fields={"civicnet_step": step})

    assert "请刷新页面后再看" in str(next(iter(again.context["messages"])))
    assert open_review(article).task.name == "初审"
    assert TaskState.objects.filter(status="approved").count() == 1


def test_who_left_the_group_decides_nothing(office, sites):
    article = submit(office, sites)
    state = open_review(article)
    office.first.groups.clear()

    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, User.objects.get(pk=office.first.pk), "approve")

    assert open_review(article).pk == state.pk


def test_the_board_shows_each_their_own_with_as_many_statements_for_many(
    office, sites, write, django_assert_num_queries
):
    articles = [write("gov/news", f"a{number}", publish=False) for number in range(4)]
    workflow = articles[0].get_workflow()
    workflow.start(articles[0], office.editor)
    reader = staff_actor(office.first)
    list(running_reviews(reader))

    def asked(statements):
        with django_assert_num_queries(statements):
            return rows_of(reader, list(for_board(running_reviews(reader))))

    # The person and their rights to pages, twice; passages, which of them one writes, titles, tasks, their groups, mine.
    assert [one.step for one in asked(9)] == ["一校"]
    for article in articles[1:]:
        workflow.start(article, office.editor)
    Deadline.objects.filter(state__workflow_state__object_id=str(articles[2].pk)).update(due_at=timezone.now())
    rows = asked(9)
    assert (rows[0].title, rows[0].is_overdue, len(rows)) == ("Title of a2", True, 4)
    assert not running_reviews(staff_actor(office.second)).exists()
    assert running_reviews(staff_actor(office.editor)).count() == 4
    board = signed_in(office.first).get("/admin/publicity/reviews/")
    assert "Title of a2" in board.text and "超时" in board.text
    assert "Title of a2" not in signed_in(office.second).get("/admin/publicity/reviews/").text


def test_versions_with_every_block_are_compared(office, sites, picture, document):
    article = submit(office, sites)
    changed = fresh(article)
    changed.body = [
        ("heading", "小标题"),
        ("paragraph", RichText("<p>新段落</p>")),
        ("image", {"image": picture, "caption": "图一"}),
        ("quote", {"text": "原话", "source": "某人"}),
        ("table", {"data": [["甲", "乙"]], "first_row_is_table_header": False, "first_col_is_header": False}),
        ("attachment", {"document": document, "name": "表格"}),
        ("gallery", {"title": "图集一", "pictures": [{"image": picture, "caption": "图二"}]}),
        ("video", {"video": document, "poster": picture, "caption": "视频一", "transcript": "画外音"}),
        ("attachments", {"title": "附件一", "files": [{"document": document, "name": "附表"}]}),
        ("questions", {"title": "问答一", "items": [{"question": "问题一", "answer": RichText("<p>答复一</p>")}]}),
        ("policy", {"article": article, "relation": "EXPLAINS"}),
        ("chart", {"metric": "publicity.articles_by_month", "title": "图表一"}),
    ]
    assert {block.block_type for block in changed.body} == set(changed.body.stream_block.child_blocks)
    changed.save_revision(user=office.editor)
    path = f"/admin/publicity/reviews/{article.pk}/compare/{article.latest_revision_id}/latest/"

    shown = signed_in(office.first).get(path)

    assert shown.status_code == 200
    for words in (
        "Words.",
        "小标题",
        "新段落",
        "图一",
        "原话",
        "甲",
        "表格",
        "图二",
        "画外音",
        "附表",
        "答复一",
        "图表一",
    ):
        assert words in shown.text
    assert path in signed_in(office.first).get(f"/admin/pages/{article.pk}/edit/").text
    assert signed_in(office.first).get(path.replace("latest", "newest")).status_code == 404
    assert signed_in(office.second).get(path).status_code == 404


def test_setting_up_again_keeps_a_workflow_that_was_changed(office, sites):
    from civicnet.access.actors import SYSTEM
    from civicnet_publicity.services import set_up_reviews

    workflow = WorkflowState._meta.get_field("workflow").related_model.objects.get(name="三审三校")
    assert [(one.specific.kind, one.specific.hours) for one in workflow.tasks] == [("PROOFREAD", 8), ("REVIEW", 8)] * 3
    ReviewTask.objects.filter(kind="PROOFREAD").update(hours=None)
    workflow.workflow_tasks.all()[0].delete()
    groups = office.groups

    set_up_reviews(
        first=groups["final"],
        second=groups["second"],
        final=groups["first"],
        proofreaders=groups["second"],
        actor=SYSTEM,
    )

    assert [
        (one.name, one.specific.hours, [group.name for group in one.specific.groups.all()]) for one in workflow.tasks
    ] == [
        ("初审", 8, ["final"]),
        ("二校", None, ["second"]),
        ("复审", 8, ["second"]),
        ("三校", None, ["second"]),
        ("终审", 8, ["first"]),
    ]
