"""Around the reviews: time limits, the urgent path, the sheet that is kept, comments in place, and what nobody gets past."""

from __future__ import annotations

import base64
import json
import re
import zlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from test_reviews import ALL, STEPS, act, decide, decide_in_the_editor, form, fresh, open_review, signed_in, submit
from wagtail.models import Comment, TaskState, WorkflowState
from wagtail.rich_text import RichText

from civicnet.access.actors import staff_actor
from civicnet.access.models import User
from civicnet.contract import InvalidInput, NotFound, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.errors import AlreadyDecided, NotInReview, OwnText
from civicnet_publicity.hours import due_after
from civicnet_publicity.models import ApprovalSheet, Deadline, MadeUpStep, ReviewTask, UrgentPath
from civicnet_publicity.permissions import ALLOW_URGENT, SEE_SHEETS, TAKE_SHEETS
from civicnet_publicity.selectors.approvals import is_intact, visible_sheets
from civicnet_publicity.selectors.running import for_board, rows_of, running_reviews
from civicnet_publicity.services import allow_urgent, make_up, remind_overdue, take_sheet
from civicnet_publicity.waiting import work_that_waits


@pytest.fixture
def appointed(office, staff, enabled):
    """Gives somebody of the office what a post allows: ``appointed("final", ALLOW_URGENT)`` is their actor."""
    enabled("publicity")

    def give(name, *rights):
        person = staff(list(rights), "222403001001", username=f"{name}2")
        person.groups.add(office.groups[name])
        person.email = f"{name}2@example.test"
        person.save()
        return staff_actor(person)

    return give


def person(actor):
    """The account behind an actor."""
    return User.objects.get(pk=actor.id)


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


