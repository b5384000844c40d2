"""Columns are watched by the rules for government sites: what goes stale when, what comes next, and who is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.access.models import User
from civicnet.contract import InvalidInput, Refused
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.health import problems
from civicnet_publicity.board import column_board
from civicnet_publicity.errors import PlanGone
from civicnet_publicity.freshness import ends, too_slow
from civicnet_publicity.models import ArticlePage, ColumnKind, ColumnPage, HomePage, PlannedArticle, WeeklyDigest
from civicnet_publicity.permissions import WATCH
from civicnet_publicity.selectors.desks import Desk
from civicnet_publicity.services import close_plan, digests, plan_article
from civicnet_publicity.services.digests import send_digests
from civicnet_publicity.waiting import work_that_waits

CITY = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 8, 31, 12, tzinfo=CITY)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("kind", "rhythm", "expected"),
    [
        ("NEWS", "", NOON + 14 * DAY),
        ("SPECIAL", "", NOON + 14 * DAY),
        # Six calendar months, by the city's clock; the last day of a month that is shorter.
        ("NOTICE", "", datetime(2027, 2, 28, 12, tzinfo=CITY)),
        ("DISCLOSURE", "", datetime(2027, 2, 28, 12, tzinfo=CITY)),
        ("DISCLOSURE", "YEARLY", datetime(2027, 8, 31, 12, tzinfo=CITY)),
        ("NEWS", "WEEKLY", NOON + 7 * DAY),
        ("SPECIAL", "NONE", None),
    ],
)
def test_a_column_is_stale_by_its_kind_or_sooner_where_its_editors_expect_more(kind, rhythm, expected) -> None:
    assert ends(kind, rhythm, NOON) == expected


def test_months_are_counted_on_a_clock_that_is_put_back_too(settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    summer, winter = (datetime(2026, month, 26, 12, tzinfo=ZoneInfo("Europe/Berlin")) for month in (6, 12))

    assert ends("NOTICE", "", summer) == winter
    assert ends("NOTICE", "", summer).utcoffset() != summer.utcoffset()


@pytest.mark.parametrize(
    ("kind", "slow"),
    [
        ("NEWS", {"MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY", "NONE"}),
        ("NOTICE", {"YEARLY", "NONE"}),
        ("DISCLOSURE", {"NONE"}),
        ("SPECIAL", set()),
    ],
)
def test_nobody_expects_less_of_a_column_than_the_rules(db, kind, slow) -> None:
    rhythms = ("", "WEEKLY", "FORTNIGHTLY", "MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY", "NONE")

    assert {rhythm for rhythm in rhythms if too_slow(kind, rhythm)} == slow
    for rhythm in slow:
        with pytest.raises(ValidationError):
            ColumnPage(title="x", slug="x", kind=kind, rhythm=rhythm).clean()


def aged(article: ArticlePage, days: int) -> None:
    """As if readers had first seen it so many days ago."""
    ArticlePage.objects.filter(pk=article.pk).update(first_published_at=timezone.now() - days * DAY)


def add_columns(sites: Any, count: int, kind: str = ColumnKind.NEWS) -> list[ColumnPage]:
    home = HomePage.objects.get(pk=sites.gov.root_page_id)
    made = []
    for number in range(count):
        column = ColumnPage(title=f"{kind} {number}", slug=f"{kind.lower()}-{number}", kind=kind)
        made.append(home.add_child(instance=column))
    return made


def test_the_board_says_what_to_publish_next_and_counts_by_the_rules(sites, write) -> None:
    aged(write("gov/news", "old"), 15)
    aged(write("gov/notices", "notice"), 20)
    aged(write("gov/documents", "due", index_number="000014349/2026-00001"), 180)
    # An old article in another place is no update.
    aged(write("gov/notices", "placed", also_in=("party/news",)), 40)
    write("gov/documents", "scheduled", go_live_at=timezone.now() + DAY, index_number="000014349/2026-00002")
    write("party/experience", "begun", publish=False)

    board = column_board(visible=None)

    rows = {f"{row.site} {row.column.title}": row for row in board.rows}
    assert {name: row.state for name, row in rows.items()} == {
        "party.test Experience": "empty",
        "party.test News": "stale",
        "gov.test News": "stale",
        "gov.test Documents": "soon",
        "gov.test Notices": "fresh",
    }
    assert [row.column.title for row in board.next] == ["Experience", "News", "News", "Documents"]
    assert [row.days for row in board.next[1:3]] == [26, 1]
    assert (rows["party.test Experience"].drafts, rows["gov.test Documents"].drafts) == (1, 0)
    assert (rows["gov.test Documents"].is_covered, rows["gov.test Documents"].waits) == (True, False)
    gov, party = sorted(board.sites, key=lambda one: one.name)
    assert [(rule.code, rule.count, rule.limit) for rule in gov.rules] == [
        ("stale", 1, 5), ("neglected", 1, 10), ("empty", 0, 5)
    ]  # fmt: skip
    assert (gov.fails, party.fails, party.is_home_stale) == (True, True, True)


def test_five_stale_ten_neglected_and_five_empty_columns_fail_a_site(sites, write) -> None:
    write("gov/news", "one")
    columns = {column.slug: column for column in add_columns(sites, 5) + add_columns(sites, 5, ColumnKind.SPECIAL)}
    sites.columns |= columns

    def codes() -> set[str]:
        with translation.override("en"):
            return {one.message.split(": ")[1] for one in problems()["publicity"] if one.message.startswith("gov.test")}

    assert codes() == {"12 columns are empty."}
    for slug in columns:
        aged(write(slug, f"in-{slug}"), 15)
    write("gov/notices", "one")
    assert codes() == {
        "5 columns for news, notices or policy are stale.", "10 columns that should be updated are stale."
    }  # fmt: skip
    write("news-0", "fresh")
    ColumnPage.objects.filter(kind=ColumnKind.SPECIAL).update(rhythm="YEARLY")
    assert codes() == set()


def test_the_board_asks_the_same_number_of_times_of_a_hundred_columns(sites, write) -> None:
    write("gov/news", "one")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert column_board(visible=None).rows
        return len(captured)

    few = statements()
    template = ColumnPage.objects.get(pk=sites["gov/news"].pk)
    add_columns(sites, 40)
    PlannedArticle.objects.bulk_create(
        PlannedArticle(column=column, topic="x", due_on=date.today())
        for column in ColumnPage.objects.exclude(pk=template.pk)
    )

    assert statements() == few == 9


def plan(office: Any, column: ColumnPage, **facts: Any) -> PlannedArticle:
    actor = staff_actor(office.editor)
    wanted = {"topic": "Report", "due_on": timezone.localdate() + DAY, "owner": office.editor} | facts
    return plan_article(actor=actor, desk=Desk(actor), column=column, **wanted)


def test_what_is_planned_stands_on_the_board_until_it_is_done_and_with_its_owner_when_it_is_due(office, sites) -> None:
    planned = plan(office, sites["gov/news"])
    actor = staff_actor(office.editor)

    assert [one.topic for one in column_board(visible=None).plans] == ["Report"]
    assert work_that_waits(actor) == []
    PlannedArticle.objects.update(due_on=timezone.localdate())
    assert [(one.label, one.count) for one in work_that_waits(actor)] == [("到期的计划", 1)]

    with pytest.raises(InvalidInput):
        close_plan(actor=actor, desk=Desk(actor), pk=planned.pk, done=True, reason=" ")
    assert [one.topic for one in column_board(visible=None).plans] == ["Report"]
    close_plan(actor=actor, desk=Desk(actor), pk=planned.pk, done=True, reason="In the newspaper")
    assert (column_board(visible=None).plans, work_that_waits(actor)) == ([], [])
    with pytest.raises(PlanGone):
        close_plan(actor=actor, desk=Desk(actor), pk=planned.pk, done=True, reason="Twice")
    told = AuditRecord.objects.filter(action__in=("publicity.plan_article", "publicity.close_plan"))
    assert told.count() == 2


def test_a_plan_that_is_not_theirs_or_says_nothing_is_not_made(office, sites) -> None:
    for column, facts, error in (
        ("party/news", {}, Refused),
        ("gov/news", {"topic": "  "}, InvalidInput),
        ("gov/news", {"topic": "x" * 121}, InvalidInput),
        ("gov/news", {"due_on": date(2020, 1, 1)}, InvalidInput),
        ("gov/news", {"owner": office.first}, InvalidInput),
    ):
        with pytest.raises(error):
            plan(office, sites[column], **facts)

    assert not PlannedArticle.objects.exists()


def test_an_editor_plans_on_the_screen_and_sees_their_own_subtree_alone(office, sites, client) -> None:
    client.force_login(office.editor)
    path = f"/admin/publicity/board/plan/new/{sites['gov/news'].pk}/"
    due = timezone.localdate() + DAY

    refused = client.post(path, {"topic": "", "due_on": ""})
    assert refused.status_code == 400
    assert "<title>“News”的发布计划 - 治理一张网</title>" in refused.text
    answer = client.post(path, {"topic": "Report", "due_on": f"{due}", "owner": office.editor.pk}, follow=True)

    assert "Report" in answer.text
    assert "gov.test" in answer.text
    assert "party.test" not in answer.text
    assert client.get("/admin/publicity/board/file/").text.count("gov.test") == 3
    foreign = plan_article(actor=SYSTEM, desk=Desk(SYSTEM), column=sites["party/news"], topic="Other", due_on=due)
    assert client.get(f"/admin/publicity/board/plan/new/{sites['party/news'].pk}/").status_code == 404
    assert client.get(f"/admin/publicity/board/plan/{foreign.pk}/").status_code == 404
    client.post(f"/admin/publicity/board/plan/{foreign.pk}/drop/")
    assert PlannedArticle.objects.get(pk=foreign.pk).state == "OPEN"


def test_a_digest_goes_once_a_week_to_those_who_watch_and_names_only_their_columns(
    office, sites, staff, monkeypatch
) -> None:
    for name, permissions in (("watcher", [WATCH]), ("other", []), ("nowhere", [WATCH])):
        staff(permissions, "222403001001", username=name).groups.add(office.groups["editors"])
    User.objects.exclude(username="nowhere").update(email=Concat("username", Value("@example.test")))
    plan(office, sites["gov/news"])

    # A mail server that is away costs nobody the digest.
    monkeypatch.setattr(digests.EmailMessage, "send", lambda _letter: 1 / 0)
    assert send_digests() == 0
    monkeypatch.undo()

    # Nor does a process that ends before it has noted that the letter is gone: it goes once more, known by its number.
    def send_and_die(letter: Any) -> None:
        mail.get_connection().send_messages([letter])
        raise KeyboardInterrupt

    monkeypatch.setattr(digests.EmailMessage, "send", send_and_die)
    with pytest.raises(KeyboardInterrupt):
        send_digests()
    monkeypatch.undo()
    assert (send_digests(), send_digests()) == (1, 0)

    first, letter = mail.outbox
    assert first.message()["Message-ID"] == letter.message()["Message-ID"]
    assert letter.to == ["watcher@example.test"]
    assert "gov.test · News" in letter.body
    assert "Report" in letter.body
    assert "party.test" not in letter.body
    assert WeeklyDigest.objects.get().sent_at is not None

    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_given, **_named: date.today() + 7 * DAY)
    assert send_digests() == 1
