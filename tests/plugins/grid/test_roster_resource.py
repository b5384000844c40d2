"""The roster resource: what becomes of each row, on our own messy workbook everywhere, and on the shared one where it is."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from uuid import UUID
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from python_calamine import load_workbook
from stdnum.cn import ric

from civicnet.access.actors import SYSTEM, client_actor, staff_actor
from civicnet.access.clients import create_client
from civicnet.access.organisations import Division, load_divisions
from civicnet.exchange.applying import run_apply
from civicnet.exchange.checking import run_check
from civicnet.exchange.headings import find_headings
from civicnet.exchange.models import Finding
from civicnet.exchange.preview import preview_rows
from civicnet.exchange.selectors import findings, sentence
from civicnet.exchange.services import confirm_job, upload_file
from civicnet.exchange.templates import template
from civicnet.exchange.uploads import keep_upload, start_import
from civicnet.exchange.writing import export
from civicnet_grid.models import Grid, Post, Worker
from civicnet_grid.resources import RosterResource

# Development data lie beside the project, and only where the project is developed.
SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
CLERK = [
    "civicnet_exchange.add_importjob",
    "civicnet_grid.import_roster",
    "civicnet_grid.view_worker",
    "civicnet_grid.view_post",
]
HEADINGS = ["序号", "街道\n（乡镇）", "社区(村) ", "社区代码", "网格编号", "岗 位", "姓　名", "性别", "身份证号码"]
HEADINGS += ["联系电话", "政治面貌", "任职时间", "备注", "AB岗"]
PLACE = ["渤海街道", "红旗社区", "222403001001", "222403001001001"]


def id_number(person: int, *, male: bool = False) -> str:
    body = f"99999919800101{person * 2 + male:03d}"
    return body + ric.calc_check_digit(f"{body}0")


def line(person: int, **given) -> list:
    """A good row about person so-and-so; ``given`` replaces cells by the names of the resource's columns."""
    cells = dict(zip(["serial", "township", "community", "community_code", "grid_code"], [person, *PLACE], strict=True))
    cells |= {"post": "三级网格员", "name": f"演示{person}", "sex": "女", "id_number": id_number(person)}
    cells |= {
        "phone": f"1400000{person:04d}",
        "political_status": "群众",
        "since": "2023-06-30",
        "remark": "",
        "duty": "",
    }
    return list((cells | given).values())


MESSY = [
    (line(1, post="一级网格长"), None),
    (line(2, post="二级网格员", duty="A"), None),
    (line(3, name="演示　三"), ("姓名", "normalised", "full_width_space")),
    (line(4, phone="140-0000-0004"), ("联系电话", "normalised", "separators")),
    (line(5, phone="１４００００００００５"), ("联系电话", "normalised", "full_width_digits")),
    (line(6, phone=14000000006), ("联系电话", "normalised", "number_cell")),
    (line(7, id_number=9.9999919800101e17), ("身份证号", "fault", "precision_lost")),
    (
        line(8, id_number=f"{id_number(8)[:17]}{(int(id_number(8)[17], 16) + 1) % 10}"),
        ("身份证号", "fault", "checksum"),
    ),
    (line(9, id_number=f"{id_number(9)} "), ("身份证号", "normalised", "case_or_space")),
    (line(10, since=datetime(2023, 6, 30)), ("任职时间", "normalised", "date_cell")),
    (line(11, since="2023.06"), ("任职时间", "normalised", "month_precision")),
    (line(12, phone="1400000001"), ("联系电话", "fault", "phone_length")),
    (line(13, community="", community_code=""), ("社区代码", "normalised", "derived_from_grid_code")),
    (line(14, id_number=id_number(13)), ("身份证号", "fault", "duplicate_in_file")),
    (line(15, name='=HYPERLINK("http://example.invalid")'), ("姓名", "fault", "formula")),
    (line(16, name="<b>演示</b>"), ("姓名", "fault", "markup")),
    (line(17, community_code="222403001999"), ("社区代码", "fault", "unknown_code")),
    (line(18, post="网格长/网格员"), ("岗位", "fault", "unknown_choice")),
    (line(19, sex="男"), ("性别", "fault", "contradicts_id_number")),
    (line(20, phone="14000000020/14000000021"), ("联系电话", "fault", "several_values")),
    (line(21, community_code="", grid_code="222403001999001"), ("网格编号", "fault", "unknown_code")),
    (line(22, community_code="222403001002"), ("网格编号", "fault", "contradicts_community_code")),
    (line(23, post="一级网格长"), ("岗位", "fault", "second_lead")),
    (line(24, post="一级网格长", duty="B", grid_code="222403001001002"), ("AB岗", "fault", "no_backup_at_level_1")),
    (line(25, sex=""), ("性别", "normalised", "derived_from_id_number")),
    (line(26, grid_code=222403001001001), ("网格编号", "normalised", "number_cell")),
    (["小计", 26], ("", "skipped", "subtotal_row")),
    (["填表人：", "", "", "", "审核人："], ("", "skipped", "footer")),
]


