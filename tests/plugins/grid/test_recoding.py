"""Rosters and lists of grids after a recoding, a merger and a closure: the same people, the same grids, and none twice."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from stdnum.cn import ric

from civicnet.access.actors import SYSTEM
from civicnet.access.models import Organisation
from civicnet.access.organisation_changes import close_organisation, rename_organisation
from civicnet.access.organisation_moves import merge_organisation
from civicnet.contract import Actor, CivicNetError, Refused
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.models import ImportJob
from civicnet.exchange.selectors import findings, sentence
from civicnet.exchange.services import confirm_job, upload_file
from civicnet.exchange.writing import export, whole_lines
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.resources import RosterResource
from civicnet_grid.roster import RosterResult, RosterRow
from civicnet_grid.services import GridRow, apply_roster, keep_grids, open_grid

OLD, NEW, OTHER = "222403001001", "222403001009", "222403001002"
FIRST = f"{OLD}001"
DAY = date(2026, 1, 1)
HEAD = ["社区代码", "网格编号", "岗位", "AB岗", "姓名", "性别", "身份证号", "联系电话", "政治面貌", "任职时间"]
UNCHANGED = RosterResult(created=0, changed=0, unchanged=1)


def id_number(person: int) -> str:
    body = f"99999919800101{person * 2:03d}"
    return body + ric.calc_check_digit(f"{body}0")


def line(person: int, community: str, grid: str, **given: str) -> list[str]:
    cells = [community, grid, "三级网格员", "A", f"演示{person}", "女", id_number(person), f"1400000{person:04d}"]
    return list((dict(zip(HEAD, [*cells, "群众", "2023-06-30"], strict=True)) | given).values())


def person_in(community: str, grid: str, *, person: int = 1, **given: str) -> RosterRow:
    row = RosterRow(
        row=person,
        organisation_code=community,
        grid_code=grid,
        level=3,
        duty="A",
        name=f"演示{person}",
        sex="F",
        id_number=id_number(person),
        phone=f"1400000{person:04d}",
        political_status="群众",
        since=date(2023, 6, 30),
    )
    return row._replace(**given)


def grid_row(code: str, name: str = "演示网格") -> GridRow:
    return GridRow(row=2, code=code, name=name, kind="COMPREHENSIVE", households=None, valid_from=None)


def check(lines: list[list[str]], resource: str = "grid.roster", actor: Actor = SYSTEM) -> ImportJob:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    file = io.BytesIO(text.getvalue().encode())
    job = upload_file(resource=resource, file=file, name="sheet.csv", actor=actor)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def applied(lines: list[list[str]], resource: str = "grid.roster") -> ImportJob:
    job = confirm_job(job=check(lines, resource), actor=SYSTEM)
    run_apply(job.pk)
    job.refresh_from_db()
    return job


def found(job: ImportJob) -> list[tuple[str, str]]:
    return [(one.column, one.code) for one in findings(job)]


def told(job: ImportJob) -> list[str]:
    with translation.override("zh-hans"):
        return [sentence(one, job) for one in findings(job)]


def held() -> tuple[list, list, list]:
    """All that a sheet can touch."""
    return (
        list(Grid.objects.order_by("code").values_list("code", "name", "organisation__code")),
        list(Worker.objects.order_by("pk").values_list("name", "phone_index", "organisation__code")),
        list(Post.objects.order_by("pk").values_list("grid__code", "worker__name", "valid_from", "valid_to")),
    )


@pytest.fixture
def served(enabled, city: dict[str, Organisation], settings, tmp_path) -> dict[str, Organisation]:
    """The city, with person 1 serving in the first grid of one community."""
    enabled("grid")
    settings.MEDIA_ROOT = str(tmp_path)
    apply_roster(rows=[person_in(OLD, FIRST)], actor=SYSTEM)
    return city


@pytest.fixture
def recoded(served: dict[str, Organisation]) -> Organisation:
    """That community with another code."""
    return recode(served[OLD], NEW)


@pytest.fixture
def merged(served: dict[str, Organisation]) -> Organisation:
    """The community in which that one went up."""
    return merge(served)


@pytest.fixture
def community(request, served: dict[str, Organisation]) -> Organisation:
    """Whoever serves the first grid after what happened: a recoding, a merger, or first the one and then the other."""
    if request.param != "merged":
        served[OLD] = recode(served[OLD], NEW)
    return served[OLD] if request.param == "recoded" else merge(served)


def merge(city: dict[str, Organisation]) -> Organisation:
    return merge_organisation(source=city[OLD], into=city[OTHER], day=DAY, actor=SYSTEM, reason="社区合并")


def recode(community: Organisation, code: str) -> Organisation:
    return rename_organisation(
        organisation=community, name=community.name, code=code, day=DAY, actor=SYSTEM, reason="区划调整"
    )


@pytest.mark.parametrize("community", ["recoded", "merged", "both"], indirect=True)
def test_somebody_new_in_a_grid_on_file_may_be_written_with_the_old_codes(community):
    job = check([HEAD, line(7, OLD, FIRST, AB岗="B")])

    assert (job.state, job.kinds) == ("CHECKED", {"NEW": 1})


@pytest.mark.parametrize("community", ["recoded", "merged", "both"], indirect=True)
def test_what_goes_out_after_a_recoding_and_a_merger_comes_back_unchanged(community):
    roster = list(whole_lines(RosterResource(), SYSTEM))
    grids = export(resource="grid.grids", format="csv", actor=SYSTEM).read().decode("utf-8-sig")

    assert [row[2:5] for row in roster[1:]] == [[community.name, community.code, FIRST]]
    for job in (check(roster), check([*csv.reader(io.StringIO(grids))], "grid.grids")):
        assert (job.kinds, found(job)) == ({"UNCHANGED": 1}, [])


@pytest.mark.parametrize(
    ("community", "code", "grid", "notes"),
    [
        ("recoded", NEW, FIRST, []),
        ("recoded", OLD, FIRST, [("社区代码", "present_code")]),
        ("recoded", "", FIRST, [("社区代码", "derived_from_grid_code")]),
        ("recoded", NEW, f"{NEW}001", [("网格编号", "present_grid_code")]),
        ("recoded", OLD, f"{NEW}001", [("社区代码", "present_code"), ("网格编号", "present_grid_code")]),
        ("merged", OTHER, FIRST, []),
        ("merged", OLD, FIRST, [("社区代码", "present_code")]),
        ("both", OLD, FIRST, [("社区代码", "present_code")]),
        ("both", NEW, f"{NEW}001", [("社区代码", "present_code"), ("网格编号", "present_grid_code")]),
    ],
    indirect=["community"],
)
def test_whichever_code_a_sheet_says_it_finds_the_same_community_and_the_same_grid(community, code, grid, notes):
    before = held()

    job = check([HEAD, line(1, code, grid)])
    assert (job.kinds, found(job)) == ({"UNCHANGED": 1}, notes)
    assert apply_roster(rows=[person_in(code or OLD, grid)], actor=SYSTEM) == UNCHANGED
    assert keep_grids(rows=[grid_row(grid, before[0][0][1])], actor=SYSTEM)["unchanged"] == 1
    assert held() == before


def test_a_row_that_says_an_old_code_changes_what_it_changes_and_nothing_else(merged):
    job = applied([HEAD, line(1, OLD, FIRST, 姓名="演示改"), line(2, OLD, FIRST, AB岗="B")])

    assert (job.kinds, job.result) == ({"CHANGED": 1, "NEW": 1}, {"created": 1, "changed": 1, "unchanged": 0})
    # Whoever came with the grid stays on the record of the one that closed; nobody new is put down to that.
    assert list(Worker.objects.order_by("pk").values_list("name", "organisation__code")) == [
        ("演示改", OLD),
        ("演示2", OTHER),
    ]
    assert list(Grid.objects.values_list("code", "organisation__code")) == [(FIRST, OLD)]
    assert check(list(whole_lines(RosterResource(), SYSTEM))).kinds == {"UNCHANGED": 2}


@pytest.mark.parametrize("community", ["recoded", "merged"], indirect=True)
def test_only_a_new_grid_has_to_begin_with_the_present_code_of_its_community(community):
    before, present = held(), community.code

    job = check([HEAD, line(2, OLD, f"{OLD}007")])
    lists = check([["网格编号", "网格名称"], [f"{OLD}007", "七"]], "grid.grids")
    assert found(job) == [("网格编号", "code_given_up")]
    expected = f"没有这个编号的网格；新设网格的编号须以所属社区（村）的现行代码开头：{present}（{community.name}）。"
    assert told(job) == told(lists) == [expected]
    for refused in refusals(OLD, f"{OLD}007"):
        assert (refused.code, present in str(refused)) == ("GRID_CODE_INVALID", True)
    assert held() == before

    assert applied([HEAD, line(2, present, f"{present}007")]).kinds == {"NEW": 1}
    assert Grid.objects.get(code=f"{present}007").organisation == community
    assert keep_grids(rows=[grid_row(f"{present}008")], actor=SYSTEM)["created"] == 1


def refusals(community: str, grid: str) -> list[CivicNetError]:
    """What the services of rosters and of lists of grids say to it."""
    caught = []
    for act in (
        lambda: apply_roster(rows=[person_in(community, grid, person=2)], actor=SYSTEM),
        lambda: keep_grids(rows=[grid_row(grid)], actor=SYSTEM),
    ):
        with pytest.raises(CivicNetError) as refused:
            act()
        caught.append(refused.value)
    return caught


def test_a_community_that_closed_takes_no_roster_and_no_grid(served):
    close_organisation(organisation=served[OTHER], day=DAY, actor=SYSTEM, reason="撤销")
    before, grid = held(), f"{OTHER}001"

    job = check([HEAD, line(2, OTHER, grid), line(3, "", grid), line(4, OTHER, FIRST)])
    lists = check([["网格编号", "网格名称"], [grid, "一"]], "grid.grids")

    assert found(job) == [(column, "organisation_closed") for column in ("社区代码", "网格编号", "社区代码")]
    name = served[OTHER].name
    expected = f"{name}已于2026-01-01撤销，没有社区（村）接管。请改填现在负责这一片的社区（村）。"
    assert {*told(job), *told(lists)} == {expected}
    assert [one.code for one in refusals(OTHER, grid)] == ["ORGANISATION_CLOSED", "GRID_CODE_INVALID"]
    with pytest.raises(CivicNetError) as refused:
        open_grid(organisation=Organisation.objects.get(code=OTHER), code=grid, name="一", actor=SYSTEM)
    assert refused.value.code == "ORGANISATION_CLOSED"
    assert held() == before


def test_a_code_that_may_mean_several_grids_is_a_fault_and_no_guess(recoded):
    open_grid(organisation=recoded, code=f"{NEW}001", name="另一", actor=SYSTEM)
    last = recode(recoded, "222403001010")
    before, either = held(), f"{last.code}001"

    job = check([HEAD, line(1, last.code, either)])

    assert found(job) == found(check([["网格编号", "网格名称"], [either, "一"]], "grid.grids"))
    assert told(job) == [f"这个编号可能指多个网格：{FIRST}, {NEW}001。请填写所指网格的编号。"]
    assert [one.code for one in refusals(last.code, either)] == ["GRID_CODE_INVALID"] * 2
    assert held() == before


def test_a_grid_of_another_community_is_not_taken_along_by_its_serial(merged):
    """Both communities had a first grid, and the code of the one that closed leads to the other."""
    open_grid(organisation=merged, code=f"{OTHER}001", name="一", actor=SYSTEM)

    assert check([HEAD, line(1, OLD, FIRST)]).kinds == {"UNCHANGED": 1}
    assert apply_roster(rows=[person_in(OTHER, f"{OTHER}001")], actor=SYSTEM).changed == 1
    moved = Worker.objects.get()
    assert (moved.organisation, moved.posts.get(valid_to=None).grid.code) == (merged, f"{OTHER}001")


@pytest.mark.parametrize("community", ["recoded", "merged"], indirect=True)
def test_an_old_code_opens_nobody_elses_area(community, actor):
    """Who answers for the community that a code means today may say it, and nobody else."""
    rights = ["civicnet_exchange.add_importjob", "civicnet_grid.import_roster", "civicnet_grid.add_grid"]
    elsewhere, before = actor(rights, "222403100"), held()

    for lines, resource in (
        ([HEAD, line(1, OLD, FIRST)], "grid.roster"),
        ([["网格编号", "网格名称"], [FIRST, "改"]], "grid.grids"),
    ):
        assert "out_of_scope" in [code for _column, code in found(check(lines, resource, elsewhere))]
    with pytest.raises(Refused):
        apply_roster(rows=[person_in(OLD, FIRST, name="改")], actor=elsewhere)
    with pytest.raises(Refused):
        keep_grids(rows=[grid_row(FIRST, "改")], actor=elsewhere)
    assert held() == before


def test_old_codes_take_no_more_statements_for_more_rows(recoded):
    counted = []
    for people, community in ((range(2, 4), OLD), (range(4, 30), OLD)):
        rows = [person_in(community, FIRST, person=person)._replace(duty=None) for person in people]
        with CaptureQueriesContext(connection) as statements:
            apply_roster(rows=rows, actor=SYSTEM)
        counted.append(len(statements))

    assert counted[1] <= counted[0]
