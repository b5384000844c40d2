"""The urgent path with what is made up after it, and the sheet that is sealed, shown, taken out and never changed."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core import checks
from django.utils import timezone
from pypdf import PdfReader
from test_reviews import (
    ALL,
    STEPS,
    act,
    decide,
    decide_in_the_editor,
    form,
    fresh,
    open_review,
    person,
    signed_in,
    submit,
)

from civicnet.access.actors import staff_actor
from civicnet.contract import InvalidInput, NotFound, Refused
from civicnet.ledger.models import AppendOnlyError, AuditRecord
from civicnet_publicity.errors import AlreadyDecided, NotInReview, OwnText
from civicnet_publicity.models import ApprovalSheet, MadeUpStep, UrgentPath
from civicnet_publicity.permissions import ALLOW_URGENT, SEE_SHEETS, TAKE_SHEETS
from civicnet_publicity.selectors.approvals import is_intact, visible_sheets
from civicnet_publicity.services import allow_urgent, make_up, take_sheet
from civicnet_publicity.sheet_fonts import font_problems, found_font, missing_font
from civicnet_publicity.sheet_pdf import pdf_of
from civicnet_publicity.sheet_type import _typeface
from civicnet_publicity.waiting import work_that_waits


def read(pdf):
    """The text of a PDF as whoever copies it gets it, and the fonts that it carries with it."""
    pages = PdfReader(BytesIO(pdf)).pages
    fonts = [one.get_object() for page in pages for one in page["/Resources"]["/Font"].values()]
    carried = {one["/BaseFont"] for one in fonts if "/FontFile2" in one.get("/FontDescriptor", {})}
    return "".join(page.extract_text() for page in pages), carried


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
    # What else a browser sends along is nothing that Wagtail hears of.
    decide_in_the_editor(person(chief), article, "approve_urgent", comment="已核对", update=False)
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
    for forbidden in (sheet.save, sheet.delete, ApprovalSheet.objects.delete, ApprovalSheet.objects.all().update):
        with pytest.raises(AppendOnlyError):
            forbidden()
    assert is_intact(sheet)

    shown = signed_in(office.editor).get(f"/admin/publicity/sheets/{sheet.pk}/").text
    assert "日期有误" in shown and "下载 PDF" not in shown
    file = signed_in(person(chief)).get(f"/admin/publicity/sheets/{sheet.pk}/pdf/")
    assert file["Content-Type"] == "application/pdf"
    told, _fonts = read(b"".join(file.streaming_content))
    assert "同意" in told and "新标题" in told
    assert AuditRecord.objects.get(action="publicity.take_sheet").actor_label == chief.label

    changed = json.loads(json.dumps(sheet.facts))
    changed["steps"][1]["by"] = "他人"
    ApprovalSheet._base_manager.update(facts=changed)
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


def made(title):
    """A sheet that nothing is known of but its title, as PDF."""
    facts = {"title": title, "column": "演示", "index_number": "", "authors": [], "workflow": "", "version": 1}
    facts |= {"asked": {"by": "演示甲", "at": ""}, "steps": [], "let_pass": [], "urgent": None}
    sheet = ApprovalSheet(pk=1, title=title, facts=facts, digest="0" * 64, sealed_at=timezone.now())
    return read(pdf_of(sheet, [], intact=True).read())


@pytest.mark.only_on("sqlite")
@pytest.mark.skipif(not found_font(), reason="no Chinese font to embed here (Debian: fonts-wqy-microhei)")
def test_a_sheet_carries_its_type_with_it_and_sets_what_that_lacks_in_another(settings):
    told, carried = made("镕：Rain <2026> & 同意")

    assert "镕：Rain <2026> & 同意" in told
    assert len(carried) == 1 and "+" in carried.pop()
    assert missing_font() == font_problems() == []
    settings.CIVICNET_PDF_FONT = found_font()
    assert font_problems() == []
    # A sign of Hangul that no Chinese font has.
    assert "同意" in made("\ud7a3同意")[0]


@pytest.mark.only_on("sqlite")
@pytest.mark.skipif(not found_font(), reason="no Chinese font to embed here (Debian: fonts-wqy-microhei)")
def test_a_font_may_have_any_name_and_one_that_is_damaged_is_as_good_as_none(settings, monkeypatch, tmp_path):
    monkeypatch.setattr("civicnet_publicity.sheet_type._typeface", _typeface.__wrapped__)
    font, damaged = Path(found_font()).read_bytes(), tmp_path / "damaged.ttc"
    (tmp_path / "Helvetica.ttc").write_bytes(font)
    damaged.write_bytes(font.replace(b"hhea", b"none"))

    settings.CIVICNET_PDF_FONT = str(tmp_path / "Helvetica.ttc")
    told, carried = made("同意")
    assert "同意" in told and len(carried) == 1
    settings.CIVICNET_PDF_FONT = str(damaged)
    told, carried = made("同意")
    assert "同意" in told and not carried
    assert [one.id for one in font_problems()] == ["civicnet.publicity.E001"]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("named", ["", "/nowhere/font.ttf", __file__])
def test_without_a_font_to_embed_a_sheet_is_set_in_what_readers_bring_along(settings, monkeypatch, named):
    monkeypatch.setattr("civicnet_publicity.sheet_fonts.PLACES", ("/nowhere/else.ttf",))
    monkeypatch.setattr("civicnet_publicity.sheet_type._typeface", _typeface.__wrapped__)
    settings.CIVICNET_PDF_FONT = named

    told, carried = made("Rain 2026 同意 𠮷")

    assert "同意" in told and "Rain 2026" in told and "[U+20BB7]" in told
    assert not carried
    assert [one.id for one in missing_font()] == ([] if named else ["civicnet.publicity.I001"])
    problems = [(one.id, one.level) for one in font_problems()]
    assert problems == ([("civicnet.publicity.E001", checks.ERROR)] if named else [])