def workbook(lines: list[list]) -> io.BytesIO:
    """As offices send them: a title, a line above the headings, sheets beside the table."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "default_date_format": "yyyy/m/d"})
    sheet = book.add_worksheet("名册")
    sheet.merge_range(0, 0, 0, 13, "网格员名册（演示）")
    sheet.write(1, 0, "填报单位：")
    for at, cells in enumerate([HEADINGS, *lines], start=2):
        sheet.write_row(at, 0, cells)
    book.add_worksheet("填表说明").write(0, 0, "请勿删除表头")
    book.close()
    file.seek(0)
    return file


def check(file: io.BytesIO, *, actor=SYSTEM, name="roster.xlsx"):
    job = upload_file(resource="grid.roster", file=file, name=name, actor=actor)
    run_check(job.pk)
    job.refresh_from_db()
    return job


def outcomes(job) -> list[tuple]:
    """Every row with what was found, as the shared list states it; a row without findings is ok."""
    found: dict[int, list] = {}
    for one in Finding.objects.filter(job=job):
        found.setdefault(one.row, []).append((one.column, one.outcome.lower(), one.code))
    for one in preview_rows(job, most=10_000):
        found.setdefault(one.row, [("", "ok", "")])
    return sorted((row, *one) for row, several in found.items() for one in several)


def test_a_messy_workbook_gives_each_row_its_outcome_and_changes_nothing(city):
    job = check(workbook([cells for cells, _outcome in MESSY]))

    expected = [(at, *(outcome or ("", "ok", ""))) for at, (_cells, outcome) in enumerate(MESSY, start=4)]
    assert (job.state, job.error) == ("CHECKED", "")
    assert outcomes(job) == expected
    assert (Grid.objects.count(), Worker.objects.count(), Post.objects.count()) == (0, 0, 0)


def test_the_good_rows_of_a_messy_workbook_go_in_and_hold_their_posts(city):
    job = confirm_job(job=check(workbook([cells for cells, _outcome in MESSY])), actor=SYSTEM)
    run_apply(job.pk)

    job.refresh_from_db()
    good = sum(1 for _cells, outcome in MESSY if outcome is None or outcome[1] == "normalised")
    assert (job.state, job.result) == ("APPLIED", {"created": good, "changed": 0, "unchanged": 0})
    grid = Grid.objects.get()
    assert (grid.code, grid.organisation.code) == ("222403001001001", "222403001001")
    assert Worker.objects.get(name="演示三").phone == "14000000003"
    assert Post.objects.get(worker__name="演示11").valid_from == date(2023, 6, 1)
    assert list(Post.objects.filter(level=2).values_list("seat", "duty")) == [(1, "PRIMARY")]


def through_the_command(content: bytes, path: Path, capsys) -> list[tuple]:
    path.write_bytes(content)
    with pytest.raises(SystemExit):
        call_command("import", "grid.roster", str(path), "--json")
    told = json.loads(capsys.readouterr().out)
    return [(one["row"], one["column"], one["code"], one["message"]) for one in told["findings"]]


def through_the_screens(content: bytes, person) -> list[tuple]:
    job = check(io.BytesIO(content), actor=staff_actor(person))
    faults = findings(job, outcome="FAULT")
    return [(one.row, one.column, one.code, sentence(one, job)) for one in faults]


def through_graphql(content: bytes, key: str) -> list[tuple]:
    headers = {"authorization": f"Bearer {key}", "accept-language": "zh-hans"}
    kind = "application/octet-stream"
    upload = Client().post("/api/uploads?name=r.xlsx", content, content_type=kind, headers=headers).json()["upload"]
    start = 'mutation ($u: ID!) { platformStartImport(upload: $u, resource: "grid.roster") { import { id } } }'
    read = """query ($u: ID!) { platformImport(id: $u) { findings(outcome: FAULT, first: 100) {
      nodes { row column code message } } } }"""
    for query in (start, read):
        body = {"query": query, "variables": {"u": upload["id"]}}
        told = Client().post("/graphql/", body, content_type="application/json", headers=headers).json()
        if query is start:
            run_check(UUID(upload["id"]))
    return [tuple(one.values()) for one in told["data"]["platformImport"]["findings"]["nodes"]]


def test_command_screens_and_graphql_find_the_same_faults_in_the_same_words(city, staff, tmp_path, capsys):
    content = workbook([cells for cells, _outcome in MESSY]).getvalue()
    scopes = ["platform.upload", "grid.upload"]
    _client, key = create_client(name="门户", organisation=city["222403"], scopes=scopes, actor=SYSTEM)

    told = [
        through_the_command(content, tmp_path / "r.xlsx", capsys),
        through_the_screens(content, staff(CLERK)),
        through_graphql(content, key),
    ]

    faulty = [(at, *outcome[::2]) for at, (_cells, outcome) in enumerate(MESSY, start=4) if "fault" in (outcome or ())]
    assert [one[:3] for one in told[0]] == faulty
    assert told[0] == told[1] == told[2]


def test_a_portals_good_rows_go_in_with_its_own_rights(city, staff):
    scopes = ["platform.upload", "grid.upload"]
    client, _key = create_client(name="门户", organisation=city["222403001"], scopes=scopes, actor=SYSTEM)
    actor = client_actor(client)
    elsewhere = line(40, township="翰章乡", community="", community_code="222403200001", grid_code="222403200001001")
    kept = keep_upload(file=workbook([line(1), elsewhere]), name="r.xlsx", actor=actor)
    job = start_import(upload=kept.pk, resource="grid.roster", actor=actor)
    run_check(job.pk)
    confirm_job(job=job, actor=actor)
    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.state, job.result["created"], job.count("FAULT")) == ("APPLIED", 1, 1)
    assert [one.name for one in Worker.objects.all()] == ["演示1"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared rosters are not on this machine")
def test_the_shared_messy_workbook_gives_exactly_the_outcomes_it_should(db):
    load_divisions(divisions=shared_divisions(), actor=SYSTEM)
    with (SHARED / "rosters/roster-dunhua-messy.expected.csv").open(encoding="utf-8-sig") as file:
        expected = [(int(one["row"]), one["column"], one["outcome"], one["code"]) for one in csv.DictReader(file)]

    job = check(io.BytesIO((SHARED / "rosters/roster-dunhua-messy.xlsx").read_bytes()))

    assert (job.state, job.error) == ("CHECKED", "")
    assert outcomes(job) == sorted(expected)
    assert len(expected) == 805


# A text holds no numbers and no dates: what was one is written as the spreadsheet showed it.
AS_TEXT = {"number_cell": ("", "ok", ""), "date_cell": ("任职时间", "normalised", "date_style")}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared rosters are not on this machine")
@pytest.mark.parametrize("suffix", ["ods", "csv", "tsv", "gb18030.csv"])
def test_the_shared_messy_workbook_saved_in_another_format_gives_the_same_outcomes(db, suffix):
    load_divisions(divisions=shared_divisions(), actor=SYSTEM)
    with (SHARED / "rosters/roster-dunhua-messy.expected.csv").open(encoding="utf-8-sig") as file:
        expected = [(int(one["row"]), one["column"], one["outcome"], one["code"]) for one in csv.DictReader(file)]
    rows = load_workbook(str(SHARED / "rosters/roster-dunhua-messy.xlsx")).get_sheet_by_index(0).to_python()
    if suffix != "ods":
        expected = [(row, *AS_TEXT.get(code, (column, outcome, code))) for row, column, outcome, code in expected]

    job = check(io.BytesIO(saved(rows, suffix)), name=f"roster.{suffix}")

    assert (job.state, job.error) == ("CHECKED", "")
    assert outcomes(job) == sorted(expected)


def saved(rows: list[list], suffix: str) -> bytes:
    """These rows as a spreadsheet program saves them in another format."""
    if suffix == "ods":
        return ods(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t" if suffix == "tsv" else ",")
    writer.writerows([shown(cell) for cell in row] for row in rows)
    return text.getvalue().encode("gb18030" if suffix.startswith("gb") else "utf-8-sig")


def shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell < 1e11 else f"{cell:.5E}"
    return f"{cell.year}/{cell.month}/{cell.day}" if isinstance(cell, date) else str(cell)


def ods(rows: list[list]) -> bytes:
    """A spreadsheet of LibreOffice, as small as can be."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
        f'xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        '<table:table table:name="名册">'
        + "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{office}:manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return file.getvalue()


