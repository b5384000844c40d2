"""The dictionary, the list of leaders, the answers of links: kept by who may, recorded, never asked where they must not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.utils import timezone
from sheets import applied, checked, faults, table

from civicnet.contract import Actor, InvalidInput, Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.resource import TypedRow
from civicnet.exchange.services import confirm_job, undo_job
from civicnet.exchange.spool import CHUNKS
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.writing import export
from civicnet.ledger.models import AuditRecord
from civicnet_publicity.models import Leader, LinkAnswer, ListedWord
from civicnet_publicity.permissions import KEEP_WORDS
from civicnet_publicity.services import (
    ask_addresses,
    ask_again,
    drop_leader,
    keep_leader,
    keep_start_set,
    keep_word,
)
from civicnet_publicity.word_sheets import LeaderResource, WordResource

KEEPER = Actor(kind="staff", id="1", label="演示词库员", permissions=frozenset({KEEP_WORDS}))
NOBODY = Actor(kind="staff", id="2", label="演示编辑")


def test_a_word_is_kept_with_a_record_of_what_stood_there_before(db) -> None:
    keep_word(actor=KEEPER, wrong="成份", right="成分", exceptions="三成份额\n\n")
    keep_word(actor=KEEPER, wrong="成份", right="成分", exceptions="三成份额", severity="BLOCKER")
    keep_word(actor=KEEPER, wrong="成份", right="成分", exceptions="三成份额", severity="BLOCKER")

    word = ListedWord.objects.get()
    assert (word.right, word.exceptions, word.severity) == ("成分", "三成份额", "BLOCKER")
    records = AuditRecord.objects.filter(action="publicity.keep_word").order_by("pk")
    assert [(one.before.get("severity"), one.after["severity"]) for one in records] == [
        (None, "WARNING"),
        ("WARNING", "BLOCKER"),
    ]


@pytest.mark.parametrize(
    ("actor", "given", "error"),
    [
        (NOBODY, {"wrong": "成份"}, Refused),
        (KEEPER, {"wrong": " "}, InvalidInput),
        (KEEPER, {"wrong": "成分", "right": "成分"}, InvalidInput),
        (KEEPER, {"wrong": "成份", "exceptions": "别的词"}, InvalidInput),
        (KEEPER, {"wrong": "成" * 61}, InvalidInput),
        (KEEPER, {"wrong": "成份", "severity": "WORSE"}, InvalidInput),
    ],
)
def test_what_is_no_word_is_refused_and_nothing_is_kept(db, actor, given, error) -> None:
    with pytest.raises(error):
        keep_word(actor=actor, **given)

    assert not ListedWord.objects.exists()
    assert not AuditRecord.objects.exists()


def test_the_start_set_names_its_sources_and_leaves_what_the_office_has_kept(db) -> None:
    keep_word(actor=KEEPER, wrong="成份", right="成分", source="本单位")

    added = keep_start_set(actor=KEEPER)

    assert added == ListedWord.objects.count() - 1 > 150
    assert ListedWord.objects.get(wrong="成份").source == "本单位"
    assert not ListedWord.objects.filter(source="").exists()
    assert not ListedWord.objects.exclude(kind="MISSPELT").exists()
    assert keep_start_set(actor=KEEPER) == 0
    with pytest.raises(Refused):
        keep_start_set(actor=NOBODY)


def test_a_leader_cannot_end_before_they_begin(db) -> None:
    today = timezone.localdate()

    with pytest.raises(InvalidInput):
        keep_leader(actor=KEEPER, name="演示甲", title="市长", order=1, since=today, until=today - timedelta(days=1))
    with pytest.raises(Refused):
        keep_leader(actor=NOBODY, name="演示甲", title="市长", order=1)
    assert not Leader.objects.exists()

    leader = keep_leader(actor=KEEPER, name="演示甲", title="市长", order=1)
    keep_leader(actor=KEEPER, pk=leader.pk, name="演示甲", title="市长", order=2)
    assert list(Leader.objects.values_list("order", flat=True)) == [2]
    drop_leader(actor=KEEPER, pk=leader.pk)
    assert AuditRecord.objects.get(action="publicity.drop_leader").before == {"entry": "市长 演示甲"}


@pytest.mark.parametrize(
    ("resource", "cells"),
    [
        (
            WordResource,
            {"wrong": "成份", "right": "成分", "kind": "错别字", "severity": "必须改", "exceptions": "三成份额|两成份额",
             "reason": "", "source": "本单位"},
        ),
        (LeaderResource, {"name": "演示甲", "title": "市长", "order": "1", "since": "2026-01-01", "until": ""}),
    ],
)  # fmt: skip
def test_a_sheet_goes_in_and_comes_out_as_it_was(db, resource, cells) -> None:
    sheet = resource()
    draft = sheet.read(2, cells)
    sheet.check_row(draft, KEEPER)
    assert not draft.is_faulty

    sheet.apply([TypedRow(2, draft.values)], KEEPER)
    sheet.apply([TypedRow(2, draft.values)], KEEPER)

    (row,) = sheet.rows_to_export(KEEPER)
    assert {name: column.export(row) for name, column in sheet.fields.items()} == cells
    assert list(sheet.rows_to_export(NOBODY)) == []


def test_what_was_typed_with_wide_blanks_is_found_again_by_its_own_sheet(importing) -> None:
    keeper = importing("civicnet_exchange.add_importjob", KEEP_WORDS)
    keep_leader(actor=KEEPER, name=" 演示\u3000甲", title="市长  兼书记", order=1)
    keep_word(actor=KEEPER, wrong="成\u3000份", right="成分", reason="两处  空格")

    for resource in ("publicity.leaders", "publicity.words"):
        file = export(resource=resource, format="csv", actor=keeper)
        assert checked(file.read(), keeper, resource=resource).kinds == {"UNCHANGED": 1}


def test_an_import_of_words_tells_new_ones_from_changed_ones(importing) -> None:
    keeper = importing("civicnet_exchange.add_importjob", KEEP_WORDS)
    keep_word(actor=keeper, wrong="渡假", right="度假")
    row = {"词语": "渡假", "应改为": "度假", "类别": "错别字", "程度": "必须改"}

    job = applied(table([row, row | {"词语": "震憾", "应改为": "震撼"}]), keeper, resource="publicity.words")

    assert job.result == {"created": 1, "changed": 1}
    assert set(ListedWord.objects.values_list("wrong", "severity")) == {("渡假", "BLOCKER"), ("震憾", "BLOCKER")}


WORD = {"词语": "渡假", "应改为": "度假", "类别": "错别字", "程度": "应核对"}
LEADER = {"姓名": "演示甲", "职务": "市长", "排序": "1", "任职起": "2026-01-01", "任职止": ""}
SHEETS = [
    ("publicity.words", ListedWord, "wrong", WORD, {"程度": "必须改"}, {"词语": "震憾"}),
    ("publicity.leaders", Leader, "name", LEADER, {"任职起": "2026-03-01", "任职止": "2027-03-01"}, {"姓名": "演示乙"}),
]


@pytest.mark.parametrize(("resource", "model", "name", "row", "changed", "other"), SHEETS)
def test_a_sheet_is_taken_back_and_goes_in_whole_or_not_at_all(
    importing, monkeypatch, resource, model, name, row, changed, other
) -> None:
    for vendor in CHUNKS:
        monkeypatch.setitem(CHUNKS, vendor, 1)
    keeper = importing("civicnet_exchange.add_importjob", KEEP_WORDS)
    applied(table([row]), keeper, resource=resource)
    fields = [one.name for one in model._meta.fields if one.name != "changed_at"]
    before = list(model.objects.values(*fields))

    job = applied(table([row | changed, row | other]), keeper, resource=resource)
    assert (job.result, model.objects.count()) == ({"created": 1, "changed": 1}, 2)
    undo_job(job=job, actor=keeper)
    run_undo(job.pk)
    job.refresh_from_db()
    assert job.undone == {"restored": 1, "removed": 1, "left": 0}
    assert list(model.objects.values(*fields)) == before

    job = checked(table([row | changed, row | other | changed]), keeper, resource=resource)
    confirm_job(job=job, actor=keeper, all_or_nothing=True)
    applied(table([row | other]), keeper, resource=resource)
    run_apply(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("UNDOING", "ROWS_CHANGED")
    run_undo(job.pk)
    # The one that was there stands as it stood, and so does what somebody put in meanwhile.
    assert list(model.objects.filter(**{name: before[0][name]}).values(*fields)) == before
    assert model.objects.count() == 2


def test_a_leader_whose_time_ends_before_it_begins_is_a_fault_of_its_row(importing) -> None:
    keeper = importing("civicnet_exchange.add_importjob", KEEP_WORDS)
    late = LEADER | {"姓名": "演示乙", "任职起": "2026-01-02", "任职止": "2026-01-01"}

    job = checked(table([LEADER, late, LEADER | {"姓名": "演示丙", "排序": "0"}]), keeper, resource="publicity.leaders")

    assert faults(job) == [(3, "任职止", "ends_before_it_begins"), (4, "排序", "number_limits")]
    confirm_job(job=job, actor=keeper)
    run_apply(job.pk)
    assert list(Leader.objects.values_list("name", flat=True)) == ["演示甲"]


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """A site that knows one page, and what it was asked for."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response({"/here": 200, "/moved": 302, "/closed": 403}.get(self.path, 404))
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_links_are_asked_and_what_they_answer_is_kept(db, settings, site) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    root, asked = site
    long_ago = timezone.now() - timedelta(days=8)

    failed = ask_addresses([f"{root}/{name}" for name in ("here", "moved", "closed", "gone")], now=long_ago)

    answers = {one.url.removeprefix(root): (one.status, one.failure) for one in LinkAnswer.objects.all()}
    assert answers == {"/here": (200, ""), "/moved": (302, ""), "/closed": (403, ""), "/gone": (404, "STATUS")}
    assert failed == 1
    assert ask_again() == 1
    assert sorted(asked) == sorted(["/here", "/moved", "/closed", "/gone"] * 2)
    assert ask_again() == 0


def test_no_address_inside_is_asked(db, settings, site) -> None:
    settings.CIVICNET_WEBHOOK_NETWORKS = []
    root, asked = site

    ask_addresses(
        [f"{root}/here", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "file:///etc/passwd"]
    )

    assert asked == []
    assert set(LinkAnswer.objects.values_list("failure", flat=True)) == {"ADDRESS"}
