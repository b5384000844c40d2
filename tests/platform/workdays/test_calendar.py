"""Working days: as the State Council arranged them, and as somebody entered them where it is not known or was changed."""

from __future__ import annotations

import csv
import html
import io
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from civicnet.access.actors import SYSTEM, staff_actor
from civicnet.contract import Actor, Conflict, InvalidInput, NotFound, Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.calendar_days import CalendarDayResource
from civicnet.exchange.checking import run_check
from civicnet.exchange.services import confirm_job, undo_job, upload_file
from civicnet.exchange.undoing import run_undo
from civicnet.exchange.writing import whole_lines
from civicnet.ledger.models import AuditRecord
from civicnet.lifecycle.generation import generation
from civicnet.lifecycle.snapshot import PerGeneration, read, using
from civicnet.workdays import services
from civicnet.workdays.calendar import WorkCalendar, work_calendar
from civicnet.workdays.coming import missing_year, missing_year_problem, problems
from civicnet.workdays.models import CalendarDay, DayKind
from civicnet.workdays.permissions import KEEP
from civicnet.workdays.services import DayRow, days_between, drop_day, keep_days

BARE = WorkCalendar({})
NOBODY = Actor(kind="staff", id="1", label="演示甲", permissions={})
LIST = "/admin/calendar-days/"


def row(day: str, kind: DayKind = DayKind.OFF, name: str = "演示节") -> DayRow:
    return DayRow(date.fromisoformat(day), kind, name)


@pytest.mark.parametrize(
    ("first", "last", "worked"),
    [
        # Spring Festival of 2025, with the Sunday and the Saturday made up for it.
        ("2025-01-26", "2025-01-27", [True, True]),
        ("2025-01-28", "2025-02-04", [False] * 8),
        ("2025-02-08", "2025-02-09", [True, False]),
        ("2025-09-28", "2025-09-28", [True]),
        ("2025-10-01", "2025-10-08", [False] * 8),
        ("2025-10-11", "2025-10-12", [True, False]),
        # And of 2026.
        ("2026-02-14", "2026-02-14", [True]),
        ("2026-02-15", "2026-02-23", [False] * 9),
        ("2026-02-28", "2026-03-01", [True, False]),
        # Of these years nobody has told: New Year is a Friday in 2027.
        ("2027-01-01", "2027-01-03", [True, False, False]),
        ("2003-10-01", "2003-10-01", [True]),
    ],
)
def test_holidays_are_off_and_the_weekend_days_made_up_for_them_are_worked(first, last, worked):
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [start + timedelta(days=at) for at in range((end - start).days + 1)]

    assert [BARE.is_worked(day) for day in days] == worked


