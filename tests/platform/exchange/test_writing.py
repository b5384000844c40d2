"""Writing: what leaves is harmless, masked and recorded, and the template imports again."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.utils import translation
from python_calamine import load_workbook

from civicnet.contract import Refused
from civicnet.exchange.headings import find_headings
from civicnet.exchange.models import ExportRun
from civicnet.exchange.templates import template
from civicnet.exchange.writing import export, faulty_rows
from civicnet.ledger.models import AuditRecord


def cells(file) -> list[list]:
    return load_workbook(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()


def test_an_export_has_the_same_columns_masks_numbers_and_is_recorded(clerk):
    Group.objects.create(name="甲队")

    rows = cells(export(resource="team.list", format="xlsx", actor=clerk))

    assert rows == [["序号", "名称", "电话", "日期"], ["1", "甲队", "140****0001", ""]]
    assert ExportRun.objects.get().rows == 1
    assert AuditRecord.objects.filter(action="exchange.export", actor_id=clerk.id).count() == 1


def test_nobody_waits_for_a_long_export_to_be_written(clerk, resource, monkeypatch):
    deep: list[int] = []

    def rows(self, actor):
        deep.append(len(connection.savepoint_ids))
        return iter(())

    monkeypatch.setattr(resource, "rows_to_export", rows)
    export(resource="team.list", format="csv", actor=clerk)

    # Rows are read in no transaction of the export's own: on SQLite that would be the one of all who write.
    assert deep == [len(connection.savepoint_ids)]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_looks_like_a_formula_is_escaped_as_text_and_stays_text_in_a_workbook(clerk, start):
    Group.objects.create(name=f"{start}1+1队")

    content = export(resource="team.list", format="csv", actor=clerk).read().decode("utf-8-sig")
    rows = cells(export(resource="team.list", format="xlsx", actor=clerk))

    assert content.splitlines()[1] == f"1,'{start}1+1队,140****0001,"
    assert rows[1][1] == f"{start}1+1队"


def test_whoever_may_not_see_the_rows_exports_nothing(staff, resource):
    from civicnet.access.actors import staff_actor

    with pytest.raises(Refused):
        export(resource="team.list", format="csv", actor=staff_actor(staff(["civicnet_exchange.add_importjob"])))

    assert ExportRun.objects.count() == 0


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_headings_of_a_template_are_found_again(resource, language):
    with translation.override(language):
        heading, *_example = cells(template(resource))
        found = find_headings([(1, heading)], resource.heading_names())

    assert set(found.positions) == set(resource.columns())


def test_the_faulty_rows_come_back_with_row_column_and_sentence(checked):
    job = checked([[1, "甲队", "1400", ""], [2, "乙队", "14000000002", ""]])

    heading, *rows = cells(faulty_rows(job))

    assert len(heading) == 3
    assert [row[:2] for row in rows] == [["2", "电话"]]
    assert rows[0][2]
