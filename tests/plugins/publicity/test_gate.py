"""The gate: what is found on exactly this version stops it at every door, unless somebody let it pass with a reason."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.contract import Actor, InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.errors import ChecksNotPassed, NothingToOverride
from civicnet_publicity.models import ArticlePage, CheckDecision, ListedWord
from civicnet_publicity.permissions import OVERRIDE_CHECKS
from civicnet_publicity.selectors.checking import dictionary
from civicnet_publicity.services import drop_word, keep_word, override_checks
from civicnet_publicity.waiting import work_that_waits

# Nobody alive was born then.
ID_NUMBER = "222403190001010045"
CHIEF = Actor(kind="staff", id="1", label="演示主编", permissions=frozenset({OVERRIDE_CHECKS}))


def body(text: str) -> str:
    return json.dumps([{"type": "heading", "value": text, "id": "b1"}])


def fresh(article: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk)


def signed_in(user) -> Client:
    client = Client(headers={"host": "gov.test"})
    client.force_login(user)
    return client


def form(text: str, **fields: str) -> dict[str, str]:
    """What the article's editor sends."""
    empty = (
        "summary source author image keywords index_number document_number issuing_body document_date seo_title "
        "search_description go_live_at expire_at comments-MAX_NUM_FORMS"
    )
    zero = "comments-TOTAL_FORMS comments-INITIAL_FORMS comments-MIN_NUM_FORMS"
    return (
        dict.fromkeys(empty.split(), "")
        | dict.fromkeys(zero.split(), "0")
        | {"title": "A title", "slug": "one", "body-count": "1", "body-0-deleted": "", "body-0-order": "0"}
        | {"body-0-type": "heading", "body-0-id": "b1", "body-0-value": text}
        | fields
    )


@pytest.fixture
def draft(write) -> ArticlePage:
    """A draft with an ID number in it."""
    return write("gov/news", "one", title="A title", body=body(ID_NUMBER), publish=False)


def test_what_is_found_stops_publication_and_nothing_is_published(draft) -> None:
    with pytest.raises(ChecksNotPassed) as refused:
        draft.get_latest_revision().publish()

    assert refused.value.code == "CHECKS_NOT_PASSED"
    assert ID_NUMBER not in str(refused.value) and "身份证号" in str(refused.value)
    assert not fresh(draft).live
    assert not AuditRecord.objects.filter(action="publicity.publish_article").exists()


def test_a_published_article_keeps_its_old_version_when_a_new_one_does_not_pass(write) -> None:
    article = write("gov/news", "one", title="Old")
    article.title = f"New {ID_NUMBER}"
    revision = article.save_revision()

    with pytest.raises(ChecksNotPassed):
        revision.publish()

    assert (fresh(article).live, fresh(article).title) == (True, "Old")


def test_whoever_may_lets_exactly_this_text_pass_with_a_reason_that_is_kept_masked(draft) -> None:
    decision = override_checks(article=draft, actor=CHIEF, reason="法院公告，依法公开")

    draft.get_latest_revision().publish()
    changed = fresh(draft)
    changed.body = json.loads(body(f"{ID_NUMBER} again"))
    with pytest.raises(ChecksNotPassed):
        changed.save_revision().publish()

    assert fresh(draft).live
    assert (decision.revision_id, decision.actor_label, decision.reason) == (
        draft.latest_revision_id,
        "演示主编",
        "法院公告，依法公开",
    )
    record = AuditRecord.objects.get(action="publicity.override_checks")
    assert record.after == {"revision": draft.latest_revision_id, "findings": ["id_number: 222***********0045"]}
    assert record.reason == "法院公告，依法公开"
    assert ID_NUMBER not in json.dumps(decision.findings)


@pytest.mark.parametrize(
    ("actor", "reason", "error"),
    [
        (Actor(kind="staff", id="2"), "理由", Refused),
        (CHIEF, "  ", InvalidInput),
        (CHIEF, "理" * 301, InvalidInput),
    ],
)
def test_nobody_lets_it_pass_without_the_permission_or_a_reason(draft, actor, reason, error) -> None:
    with pytest.raises(error):
        override_checks(article=draft, actor=actor, reason=reason)

    assert not CheckDecision.objects.exists()
    with pytest.raises(ChecksNotPassed):
        draft.get_latest_revision().publish()


def test_a_sound_version_needs_nobody_to_let_it_pass(write) -> None:
    with pytest.raises(NothingToOverride):
        override_checks(article=write("gov/news", "one", publish=False), actor=CHIEF, reason="理由")

    assert not CheckDecision.objects.exists()