def test_what_was_entered_goes_before_what_the_package_has():
    calendar = WorkCalendar({date(2025, 10, 9): False, date(2025, 10, 1): True, date(2027, 1, 1): False})

    assert calendar.is_worked(date(2025, 10, 1)) and not calendar.is_worked(date(2025, 10, 9))
    assert not calendar.is_worked(date(2027, 1, 1)) and calendar.is_worked(date(2027, 1, 4))
    assert calendar.after(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_a_missing_year_is_told_of_from_december_on_until_its_last_holiday_is_entered():
    begun = WorkCalendar({date(2027, 1, 1): False})
    entered = WorkCalendar({date(2027, 1, 1): False, date(2027, 10, 1): False})

    assert missing_year(date(2026, 11, 30), BARE) is None
    assert missing_year(date(2026, 12, 1), BARE) == missing_year(date(2026, 12, 31), begun) == 2027
    assert missing_year(date(2027, 3, 1), begun) == 2027
    assert missing_year(date(2026, 12, 1), entered) is missing_year(date(2027, 3, 1), entered) is None
    assert missing_year(date(2025, 12, 1), BARE) is None


def test_whoever_answers_for_the_platform_is_told_on_screens_and_by_the_check(db, client, staff, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_given: date(2026, 12, 1))
    client.force_login(staff(["wagtailadmin.access_admin", KEEP, "civicnet_lifecycle.switch_plugin"]))

    with translation.override("en"):
        [problem] = problems()
        [warning] = missing_year_problem(databases=["default"])

    assert str(problem.message).startswith("The public holidays of 2027 are not known here")
    assert (problem.url, problem.serious, warning.id) == (LIST, False, "civicnet.workdays.W001")
    assert missing_year_problem() == []
    assert "系统尚不知道 2027 年的节假日安排" in client.get("/admin/plugins/").content.decode()
    assert f'<a href="{LIST}"><strong>1</strong> 待录入节假日的年份</a>' in client.get("/admin/").content.decode()
    keep_days(rows=[row("2027-10-01")], actor=SYSTEM)
    assert problems() == []
    assert "待录入节假日的年份" not in client.get("/admin/").content.decode()


def test_a_request_reads_the_days_once_however_many_deadlines_it_sets(db):
    keep_days(rows=[row("2027-01-01")], actor=SYSTEM)

    with using(read(None)), transaction.atomic(), CaptureQueriesContext(connection) as asked:
        found = {work_calendar().after(date(2026, 12, 31), 1) for _case in range(400)}

    assert found == {date(2027, 1, 4)}
    assert len([one for one in asked if "civicnet_workdays_calendarday" in one["sql"]]) == 1


def test_what_a_request_has_settled_stays_for_it_and_is_read_anew_by_the_next(db):
    values = iter(range(9))
    once = PerGeneration(lambda: next(values))

    with using(read(None)), transaction.atomic():
        with using(read(None)):
            assert once.settled() == 0
        assert once.settled() == 0
    with using(read(None)), transaction.atomic():
        assert once.settled() == 1
    assert once.settled() == once.settled() == 2


def test_days_are_entered_changed_and_taken_out_with_a_record_and_counted_at_once(db, staff):
    person = staff([KEEP])
    actor = staff_actor(person)
    number = generation()

    assert keep_days(rows=[row("2027-01-01"), row("2027-01-02")], actor=actor)["created"] == 2
    again = keep_days(rows=[row("2027-01-01"), row("2027-01-02", DayKind.WORKED)], actor=actor)

    assert again == {"created": 0, "changed": 1, "unchanged": 1}
    assert work_calendar().entered == {date(2027, 1, 1): False, date(2027, 1, 2): True}
    assert set(CalendarDay.objects.values_list("entered_by", flat=True)) == {person.pk}
    changed = AuditRecord.objects.filter(action="workdays.keep_days").latest("pk")
    assert (changed.before, changed.after) == ({"2027-01-02": "OFF 演示节"}, {"2027-01-02": "WORKED 演示节"})
    drop_day(pk=CalendarDay.objects.get(day="2027-01-02").pk, actor=actor)
    assert work_calendar().entered == {date(2027, 1, 1): False}
    assert AuditRecord.objects.get(action="workdays.drop_day").before == {"2027-01-02": "WORKED 演示节"}
    # So that every process reads it at its next request.
    assert generation() == number + 3


def test_a_refusal_changes_nothing(db):
    keep_days(rows=[row("2027-01-01")], actor=SYSTEM)
    held = list(CalendarDay.objects.values())
    acts = [
        (Refused, lambda: keep_days(rows=[row("2027-01-02")], actor=NOBODY)),
        (Refused, lambda: drop_day(pk=held[0]["id"], actor=NOBODY)),
        (NotFound, lambda: drop_day(pk=held[0]["id"] + 1, actor=SYSTEM)),
        (InvalidInput, lambda: keep_days(rows=[row("2027-01-02"), row("2027-01-03", name=" ")], actor=SYSTEM)),
        (InvalidInput, lambda: keep_days(rows=[row("2027-01-02", name="节" * 41)], actor=SYSTEM)),
    ]

    for error, act in acts:
        with pytest.raises(error), transaction.atomic():
            act()

    assert list(CalendarDay.objects.values()) == held
    for last in (date(2026, 12, 31), date(2027, 2, 1)):
        with pytest.raises(InvalidInput) as refusal:
            days_between(date(2027, 1, 1), last)
        assert refusal.value.field == "last"
    assert len(days_between(date(2027, 1, 1), date(2027, 1, 31))) == 31


def test_of_two_who_enter_the_same_day_at_once_the_second_is_asked_to_look_again(db, client, staff, monkeypatch):
    add_rows = services.add_rows

    def late(**given):
        CalendarDay.objects.create(day="2027-10-02", kind=DayKind.WORKED, name="别人")
        return add_rows(**given)

    monkeypatch.setattr(services, "add_rows", late)
    client.force_login(staff(["wagtailadmin.access_admin", KEEP]))
    given = {"first": "2027-10-01", "last": "2027-10-07", "kind": "OFF", "name": "国庆节"}
    answer = client.post(f"{LIST}new/", given)

    assert answer.status_code == 400 and 'value="国庆节"' in answer.content.decode()
    with pytest.raises(Conflict), transaction.atomic():
        keep_days(rows=[row("2027-10-02")], actor=SYSTEM)
    assert not CalendarDay.objects.exists()


def test_the_screen_enters_a_whole_holiday_and_is_closed_to_others(db, client, staff):
    client.force_login(staff(["wagtailadmin.access_admin", KEEP]))

    refused = client.post(f"{LIST}new/", {"first": "2027-10-07", "last": "2027-10-01", "kind": "OFF", "name": "国庆节"})
    assert refused.status_code == 400
    assert "最后一天不得早于第一天" in refused.content.decode() and not CalendarDay.objects.exists()
    given = {"first": "2027-10-01", "last": "2027-10-07", "kind": "OFF", "name": "国庆节"}
    page = html.unescape(client.post(f"{LIST}new/", given, follow=True).content.decode())
    assert CalendarDay.objects.count() == page.count("国庆节") == 7
    assert "节假日已知至" in page
    last = CalendarDay.objects.get(day="2027-10-07")
    client.post(f"{LIST}{last.pk}/", {"kind": "WORKED", "name": "国庆节调休"})
    assert CalendarDay.objects.get(pk=last.pk).kind == "WORKED"
    assert f"{LIST}{last.pk}/drop/" in client.get(f"{LIST}{last.pk}/").content.decode()
    client.post(f"{LIST}{last.pk}/drop/")
    assert CalendarDay.objects.count() == 6

    client.force_login(staff(["wagtailadmin.access_admin"], username="other"))
    for address in (LIST, f"{LIST}new/", f"{LIST}{CalendarDay.objects.first().pk}/"):
        assert client.get(address).status_code in (302, 403)


def test_a_year_comes_as_a_sheet_goes_out_as_it_came_and_is_taken_back(db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    keep_days(rows=[row("2027-01-01", DayKind.WORKED)], actor=SYSTEM)
    sheet = [["日期", "安排", "名称"], ["2027-01-01", "放假", "元旦"], ["2027-02-20", "上班", "春节调休"]]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(sheet)
    file = io.BytesIO(text.getvalue().replace("上班", "班").encode())
    job = upload_file(resource=CalendarDayResource.key, file=file, name="2027.csv", actor=SYSTEM)
    run_check(job.pk)
    job.refresh_from_db()

    run_apply(confirm_job(job=job, actor=SYSTEM).pk)

    assert (job.kinds, work_calendar().entered) == (
        {"CHANGED": 1, "NEW": 1},
        {date(2027, 1, 1): False, date(2027, 2, 20): True},
    )
    assert [list(line) for line in whole_lines(CalendarDayResource(), SYSTEM)] == sheet
    number = generation()
    job.refresh_from_db()
    run_undo(undo_job(job=job, actor=SYSTEM).pk)
    assert work_calendar().entered == {date(2027, 1, 1): True}
    assert generation() > number