def ods_cell(cell: object) -> str:
    if cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, float):
        return f'<table:table-cell office:value-type="float" office:value="{cell!r}"/>'
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell:%Y-%m-%d}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared rosters are not on this machine")
def test_a_roster_as_chinese_excel_saves_it_has_no_fault(db):
    load_divisions(divisions=shared_divisions(), actor=SYSTEM)

    job = check(io.BytesIO((SHARED / "rosters/roster-dunhua-gb18030.csv").read_bytes()), name="roster.csv")

    assert (job.state, job.counts) == ("CHECKED", {"OK": 1500})


def shared_divisions() -> list[Division]:
    with (SHARED / "divisions/villages-222403-dunhua.csv").open(encoding="utf-8-sig") as file:
        villages = list(csv.DictReader(file))
    towns = [Division(code, code, "222403") for code in sorted({one["streetCode"] for one in villages})]
    below = [Division(one["code"], one["name"], one["streetCode"]) for one in villages]
    return [Division("222403", "敦化市"), *towns, *below]


def test_rows_outside_the_clerks_area_are_faults_and_the_others_go_in(staff):
    clerk = staff_actor(staff(CLERK, "222403001"))
    far = line(2, community_code="222403100200", grid_code="222403100200001")

    job = check(workbook([line(1), far]), actor=clerk)
    assert outcomes(job) == [(4, "", "ok", ""), (5, "社区代码", "fault", "out_of_scope")]

    run_apply(confirm_job(job=job, actor=clerk).pk)

    assert set(Grid.objects.values_list("code", flat=True)) == {"222403001001001"}


