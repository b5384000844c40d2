"""Three reviews, over the admin's own pages: three people, none of them an author, and nothing returned without a word."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from wagtail.models import TaskState

from civicnet.access.models import User
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.models import ArticlePage

BODY = json.dumps(
    {
        "blocks": [
            {
                "key": "a",
                "text": "Words.",
                "type": "unstyled",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [],
            }
        ],
        "entityMap": {},
    }
)


def signed_in(user):
    """A browser of this person's own."""
    client = Client(headers={"host": "gov.test"})
    client.force_login(user)
    return client


def form(**fields):
    """What the article's editor sends."""
    return {
        "title": "A title",
        "slug": "one",
        "summary": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "paragraph",
        "body-0-id": "",
        "body-0-value": BODY,
        "source": "",
        "author": "",
        "image": "",
        "keywords": "",
        "index_number": "",
        "document_number": "",
        "issuing_body": "",
        "document_date": "",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
    } | fields


def fresh(article):
    """The article as the database has it now."""
    return ArticlePage.objects.get(pk=article.pk)


def submit(office, sites, column="gov/news", **fields):
    """The editor writes an article and sends it to review."""
    address = f"/admin/pages/add/civicnet_publicity/articlepage/{sites[column].pk}/"
    answer = signed_in(office.editor).post(address, form(**{"action-submit": "1"} | fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return ArticlePage.objects.latest("pk")


def open_review(article):
    """The review that waits."""
    return TaskState.objects.get(workflow_state__object_id=str(article.pk), status="in_progress")


def act(user, article, action, **data):
    """What a reviewer sends."""
    state = open_review(article)
    return signed_in(user).post(f"/admin/pages/workflow/action/{article.pk}/{action}/{state.pk}/", data)


def decide(office, article, *people, comment=""):
    """These people approve in turn what waits."""
    for name in people:
        act(getattr(office, name), article, "approve", comment=comment)


# Who decides when each group proofreads what it reviews.
ALL = ("first", "first", "second", "second", "final", "final")
STEPS = ("一校", "初审", "二校", "复审", "三校", "终审")


def person(actor):
    """The account behind an actor."""
    return User.objects.get(pk=actor.id)


def decisions(article):
    """Names of the reviews with what became of them."""
    return list(
        TaskState.objects.filter(workflow_state__object_id=str(article.pk))
        .order_by("pk")
        .values_list("task__name", "status", "finished_by__username")
    )


def test_an_article_is_published_after_three_reviews_and_three_proofreads_by_three_people(office, sites, client):
    article = submit(office, sites, also_in=[str(sites["party/news"].pk)])
    assert not fresh(article).live

    decide(office, article, *ALL[:3])
    decide(office, article, "second", comment="well written")
    decide(office, article, "final")
    assert not fresh(article).live
    decide(office, article, "final")

    assert fresh(article).live
    assert decisions(article) == [(step, "approved", who) for step, who in zip(STEPS, ALL, strict=True)]
    for host in ("gov.test", "party.test"):
        assert "A title" in client.get("/news/one/", headers={"host": host}).text
    assert AuditRecord.objects.filter(action="publicity.proofread_approved").count() == 3
    records = AuditRecord.objects.filter(action="publicity.review_approved").order_by("pk")
    assert [(one.actor_label, one.reason) for one in records] == [
        ("演示first", ""),
        ("演示second", "well written"),
        ("演示final", ""),
    ]
    assert AuditRecord.objects.get(action="publicity.publish_article").actor_label == "演示final"


def test_an_editor_cannot_publish(office, sites):
    address = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"

    signed_in(office.editor).post(address, form(**{"action-publish": "1"}))

    assert not ArticlePage.objects.filter(live=True).exists()


@pytest.mark.parametrize("superuser", [False, True])
def test_nobody_reviews_their_own_text(office, sites, superuser):
    office.editor.groups.add(office.groups["first"])
    office.editor.is_superuser = superuser
    office.editor.save()
    article = submit(office, sites)

    answer = act(office.editor, article, "approve")

    assert answer.status_code == 302
    assert decisions(article) == [("一校", "in_progress", None)]
    assert not fresh(article).live


def test_a_reviewer_who_edits_the_text_has_become_its_author(office, sites):
    article = submit(office, sites)

    edited = signed_in(office.first).post(f"/admin/pages/{article.pk}/edit/", form(title="Another title"))
    act(office.first, article, "approve")

    assert edited.status_code == 302
    assert fresh(article).latest_revision.user == office.first
    assert "approved" not in {status for _name, status, _who in decisions(article)}


def test_one_person_does_not_do_two_reviews(office, sites):
    office.first.groups.add(office.groups["second"], office.groups["final"])
    article = submit(office, sites)
    decide(office, article, "first", "first")

    decide(office, article, "first")
    assert decisions(article)[-1] == ("二校", "in_progress", None)
    decide(office, article, "second", "first")

    assert decisions(article)[-1] == ("复审", "in_progress", None)
    assert AuditRecord.objects.filter(actor_label="演示first").count() == 2


def test_a_superuser_outside_the_groups_reviews_nothing(office, sites, django_user_model):
    root = django_user_model.objects.create_superuser("root", password="demo-only-1234")
    article = submit(office, sites)

    act(root, article, "approve")

    assert decisions(article) == [("一校", "in_progress", None)]


def test_a_superuser_does_not_publish_past_the_reviews(office, sites, django_user_model):
    root = django_user_model.objects.create_superuser("root", password="demo-only-1234")
    article = submit(office, sites)
    column = sites["gov/news"].pk

    added = signed_in(root).post(
        f"/admin/pages/add/civicnet_publicity/articlepage/{column}/", form(slug="two", **{"action-publish": "1"})
    )
    edited = signed_in(root).post(f"/admin/pages/{article.pk}/edit/", form(**{"action-publish": "1"}))
    signed_in(root).post(f"/admin/bulk/wagtailcore/page/publish/?id={article.pk}&next=/admin/", {})

    assert (added.status_code, edited.status_code) == (302, 302)
    assert ArticlePage.objects.filter(slug="two").exists()
    assert not ArticlePage.objects.filter(live=True).exists()


@pytest.mark.parametrize("comment", ["", "   "])
def test_a_text_is_not_returned_without_a_word(office, sites, comment):
    article = submit(office, sites)

    act(office.first, article, "reject", comment=comment)

    assert decisions(article) == [("一校", "in_progress", None)]


def test_the_way_past_the_form_asks_for_a_comment_too(office, sites):
    article = submit(office, sites)
    state = open_review(article)

    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, office.first, "reject")

    assert decisions(article) == [("一校", "in_progress", None)]


def test_a_returned_text_passes_all_three_reviews_again(office, sites):
    article = submit(office, sites)
    decide(office, article, *ALL[:5])

    act(office.final, article, "reject", comment="the date is wrong")
    signed_in(office.editor).post(
        f"/admin/pages/{article.pk}/edit/", form(title="A better title", **{"action-submit": "1"})
    )
    # In their order: the last review is the last also of a text that it returned.
    decide(office, article, *ALL)

    revision = fresh(article).latest_revision
    approved = TaskState.objects.filter(revision=revision, status="approved")
    assert tuple(approved.order_by("pk").values_list("task__name", flat=True)) == STEPS
    assert fresh(article).live
    assert fresh(article).title == "A better title"
    assert AuditRecord.objects.get(action="publicity.review_rejected").reason == "the date is wrong"


def test_what_waits_for_a_person_is_only_what_they_may_decide(office, sites):
    office.first.groups.add(office.groups["second"])
    office.editor.groups.add(office.groups["first"])
    article = submit(office, sites)

    def waiting(user):
        return set(TaskState.objects.reviewable_by(user).values_list("workflow_state__object_id", flat=True))

    assert waiting(office.first) == {str(article.pk)}
    assert waiting(office.editor) == waiting(office.second) == set()

    decide(office, article, "first", "first")

    assert waiting(office.second) == {str(article.pk)}
    assert waiting(office.first) == waiting(office.editor) == set()


def test_the_editor_says_why_a_person_may_not_review(office, sites):
    office.first.groups.add(office.groups["second"])
    article = submit(office, sites)
    decide(office, article, "first", "first", comment="fine by me")

    text = signed_in(office.first).get(f"/admin/pages/{article.pk}/edit/").text

    assert "您已在这篇文章的另一校中通过" in text
    assert "fine by me" in text
    assert "您已在这篇文章的另一校中通过" not in signed_in(office.second).get(f"/admin/pages/{article.pk}/edit/").text


def test_a_disclosed_document_is_numbered_when_it_is_first_saved(office, sites):
    article = submit(office, sites, column="gov/documents")

    year = article.latest_revision_created_at.year
    assert article.index_number == f"000014349/{year}-00001"
    assert submit(office, sites, column="gov/documents", slug="two").index_number == f"000014349/{year}-00002"


def test_the_editor_offers_columns_of_other_sites_only(office, sites):
    address = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"

    offered = signed_in(office.editor).get(address).context["form"].fields["also_in"].choices

    assert [label for _pk, label in offered] == ["party.test · News", "party.test · Experience"]


def test_an_address_taken_by_a_placed_article_is_refused_in_the_form(office, sites, write):
    write("party/news", "one", also_in=("gov/news",))
    address = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"

    answer = signed_in(office.editor).post(address, form(**{"action-submit": "1"}))

    assert "slug" in answer.context["form"].errors
    assert ArticlePage.objects.count() == 1


def decide_in_the_editor(user, article, action, *, fields=(), **extra):
    """What the buttons of the article's editor send, with comments beside the text as fields; the pages it led to."""
    decision = {"action-workflow-action": "true", "workflow-action-name": action} | dict(fields)
    decision["workflow-action-extra-data"] = json.dumps(extra)
    # The same block as before: a reviewer who changes the text is no reviewer any more.
    decision["body-0-id"] = article.get_latest_revision_as_object().body[0].id
    return signed_in(user).post(f"/admin/pages/{article.pk}/edit/", form(**decision), follow=True)


def test_a_reviewer_is_told_what_was_decided_and_goes_back_to_what_waits(office, sites):
    article = submit(office, sites)

    answers = [
        decide_in_the_editor(office.first, article, "approve"),
        decide_in_the_editor(office.first, article, "reject", comment="the date is wrong"),
    ]

    assert [answer.redirect_chain for answer in answers] == [[("/admin/", 302)]] * 2
    assert [[str(one) for one in answer.context["messages"]] for answer in answers] == [
        ["“A title”已通过您的审核，转入下一审。"],
        ["“A title”已退回作者，并附上您的意见。"],
    ]


def test_the_last_reviewer_is_told_that_the_article_is_published(office, sites):
    article = submit(office, sites)
    decide(office, article, *ALL[:5])

    answer = decide_in_the_editor(office.final, article, "approve")

    assert fresh(article).live
    assert [str(one) for one in answer.context["messages"]] == ["“A title”已通过终审并发布。"]


def test_the_decision_lies_on_top_for_a_reviewer_and_saving_for_an_author(office, sites):
    article = submit(office, sites)

    def buttons(user):
        menu = signed_in(user).get(f"/admin/pages/{article.pk}/edit/").context["action_menu"]
        return [menu.default_item.name, *(item.name for item in menu.menu_items)]

    assert buttons(office.first)[:4] == ["approve", "approve", "reject", "action-save-draft"]
    assert not {"approve", "reject"} & set(buttons(office.editor))


def test_the_home_page_tells_what_waits_for_whom(office, sites):
    article = submit(office, sites)

    def waits(user):
        page = signed_in(user).get("/admin/").text
        return re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> ([^<]+)</a>', page)

    edit = f"/admin/pages/{article.pk}/edit/"
    assert waits(office.first) == [(edit, "1", "待审文章")]
    assert waits(office.second) == waits(office.editor) == []

    act(office.first, article, "reject", comment="the date is wrong")

    assert waits(office.first) == []
    assert waits(office.editor) == [(edit, "1", "退回给我的文章")]