def drawn(pdf):
    """The signs that a PDF draws, two bytes each as its Chinese type has them; what stands there in octal is read."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S)
    pages = b"".join(zlib.decompress(base64.a85decode(one.strip(), adobe=True)) for one in streams if b"~>" in one)
    whole = re.sub(
        rb"\\([0-7]{3}|.)", lambda one: bytes([int(one[1], 8)]) if len(one[1]) == 3 else one[1], pages, flags=re.S
    )
    return whole


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02 09:00", 8, "2026-03-02 17:00"),
        ("2026-03-06 20:00", 8, "2026-03-09 04:00"),
        ("2026-03-07 12:00", 24, "2026-03-10 00:00"),
    ],
)
def test_a_step_is_due_after_hours_of_working_days(start, hours, due):
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


def test_the_urgent_path_leaves_all_but_the_last_review_out_until_after_publication(office, sites, appointed):
    chief = appointed("final", ALLOW_URGENT, SEE_SHEETS)
    article = submit(office, sites)
    decide(office, article, "first")

    answer = signed_in(person(chief)).post(f"/admin/publicity/reviews/{article.pk}/urgent/", {"reason": "暴雨预警"})

    assert answer.status_code == 302
    state = open_review(article)
    assert (state.task.name, state.deadline.due_at - state.started_at) == ("终审", timedelta(hours=2))
    act(person(chief), article, "approve")
    act(person(chief), article, "approve_urgent", comment=" ")
    assert not fresh(article).live
    act(person(chief), article, "approve_urgent", comment="已核对")
    assert fresh(article).live
    sheet = ApprovalSheet.objects.get()
    assert sheet.is_urgent and sheet.facts["urgent"]["reason"] == "暴雨预警"
    assert [(one["name"], one["status"]) for one in sheet.facts["steps"]] == [
        ("一校", "approved"),
        *((name, "skipped") for name in STEPS[1:5]),
        ("终审", "approved"),
    ]
    assert list(sheet.made_up.order_by("pk").values_list("name", flat=True)) == list(STEPS[1:5])
    assert AuditRecord.objects.get(action="publicity.allow_urgent").reason == "暴雨预警"

    _make_up(office, sheet, chief)


def _make_up(office, sheet, chief):
    first, second = staff_actor(office.first), staff_actor(office.second)
    review, proofread, second_review, last_proofread = sheet.made_up.order_by("pk")
    assert ("待补办的审校环节", 1) in [(one.label, one.count) for one in work_that_waits(first)]
    for step, actor in (
        (proofread, first),
        (review, second),
        (review, staff_actor(office.editor)),
    ):
        with pytest.raises(OwnText):
            make_up(step=step.pk, actor=actor, verdict="CONFIRMED")
    with pytest.raises(InvalidInput):
        make_up(step=review.pk, actor=first, verdict="OBJECTED", comment=" ")
    assert not MadeUpStep.objects.exclude(done_at=None).exists()

    page = f"/admin/publicity/sheets/{sheet.pk}/"
    kept = signed_in(office.first).post(page, {"step": review.pk, "verdict": "OBJECTED", "comment": "日期有误"})
    make_up(step=proofread.pk, actor=second, verdict="CONFIRMED")
    make_up(step=last_proofread.pk, actor=chief, verdict="CONFIRMED")

    assert kept.status_code == 302
    with pytest.raises(AlreadyDecided):
        make_up(step=review.pk, actor=first, verdict="CONFIRMED")
    review.refresh_from_db()
    assert (review.verdict, review.comment, review.actor_label) == ("OBJECTED", "日期有误", "演示first")
    assert MadeUpStep.objects.get(done_at=None) == second_review
    # What was sealed is not touched by what is made up.
    assert is_intact(sheet) and AuditRecord.objects.filter(action="publicity.make_up_review").count() == 3


def test_nobody_takes_the_urgent_path_without_right_reason_or_distance(office, sites, appointed):
    chief, author = appointed("final", ALLOW_URGENT), appointed("editors", ALLOW_URGENT)
    article = submit(office, sites)
    article.latest_revision.user = person(author)
    article.latest_revision.save()

    for actor, reason, refusal in (
        (staff_actor(office.first), "理由", Refused),
        (chief, " ", InvalidInput),
        (chief, "长" * 301, InvalidInput),
        (author, "理由", OwnText),
    ):
        with pytest.raises(refusal):
            allow_urgent(article=article, actor=actor, reason=reason)
    unseen = signed_in(office.first).post(f"/admin/publicity/reviews/{article.pk}/urgent/", {"reason": "理由"})

    assert unseen.status_code == 404
    assert not UrgentPath.objects.exists()
    assert open_review(article).task.name == "一校"
    open_review(article).workflow_state.cancel()
    with pytest.raises(NotInReview):
        allow_urgent(article=fresh(article), actor=chief, reason="理由")


def test_another_text_goes_the_whole_way_again(office, sites, appointed):
    chief = appointed("final", ALLOW_URGENT)
    article = submit(office, sites)
    allow_urgent(article=article, actor=chief, reason="暴雨预警")
    edited = fresh(article)
    edited.title = "Another title"
    edited.save_revision(user=office.final)

    act(person(chief), article, "approve_urgent", comment="好")
    assert open_review(article).task.name == "终审"
    # Whoever changed it may send it back to the start, and nothing more.
    act(office.final, article, "restart")

    assert open_review(article).task.name == "一校"
    assert open_review(article).revision_id == fresh(article).latest_revision_id
    assert not fresh(article).live


def test_the_sheet_says_who_did_what_and_is_never_changed(office, sites, appointed, write):
    chief = appointed("final", SEE_SHEETS, TAKE_SHEETS)
    article = submit(office, sites)
    act(office.first, article, "reject", comment="日期有误")
    signed_in(office.editor).post(f"/admin/pages/{article.pk}/edit/", form(title="新标题", **{"action-submit": "1"}))
    decide(office, article, *ALL, comment="同意")

    sheet = ApprovalSheet.objects.get()
    steps = [(one["name"], one["status"], one["by"], one["comment"]) for one in sheet.facts["steps"]]
    assert steps[0] == ("一校", "rejected", "演示first", "日期有误")
    assert steps[1:] == [(name, "approved", f"演示{who}", "同意") for name, who in zip(STEPS, ALL, strict=True)]
    assert sheet.facts["steps"][0]["version"] < sheet.facts["version"] == sheet.facts["steps"][1]["version"]
    assert (sheet.facts["authors"], sheet.facts["asked"]["by"]) == (["演示editor"], "演示editor")
    with pytest.raises(TypeError):
        sheet.save()
    assert is_intact(sheet)

    shown = signed_in(office.editor).get(f"/admin/publicity/sheets/{sheet.pk}/").text
    assert "日期有误" in shown and "下载 PDF" not in shown
    file = signed_in(person(chief)).get(f"/admin/publicity/sheets/{sheet.pk}/pdf/")
    assert file["Content-Type"] == "application/pdf"
    drawing = drawn(b"".join(file.streaming_content))
    assert "同意".encode("utf-16-be") in drawing and "新标题".encode("utf-16-be") in drawing
    assert AuditRecord.objects.get(action="publicity.take_sheet").actor_label == chief.label

    changed = json.loads(json.dumps(sheet.facts))
    changed["steps"][1]["by"] = "他人"
    ApprovalSheet.objects.update(facts=changed)
    assert not is_intact(ApprovalSheet.objects.get())
    assert "已被改动" in signed_in(person(chief)).get(f"/admin/publicity/sheets/{sheet.pk}/").text
    article.delete()
    assert ApprovalSheet.objects.get().title == "新标题"


def test_a_sheet_is_read_and_taken_out_by_those_who_may_alone(office, sites, appointed):
    article = submit(office, sites)
    decide(office, article, *ALL)
    sheet = ApprovalSheet.objects.get()
    stranger, taker = appointed("first"), appointed("second", TAKE_SHEETS)

    assert [one.pk for one in visible_sheets(staff_actor(office.editor))] == [sheet.pk]
    assert not visible_sheets(stranger).exists()
    with pytest.raises(Refused):
        take_sheet(sheet=sheet.pk, actor=staff_actor(office.editor))
    with pytest.raises(NotFound):
        take_sheet(sheet=sheet.pk, actor=taker)
    for path in ("", "pdf/"):
        assert signed_in(person(stranger)).get(f"/admin/publicity/sheets/{sheet.pk}/{path}").status_code == 404
    assert not AuditRecord.objects.filter(action="publicity.take_sheet").exists()


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
    in_the_editor = fresh(article)
    assert in_the_editor.current_workflow_task.get_actions(in_the_editor, other)
    loaded[0].task.specific.on_action(loaded[0], office.first, "approve", comment="")

    with pytest.raises(AlreadyDecided):
        loaded[1].task.specific.on_action(loaded[1], other, "reject", comment="no")

    in_the_editor.current_workflow_state.cancel()
    with pytest.raises(AlreadyDecided):
        in_the_editor.current_workflow_task.on_action(in_the_editor.current_workflow_task_state, other, "approve")

    assert TaskState.objects.get(pk=loaded[0].pk).status == "approved"
    assert TaskState.objects.filter(status="rejected").count() == 0


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
    ]
    assert {block.block_type for block in changed.body} == set(changed.body.stream_block.child_blocks)
    changed.save_revision(user=office.editor)
    path = f"/admin/publicity/reviews/{article.pk}/compare/{article.latest_revision_id}/latest/"

    shown = signed_in(office.first).get(path)

    assert shown.status_code == 200
    for words in ("Words.", "小标题", "新段落", "图一", "原话", "甲", "表格"):
        assert words in shown.text
    assert path in signed_in(office.first).get(f"/admin/pages/{article.pk}/edit/").text
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