def test_what_is_found_after_it_was_let_pass_stops_it_again(draft) -> None:
    override_checks(article=draft, actor=CHIEF, reason="理由")
    keep_word(actor=SYSTEM, wrong="title", severity="BLOCKER")

    with pytest.raises(ChecksNotPassed) as refused:
        draft.get_latest_revision().publish()

    assert [one.code for one in refused.value.findings] == ["word_misspelt"]


def test_a_word_counts_from_the_moment_it_is_kept_and_not_after_it_was_dropped(write) -> None:
    word = keep_word(actor=SYSTEM, wrong="Title", right="Headline", severity="BLOCKER")
    with pytest.raises(ChecksNotPassed):
        write("gov/news", "one")
    keep_word(actor=SYSTEM, wrong="Title", right="Headline", severity="WARNING")
    assert write("gov/news", "two").live
    keep_word(actor=SYSTEM, wrong="Title", right="Headline", severity="BLOCKER")

    drop_word(actor=SYSTEM, pk=word.pk)

    assert write("gov/news", "three").live
    assert not ListedWord.objects.exists()


def test_the_dictionary_is_made_ready_once_for_each_version(db, django_assert_num_queries) -> None:
    keep_word(actor=SYSTEM, wrong="成份", right="成分")
    ready = dictionary()

    with django_assert_num_queries(2):
        assert dictionary() is ready

    keep_word(actor=SYSTEM, wrong="份量", right="分量")
    assert [one.wrong for one in dictionary().entries] == ["成份", "份量"]


def test_a_scheduled_version_that_does_not_pass_at_its_time_stays_a_draft_and_the_next_goes_out(write) -> None:
    soon = timezone.now() + timedelta(hours=1)
    held = write("gov/news", "one", go_live_at=soon)
    good = write("gov/news", "two", title="Headline", go_live_at=soon + timedelta(minutes=1))
    keep_word(actor=SYSTEM, wrong="Title", severity="BLOCKER")
    _move_clock(held, good)

    call_command("publish_scheduled")

    assert (fresh(held).live, fresh(good).live) == (False, True)
    decision = CheckDecision.objects.get()
    assert (decision.kind, decision.article_id, decision.revision_id) == ("HELD", held.pk, held.latest_revision_id)
    assert AuditRecord.objects.get(action="publicity.hold_publication").actor_kind == "system"
    waits = [(one.label, one.count) for one in work_that_waits(CHIEF) if one.count]
    assert waits == [("检查未通过、暂缓发布的文章", 1)]
    # Nobody tries the same again every minute.
    call_command("publish_scheduled")
    assert CheckDecision.objects.count() == 1

    override_checks(article=held, actor=CHIEF, reason="理由")
    held.get_latest_revision().publish()
    assert fresh(held).live


def test_a_copy_that_is_published_with_its_original_passes_the_gate_or_is_a_draft(write, sites) -> None:
    article, other = write("gov/news", "one"), write("gov/news", "two", title="Headline")
    keep_word(actor=SYSTEM, wrong="Title", severity="BLOCKER")

    copies = [
        one.copy(to=sites["gov/notices"], keep_live=True, update_attrs={"slug": f"copy-{one.slug}"})
        for one in (article, other)
    ]

    assert [fresh(one).live for one in copies] == [False, True]
    assert AuditRecord.objects.get(action="publicity.hold_copy").object_id == str(copies[0].pk)


def test_nobody_copies_articles_into_publication_on_the_screen(write, sites, django_user_model) -> None:
    article = write("gov/news", "one")
    root = django_user_model.objects.create_superuser("root", password="demo-only-1234")
    given = {
        "new_title": "A copy",
        "new_slug": "copy",
        "new_parent_page": sites["gov/notices"].pk,
        "publish_copies": "on",
    }

    signed_in(root).post(f"/admin/pages/{article.pk}/copy/", given)
    assert not ArticlePage.objects.filter(slug="copy").exists()

    signed_in(root).post(f"/admin/pages/{article.pk}/copy/", given | {"publish_copies": ""})
    assert not ArticlePage.objects.get(slug="copy").live


def test_an_editor_is_told_beside_the_field_and_what_was_typed_stays(office, sites) -> None:
    address = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"

    answer = signed_in(office.editor).post(address, form(ID_NUMBER, **{"action-submit": "1"}))

    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert errors["__all__"] == ["没有提交：有 1 处必须先修改。可先“保存草稿”留住文字。"]
    # The block's own error, as the editor's script reads it.
    assert json.dumps("这里有身份证号")[1:-1] in answer.text and ID_NUMBER in answer.text
    assert not ArticlePage.objects.exists()

    signed_in(office.editor).post(address, form(ID_NUMBER))
    assert ArticlePage.objects.get().current_workflow_state is None