def test_a_person_whom_another_organisation_holds_is_a_fault_not_a_theft(staff):
    run_apply(confirm_job(job=check(workbook([line(1)])), actor=SYSTEM).pk)
    clerk = staff_actor(staff(CLERK, "222403100"))
    taken = line(1, community_code="222403100200", grid_code="222403100200001")

    job = check(workbook([taken]), actor=clerk)

    assert outcomes(job) == [(4, "身份证号", "fault", "worker_elsewhere")]


def test_a_right_withdrawn_between_check_and_import_stops_the_import(staff):
    person = staff(CLERK, "222403001")
    clerk = staff_actor(person)
    job = confirm_job(job=check(workbook([line(1)]), actor=clerk), actor=clerk)
    person.positions.all().delete()

    run_apply(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error_code, Worker.objects.count()) == ("FAILED", "FORBIDDEN", 0)


def test_the_same_people_in_another_file_are_the_same_people(city):
    for lines in ([line(1), line(2)], [line(1), line(2), line(3)]):
        job = confirm_job(job=check(workbook(lines)), actor=SYSTEM)
        run_apply(job.pk)

    job.refresh_from_db()
    assert job.result == {"created": 1, "changed": 0, "unchanged": 2}
    assert (Worker.objects.count(), Post.objects.filter(valid_to=None).count()) == (3, 3)


def test_a_roster_without_a_column_leaves_what_is_held_there(city):
    run_apply(confirm_job(job=check(workbook([line(1), line(2)])), actor=SYSTEM).pk)
    dropped = [HEADINGS.index(one) for one in ("政治面貌", "性别", "社区代码")]
    rows = [HEADINGS, line(1), line(2, phone="14000000022")]
    file = io.StringIO()
    csv.writer(file).writerows([cell for at, cell in enumerate(row) if at not in dropped] for row in rows)

    job = check(io.BytesIO(file.getvalue().encode()), name="few.csv")
    run_apply(confirm_job(job=job, actor=SYSTEM).pk)

    assert job.kinds == {"UNCHANGED": 1, "CHANGED": 1}
    assert [(one.political_status, one.phone) for one in Worker.objects.order_by("pk")] == [
        ("群众", "14000000001"),
        ("群众", "14000000022"),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_template_of_either_language_is_understood(db, language):
    with translation.override(language):
        file = template(RosterResource)
    heading, *_example = load_workbook(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()

    found = find_headings([(1, heading)], RosterResource.heading_names())

    assert list(found.positions) == list(RosterResource.columns())


def test_an_export_has_the_rosters_columns_and_masked_numbers(staff):
    run_apply(confirm_job(job=check(workbook([line(1, post="一级网格长"), line(2), line(3)])), actor=SYSTEM).pk)
    near, far = staff_actor(staff(CLERK, "222403001")), staff_actor(staff(CLERK, "222403100", username="far"))

    content = export(resource="grid.roster", format="csv", actor=near).read().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))

    assert rows[0] == [column.column_name for column in RosterResource.columns().values()]
    assert rows[1][:9] == ["1", "渤海街道", "红旗社区", *PLACE[2:], "一级网格长", "", "演示1", "女"]
    assert rows[1][9:13] == ["999***********" + id_number(1)[-4:], "140****0001", "群众", "2023-06-30"]
    assert [row[6] for row in rows[1:]] == ["", "A", "B"]
    assert export(resource="grid.roster", format="csv", actor=far).read().decode("utf-8-sig").count("\n") == 1