def test_what_was_let_pass_goes_through_the_reviews_where_the_reason_stands(office, sites) -> None:
    add = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"
    signed_in(office.editor).post(add, form(ID_NUMBER))
    article = ArticlePage.objects.get()
    override_checks(article=article, actor=CHIEF, reason="法院公告，依法公开")

    sent = signed_in(office.editor).post(f"/admin/pages/{article.pk}/edit/", form(ID_NUMBER, **{"action-submit": "1"}))

    assert sent.status_code == 302
    assert fresh(article).current_workflow_state is not None
    assert "法院公告，依法公开" in signed_in(office.first).get(f"/admin/pages/{article.pk}/edit/").text


def test_a_reviewer_can_only_return_what_has_come_to_be_stopped(office, sites) -> None:
    add = f"/admin/pages/add/civicnet_publicity/articlepage/{sites['gov/news'].pk}/"
    signed_in(office.editor).post(add, form("Words", **{"action-submit": "1"}))
    article = ArticlePage.objects.get()
    keep_word(actor=SYSTEM, wrong="Words", severity="BLOCKER")
    state = fresh(article).current_workflow_task_state

    offered = [name for name, _label, _modal in state.task.specific.get_actions(fresh(article), office.first)]
    with pytest.raises(ChecksNotPassed):
        state.task.specific.on_action(state, office.first, "approve")

    assert offered == ["reject"]
    assert fresh(article).current_workflow_task_state.status == "in_progress"


def test_hints_are_given_on_what_stands_in_the_form_and_nothing_is_saved(office, sites, draft) -> None:
    client = signed_in(office.editor)
    before = draft.latest_revision_id

    edited = client.post(f"/admin/publicity/articles/checks/{draft.pk}/hints/", form("13912345001", title="")).json()
    new = client.post(f"/admin/publicity/articles/checks/new/{sites['gov/news'].pk}/hints/", form(ID_NUMBER)).json()

    assert [(one["code"], one["field"], one["block"]) for one in edited["findings"]] == [
        ("meta_title_empty", "title", ""),
        ("meta_description_empty", "summary", ""),
        ("mobile_number", "body", "b1"),
        ("meta_keywords_empty", "keywords", ""),
        ("wechat_cover", "image", ""),
    ]
    assert new["findings"][0]["code"] == "id_number"
    assert fresh(draft).latest_revision_id == before
    assert ArticlePage.objects.count() == 1


def test_nobody_is_told_of_a_draft_that_they_may_not_open(office, sites, draft, django_user_model) -> None:
    stranger = django_user_model.objects.create_user("stranger", password="demo-only-1234")
    office.groups["first"].user_set.add(stranger)

    for path in (f"{draft.pk}/", f"{draft.pk}/hints/", f"new/{sites['gov/news'].pk}/hints/"):
        method = "get" if path == f"{draft.pk}/" else "post"
        answer = getattr(signed_in(stranger), method)(f"/admin/publicity/articles/checks/{path}")
        assert answer.status_code in (302, 403, 404)
        assert "身份证" not in answer.text


def test_the_page_of_findings_lets_an_article_pass_for_whoever_may(office, sites, draft, appointed) -> None:
    appointed(office.editor, OVERRIDE_CHECKS)
    path = f"/admin/publicity/articles/checks/{draft.pk}/"
    client = signed_in(office.editor)
    assert "这里有身份证号" in client.get(path).text

    refused = client.post(path, {"reason": " "})
    passed = client.post(path, {"reason": "法院公告"}, follow=True)

    assert refused.status_code == 400
    assert "没有拦下这一版的问题" in passed.text and "法院公告" in passed.text
    assert CheckDecision.objects.get().actor_label == "演示editor"


@pytest.fixture
def appointed(db):
    """Gives somebody a position whose role has a permission."""
    from django.contrib.auth.models import Group, Permission

    from civicnet.access.positions import appoint

    def give(user, *names: str) -> None:
        role = Group.objects.create(name="演示角色")
        for name in names:
            app, codename = name.split(".")
            role.permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
        city = Organisation.objects.first() or Organisation.add_root(name="演示市", code="2224")
        appoint(person=user, role=role, organisation=city, valid_from=date(2026, 1, 1), actor=SYSTEM)

    return give


def _move_clock(*articles: ArticlePage) -> None:
    """As if the moment had come for which these were scheduled."""
    for article in articles:
        revision = article.get_latest_revision()
        past = timezone.now() - timedelta(minutes=1)
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()
